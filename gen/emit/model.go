package emit

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/runtime"
)

// forward prints the part of the model package that computes: the layers and what calls them.
func (n *Network) forward(p *printer) []jen.Code {
	code := n.forwardDecl(p)
	if n.apart() {
		code = append(n.forwardApart(p), code...)
	}
	code = append(code, n.forwardBatch(p)...)
	code = append(code, n.predict(p)...)
	for _, g := range n.groups(schedule.Forward) {
		if drops(g) {
			continue
		}
		f := n.Program.Func(g.Name)
		code = append(code, layerComment(n.title(g), f, "Schedule: "+g.Reason)...)
		code = append(code, p.kernelDecl(f, n.FuncName(g))...)
	}
	if f := n.Program.Link; f != nil {
		code = append(code, p.kernelDecl(f, p.top(f.Name+"Output"))...)
	}
	return code
}

// forwardDecl prints Forward: the layers one after the other, for one row.
func (n *Network) forwardDecl(p *printer) []jen.Code {
	g := n.plan().Graph
	// Inference has no dropout: what a dropout layer would have set is what it was given.
	same := map[*graph.Value]*graph.Value{}
	for _, gr := range n.groups(schedule.Forward) {
		if drops(gr) {
			same[gr.Stages[len(gr.Stages)-1].Node.Outs[0]] = droppedInput(gr)
		}
	}
	resolve := func(v *graph.Value) *graph.Value {
		for same[v] != nil {
			v = same[v]
		}
		return v
	}
	out := resolve(g.Output)
	c := &caller{printer: p, net: n, input: func(bool) *jen.Statement { return jen.Id("x") }}
	var body []jen.Code
	declared := map[*graph.Value]bool{}
	c.place = func(v *graph.Value, _ bool) *jen.Statement {
		v = resolve(v)
		switch v {
		case out:
			return jen.Id("y")
		case g.Input:
			return jen.Id("x")
		}
		return jen.Op("&").Id(fieldName(v))
	}
	for _, gr := range n.groups(schedule.Forward) {
		if drops(gr) {
			continue
		}
		f := n.Program.Func(gr.Name)
		for _, a := range f.Arrays {
			v := resolve(a.Value)
			if v.Role == graph.Activation && v != out && !declared[v] {
				declared[v] = true
				body = append(body, jen.Var().Id(fieldName(v)).Index(jen.Lit(schedule.Size(v))).Id(p.float))
			}
		}
		body = append(body, c.call(f, jen.Id(p.top(upper(goName(gr.Name))))))
	}
	what := "the output of the network"
	if n.Link != "" {
		what = "the logits"
	}
	name, rows := p.top(n.forwardName()), ""
	switch inputs, targets := n.normalizers(); {
	case n.apart():
		rows = " Rows and outputs are normalised, as training needs them."
	case targets != nil:
		rows = " Rows are as measured and outputs in their units if p is folded, as Load, Trained and Train leave it; while training, both are normalised."
	case inputs != nil:
		rows = " Rows are as measured if p is folded, as Load, Trained and Train leave it; while training, they are normalised."
	}
	decl := comment(fmt.Sprintf("%s sets y to %s for x.%s%s It only reads p, so any number of goroutines may share it.", name, what, rows, n.overlapDoc()))
	return append(decl, jen.Func().Id(name).Params(
		jen.Id("y").Add(p.array(n.outputs())), jen.Id("x").Add(p.array(n.inputs())), p.pointer("p"),
	).Block(n.rowChoice(p, forwardOf, jen.Id("y"), body)...), jen.Line())
}

// droppedInput is the value that a dropout layer masks.
func droppedInput(g *schedule.Group) *graph.Value {
	for _, a := range g.Stages[len(g.Stages)-1].Node.Args {
		if a.Layer != g.Layer {
			return a
		}
	}
	panic("emit: a dropout layer without input")
}

