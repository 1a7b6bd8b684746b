package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// blocked tells whether the rows are taken block by block, with the activations of a block kept.
func (n *Network) blocked() bool { return n.plan().Block > 1 }

// block returns how many rows are in work at once, or summed up by themselves; 1: there are no blocks.
func (n *Network) block() int {
	if n.Model.Strict() {
		return schedule.Samples
	}
	return n.plan().Block
}

// work prints the scratch of one goroutine.
func (n *Network) work(p *printer) []jen.Code {
	var fields []jen.Code
	gradient := jen.Id("g").Add(p.of("Params")).Comment("gradient of " + p.top("StepSGD"))
	if n.Tiers != nil { // first, because memory for a Work begins a cache line
		fields = append(fields, jen.Id("columns").Id(p.top("columns")).Comment("memory of vector code"), gradient, jen.Line())
	}
	if n.random() {
		fields = append(fields, jen.List(jen.Id("Seed"), jen.Id("Step")).Uint64().Comment("the key of the dropout masks; give every step its own"), jen.Line())
	}
	if p.strict {
		fields = append(fields, jen.Id("block").Add(p.of("Params")).Comment("gradient of a block of rows"), jen.Line())
	}
	seen := map[string]bool{}
	for _, f := range n.Program.Funcs {
		for _, a := range f.Arrays {
			v := a.Value
			if name := fieldName(v); isScratch(v) && !seen[name] {
				seen[name] = true
				t := jen.Id(name)
				if n.blocked() {
					t.Index(jen.Id(p.top("Block")))
				}
				fields = append(fields, t.Index(jen.Lit(a.Len)).Id(p.float).Comment(valueText(v)))
			}
		}
	}
	if n.Tiers == nil {
		fields = append(fields, jen.Line(), gradient)
	}
	text := p.top("Work") + " is the scratch of one goroutine: the activations of a row and the gradients that flow back through them."
	if n.blocked() {
		text = p.top("Work") + " is the scratch of one goroutine: the activations of a block of rows and the gradients that flow back through them."
	}
	code := comment(text)
	if n.block() > 1 {
		what := " is the number of rows that are in work at once; longer batches go block by block."
		if p.strict {
			what = " is the number of rows whose gradients are summed up by themselves; longer batches go block by block."
		}
		code = append(comment(p.top("Block")+what), jen.Const().Id(p.top("Block")).Op("=").Lit(n.block()), jen.Line())
		code = append(code, comment(text)...)
	}
	return append(code, jen.Type().Id(p.top("Work")).Struct(fields...), jen.Line())
}

// isScratch tells whether a value lives in the scratch.
func isScratch(v *graph.Value) bool {
	return v.Role == graph.Activation || v.Role == graph.Gradient && v.Of.Role == graph.Activation
}

func valueText(v *graph.Value) string {
	if v.Of != nil {
		return fmt.Sprintf("∂L/∂%s of %s", v.Of.Name, v.Of.Layer)
	}
	return fmt.Sprintf("%s of %s", v.Name, v.Layer)
}

// gradients prints Gradients and what it needs.
func (n *Network) gradients(p *printer) []jen.Code {
	name := p.top("Gradients")
	params := append([]jen.Code{jen.Id("g").Op("*").Add(p.of("Params")), jen.Id("w").Op("*").Id(p.top("Work"))}, n.dataParams(p)...)
	params = append(params, jen.Id("p").Op("*").Add(p.of("Params")))
	body := append([]jen.Code{n.lengths(name)}, n.callRow(p, "rowGradients", jen.Id("g"), jen.Id("p"), true)...)
	if n.Tiers != nil {
		call := jen.Id("w").Dot("columns").Dot("gradients").Call(append(append(append([]jen.Code{jen.Id("g")}, n.data("")...), jen.Id("p")), n.maskArgs()...)...)
		body = append(body, jen.Comment("Where the processor has vector registers, kernels_amd64.s does what follows."),
			jen.If(jen.List(jen.Id("loss"), jen.Id("ok")).Op(":=").Add(call), jen.Id("ok")).Block(jen.Return(jen.Id("loss"))), jen.Line())
	}
	body = append(body,
		jen.Clear(jen.Id("g").Index(jen.Op(":"))),
		jen.If(jen.Len(jen.Id("x")).Op("==").Lit(0)).Block(jen.Return(jen.Lit(0))),
	)
	body = append(body, jen.Id("scale").Op(":=").Lit(1).Op("/").Id(p.float).Call(jen.Len(jen.Id("x"))))
	if n.block() > 1 {
		body = append(body, n.blocks(p)...)
	} else {
		loop := n.passes(p, n.plan().Groups, false)
		body = append(body, jen.For(jen.Id("n").Op(":=").Range().Id("x")).Block(loop...))
	}
	body = append(body, jen.Return(p.rounded(jen.Id("loss").Op("*").Id("scale"))))
	code := comment(name + " sets g to the gradient of the mean loss over the rows, ∂L/∂p, and returns the mean loss: for every row forward, " +
		"the loss, and backward by the chain rule from the last layer to the first." + n.weightDoc() + " " + n.dataNames() +
		" must have the same length; it panics if they differ." + n.classDoc())
	code = append(code, jen.Func().Id(name).Params(params...).Parens(jen.Id("loss").Id(p.float)).Block(body...), jen.Line())
	if n.block() > 1 {
		code = append(code, n.addBlock(p)...)
	}
	if p.strict {
		code = append(code, n.sumBlock(p)...)
	}
	return code
}