// forwardBatch prints ForwardBatch, for scoring many rows.
func (n *Network) forwardBatch(p *printer) []jen.Code {
	decl := comment(fmt.Sprintf("%s sets y[n] to the output for x[n], as %s does but for rounding, for as many rows as both have.%s w is the scratch of one goroutine.", p.top("ForwardBatch"), p.top("Forward"), n.overlapDoc()))
	var body []jen.Code
	if n.infersBlocks() {
		body = append(body, jen.List(jen.Id("y"), jen.Id("x")).Op("=").Id("w").Dot("forward").Call(jen.Id("y"), jen.Id("x"), jen.Id("p")))
	} else {
		decl = append(append(comment(p.top("Batch")+" is the scratch of "+p.top("ForwardBatch")+", which needs none for this network."), jen.Type().Id(p.top("Batch")).Struct(), jen.Line()), decl...)
	}
	body = append(body, jen.For(jen.Id("n").Op(":=").Range().Min(jen.Len(jen.Id("y")), jen.Len(jen.Id("x")))).Block(
		jen.Id(p.top("Forward")).Call(jen.Op("&").Id("y").Index(jen.Id("n")), jen.Op("&").Id("x").Index(jen.Id("n")), jen.Id("p"))))
	return append(decl, jen.Func().Id(p.top("ForwardBatch")).Params(append(n.batchParams(p), jen.Id("w").Op("*").Id(p.top("Batch")))...).Block(body...), jen.Line())
}

// predict prints Predict: the class and its probabilities, or the named targets.
func (n *Network) predict(p *printer) []jen.Code {
	x := jen.Id("x").Add(p.array(n.inputs()))
	params := p.pointer("p")
	name := p.top("Predict")
	if !n.classes() {
		return n.predictTargets(p, name, x, params)
	}
	y := jen.Id("y").Add(p.array(n.outputs()))
	portable := []jen.Code{jen.Id(p.top("Forward")).Call(jen.Id("y"), jen.Id("x"), jen.Id("p")), jen.Id(p.top(n.Link + "Output")).Call(jen.Id("y"))}
	var class []jen.Code // what tells it from the probabilities, unless a kernel has
	none := p.top("NoClass")
	text := name + " sets y to the probabilities of the classes for x and returns the most probable class. Where an input is NaN, so are they, and the class is " + none + "."
	if n.outputs() == 1 {
		text = fmt.Sprintf("%s sets y to the probability of %s for x and returns the more probable class. Where an input is NaN, so is it, and the class is %s.",
			name, n.Model.Output.Classes[1], none)
		first := func() *jen.Statement { return jen.Id("y").Index(jen.Lit(0)) }
		class = append(class, jen.Switch().Block(
			jen.Case(first().Op(">").Lit(0.5)).Block(jen.Return(jen.Lit(1))),
			jen.Case(first().Op("<=").Lit(0.5)).Block(jen.Return(jen.Lit(0)))),
			jen.Return(p.of("NoClass")))
	} else {
		class = append(class,
			jen.List(jen.Id("class"), jen.Id("best")).Op(":=").List(p.of("NoClass"), jen.Id(p.float).Call(jen.Lit(0))),
			jen.For(jen.List(jen.Id("o"), jen.Id("probability")).Op(":=").Range().Id("y")).Block(
				jen.If(jen.Id("probability").Op(">").Id("best")).Block(
					jen.List(jen.Id("class"), jen.Id("best")).Op("=").List(p.of("Class").Call(jen.Id("o")), jen.Id("probability")))),
			jen.Return(jen.Id("class")))
	}
	if n.ordered() {
		portable, class = append(portable, class...), nil
	}
	body := append(n.predictChoice(p, predictOf, jen.Id("y"), portable), class...)
	code := append(comment(text), jen.Func().Id(name).Params(y, x, params).Add(p.of("Class")).Block(body...), jen.Line())
	return append(code, n.orderCode(p)...)
}

// predictTargets prints Predict of a network with named targets.
func (n *Network) predictTargets(p *printer, name string, x, params jen.Code) []jen.Code {
	portable, pick := []jen.Code{jen.Id(p.top("Forward")).Call(jen.Op("&").Id("y"), jen.Id("x"), jen.Id("p"))}, forwardOf
	if n.Link != "" {
		portable, pick = append(portable, jen.Id(p.top(n.Link+"Output")).Call(jen.Op("&").Id("y"))), predictOf
	}
	body := append([]jen.Code{jen.Var().Id("y").Index(jen.Lit(n.outputs())).Id(p.float)},
		n.predictChoice(p, pick, jen.Op("&").Id("y"), portable)...)
	var values []jen.Code
	for o := range n.outputs() {
		values = append(values, jen.Id("y").Index(jen.Lit(o)))
	}
	body = append(body, jen.Return(p.of("Targets").Values(values...)))
	code := append(comment(name+" returns the prediction for x."),
		jen.Func().Id(name).Params(x, params).Add(p.of("Targets")).Block(body...), jen.Line())
	return append(code, n.orderCode(p)...)
}

// paramsDecl prints the flat parameter array with its table of offsets, and one accessor per tensor.
func (n *Network) paramsDecl(p *printer) []jen.Code {
	name := p.top("Params")
	text := []string{"// " + name + " holds every parameter of the network in one flat array.", "//", "//\toffset   length  tensor"}
	for _, t := range n.plan().Params {
		text = append(text, fmt.Sprintf("//\t%6d  %7d  %s", t.Offset, t.Len(), n.tensorText(t)))
	}
	for _, t := range n.Stored()[len(n.plan().Params):] {
		text = append(text, fmt.Sprintf("//\t%6d  %7d  %s, not trained", t.Offset, t.Len(), strings.ReplaceAll(t.Name, ".", " ")))
	}
	code := append(lines(text), jen.Type().Id(name).Index(jen.Lit(n.length())).Id(p.float), jen.Line())
	for i, t := range n.Tensors() {
		v := n.plan().Params[i].Value
		code = append(code, comment(fmt.Sprintf("%s is the %s of layer %s.", paramName(v), tensorKind(v), v.Layer))...)
		code = append(code, n.accessor(p, paramName(v), t)...)
	}
	inputs, targets := n.normalizers()
	for _, z := range []*normalizer{inputs, targets} {
		if z != nil {
			code = append(code, n.normalizerDecl(p, z)...)
		}
	}
	return code
}

// accessor prints the method that returns a tensor.
func (n *Network) accessor(p *printer, name string, t runtime.Tensor) []jen.Code {
	return []jen.Code{jen.Func().Params(jen.Id("p").Op("*").Id(p.top("Params"))).Id(name).Params().Add(p.array(t.Len())).Block(
		jen.Return(jen.Parens(p.array(t.Len())).Parens(jen.Id("p").Index(jen.Id(fmt.Sprintf("%d:%d", t.Offset, t.Offset+t.Len())))))), jen.Line()}
}

// tensorKind is "weight" or "bias".
func tensorKind(v *graph.Value) string {
	if v.Name == "b" {
		return "bias"
	}
	return "weight"
}

// tensorText describes a tensor in the table of offsets.
func (n *Network) tensorText(t schedule.Param) string {
	text := fmt.Sprintf("%s %s [%d]", t.Value.Layer, tensorKind(t.Value), t.Value.Axes[0].Size)
	if axes := t.Value.Axes; len(axes) == 2 {
		strides := n.plan().Strides(t.Value)
		at := position(n.plan().Order(t.Value), max(strides[0], strides[1]))
		text = fmt.Sprintf("%s %s [%d×%d], W[o,i] at %s", t.Value.Layer, tensorKind(t.Value), axes[0].Size, axes[1].Size, at)
	}
	if t.Value.Role == graph.Frozen {
		text += ", frozen"
	}
	return text
}