// blocks prints the loop over whole blocks, and the rows that are left.
func (n *Network) blocks(p *printer) []jen.Code {
	block, name := p.top("Block"), p.top("addBlock")
	if p.strict {
		name = p.top("sumBlock")
	}
	call := func(suffix string) *jen.Statement { return jen.Id("loss").Op("=").Add(n.blockCall(name, "g", suffix)) }
	turn := []jen.Code{
		call("[:" + block + "]"),
		jen.List(n.data("")...).Op("=").List(n.data("[" + block + ":]")...),
	}
	code := []jen.Code{}
	if n.random() {
		code = append(code, jen.Id("first").Op(":=").Lit(0))
		turn = append(turn, jen.Id("first").Op("+=").Id(block))
	}
	if p.strict {
		code = append(code, jen.If(jen.Len(jen.Id("x")).Op("<=").Id(block)).Block(
			jen.Return(p.rounded(n.blockCall(p.top("addBlock"), "g", "").Op("*").Id("scale")))))
	}
	cond := jen.Len(jen.Id("x")).Op(">").Id(block)
	for _, d := range n.data("")[1:] {
		cond.Op("&&").Len(d).Op(">").Id(block)
	}
	return append(code, jen.For(cond).Block(turn...), call(""))
}

// blockCall prints the call of a function that adds the gradients of a block to g.
func (n *Network) blockCall(name, g, suffix string) *jen.Statement {
	args := append([]jen.Code{jen.Id(g), jen.Id("w")}, n.data(suffix)...)
	args = append(args, jen.Id("p"), jen.Id("scale"))
	if n.random() {
		args = append(args, jen.Id("first"))
	}
	return jen.Id(name).Call(append(args, jen.Id("loss"))...)
}

// blockFunc prints the head of such a function.
func (n *Network) blockFunc(p *printer, name string) *jen.Statement {
	params := append([]jen.Code{jen.Id("g").Op("*").Add(p.of("Params")), jen.Id("w").Op("*").Id(p.top("Work"))}, n.dataParams(p)...)
	params = append(params, jen.Id("p").Op("*").Add(p.of("Params")), jen.Id("scale").Id(p.float))
	if n.random() {
		params = append(params, jen.Id("first").Int())
	}
	return jen.Func().Id(name).Params(append(params, jen.Id("loss").Id(p.float))...).Id(p.float)
}

// sumBlock prints what adds the gradients of a block to g in one sum.
func (n *Network) sumBlock(p *printer) []jen.Code {
	name := p.top("sumBlock")
	return append(comment(name+" does so, too, after it has summed the gradients of these rows up by themselves, as vector code and the workers of a training do."),
		n.blockFunc(p, name).Block(
			jen.Clear(jen.Id("w").Dot("block").Index(jen.Op(":"))),
			jen.Id("loss").Op("=").Add(n.blockCall(p.top("addBlock"), "&w.block", "")),
			jen.For(jen.List(jen.Id("i"), jen.Id("d")).Op(":=").Range().Op("&").Id("w").Dot("block")).Block(jen.Id("g").Index(jen.Id("i")).Op("+=").Id("d")),
			jen.Return(jen.Id("loss")),
		), jen.Line())
}

// addBlock prints addBlock: forward, loss and backward of at most Block rows.
func (n *Network) addBlock(p *printer) []jen.Code {
	name := p.top("addBlock")
	groups := n.plan().Groups
	if !n.blocked() {
		c := n.passes(p, groups, false)
		count := n.rowCount(jen.Id(p.top("Block")))
		return append(comment(name+" adds the gradients of at most Block rows to g and returns loss with their losses added."),
			n.blockFunc(p, name).Block(jen.For(jen.Id("n").Op(":=").Range().Add(count)).Block(c...), jen.Return(jen.Id("loss"))), jen.Line())
	}
	body := []jen.Code{jen.Id("rows").Op(":=").Add(n.rowCount(jen.Id(p.top("Block"))))}
	for i := 0; i < len(groups); {
		j := i
		for j < len(groups) && groups[j].PerRow {
			j++
		}
		if j > i {
			body = append(body, jen.For(jen.Id("n").Op(":=").Range().Id("rows")).Block(n.passes(p, groups[i:j], true)...))
			i = j
			continue
		}
		body = append(body, n.passes(p, groups[i:i+1], true)...)
		i++
	}
	body = append(body, jen.Return(jen.Id("loss")))
	text := name + " adds the gradients of at most Block rows to g and returns loss with their losses added."
	return append(comment(text), n.blockFunc(p, name).Block(body...), jen.Line())
}

// passes prints the calls of some groups, with a comment where a phase begins.
func (n *Network) passes(p *printer, groups []*schedule.Group, blocked bool) []jen.Code {
	c := n.trainCaller(p, blocked)
	var code []jen.Code
	for i, g := range groups {
		if n.opens(g) {
			if i > 0 {
				code = append(code, jen.Empty())
			}
			code = append(code, comment(phaseText[g.Phase])...)
		}
		f := n.Program.Func(g.Name)
		if f.Result != "" {
			code = append(code, c.lossCall(f, n.kernelName(p, g)))
			continue
		}
		code = append(code, c.call(f, n.kernelName(p, g)))
	}
	return code
}

// phaseText heads the calls of a phase.
var phaseText = map[schedule.Phase]string{
	schedule.Forward: "Forward.", schedule.Loss: "Loss, and its gradient with respect to the output.",
	schedule.Backward: "Backward: each layer turns ∂L/∂y into the gradients of its parameters and of its input.",
}

// opens tells whether a group is the first of its phase.
func (n *Network) opens(g *schedule.Group) bool { return n.groups(g.Phase)[0] == g }

// kernelName refers to the function of a group: those of the forward phase belong to the model package.
func (n *Network) kernelName(p *printer, g *schedule.Group) *jen.Statement {
	switch {
	case g.Phase == schedule.Forward && !drops(g):
		return p.of(upper(goName(g.Name)))
	case g.Phase == schedule.Loss:
		return jen.Id(p.top(n.lossName()))
	}
	return jen.Id(p.top(goName(g.Name)))
}

// lossName is the name of the function that computes the loss of a row.
func (n *Network) lossName() string {
	return goName(n.Loss)
}

// trainCaller calls kernels on the scratch w.
func (n *Network) trainCaller(p *printer, blocked bool) *caller {
	row := func(base *jen.Statement) *jen.Statement { return jen.Op("&").Add(base).Index(jen.Id("n")) }
	c := &caller{printer: p, net: n, row: jen.Id("n")}
	if blocked || n.block() > 1 {
		c.row = jen.Id("first").Op("+").Id("n")
	}
	c.place = func(v *graph.Value, block bool) *jen.Statement {
		field := jen.Id("w").Dot(fieldName(v))
		switch {
		case block:
			return field.Index(jen.Id(":rows"))
		case blocked:
			return row(field)
		}
		return jen.Op("&").Add(field)
	}
	c.input = func(block bool) *jen.Statement {
		if block {
			return jen.Id("x").Index(jen.Id(":rows"))
		}
		return row(jen.Id("x"))
	}
	c.target = func(class bool) *jen.Statement {
		if class {
			return jen.Id("target").Index(jen.Id("n"))
		}
		return row(jen.Id("target"))
	}
	return c
}

// backward prints the kernels of the training package: what dropout does, the loss, and the layers backward.
func (n *Network) backward(p *printer) []jen.Code {
	var code []jen.Code
	for _, phase := range []schedule.Phase{schedule.Forward, schedule.Loss, schedule.Backward} {
		for _, g := range n.groups(phase) {
			if phase == schedule.Forward && !drops(g) {
				continue
			}
			f := n.Program.Func(g.Name)
			code = append(code, layerComment(n.title(g), f, "Schedule: "+g.Reason)...)
			code = append(code, p.kernelDecl(f, n.FuncName(g))...)
		}
	}
	return code
}

// scalarFuncs prints the scalar functions that the kernels with the given names call.
func (n *Network) scalarFuncs(p *printer, called map[string]bool) []jen.Code {
	var code []jen.Code
	for _, f := range n.Program.Functions {
		if called[f.Name] {
			code = append(code, p.functionDecl(f)...)
		}
	}
	return code
}

// calls collects the names of the functions that kernels call.
func calls(funcs ...*kernel.Func) map[string]bool {
	called := map[string]bool{}
	for _, f := range funcs {
		if f != nil {
			kernel.Walk(f.Body, func(a kernel.Apply) { called[a.Func.Name] = true })
		}
	}
	return called
}
