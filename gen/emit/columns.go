package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// Tier is the vector code of a network for one kind of machine.
type Tier struct {
	Constant string          // of the runtime: TierAVX2
	Suffix   string          // of the functions: AVX2
	Program  *kernel.Program // the training step of a block
	Fused    *kernel.Program // the training step with parameters updated in place of storing their gradients
}

// VectorName is the name of a kernel's assembly function.
func (n *Network) VectorName(f *kernel.Func, t *Tier) string {
	name := goName(f.Name)
	if f.Result != "" {
		name = n.lossName()
	}
	if f.Scalar("rate") != nil {
		name += "SGD"
	}
	return names{prefix: n.Prefix}.top(name + t.Suffix)
}

// columnFields lists the operands of the vector code that live in its scratch, each once, in order of first use.
func (n *Network) columnFields() []*kernel.Array {
	var fields []*kernel.Array
	seen := map[string]bool{}
	for _, f := range n.Tiers[0].Program.Funcs {
		for _, a := range f.Arrays {
			if name := columnField(n.plan().Graph, a); name != "" && !seen[name] {
				seen[name] = true
				fields = append(fields, a)
			}
		}
	}
	return fields
}

// columnField names the place of an operand in the scratch of the vector code, "" for parameters and their gradients.
func columnField(g *graph.Graph, a *kernel.Array) string {
	v := a.Value
	rows := ""
	if a.Copy {
		rows = "Rows"
	}
	switch {
	case v.Role == graph.Input:
		return "x" + rows
	case v.Role == graph.Target:
		return "target"
	case v.Role == graph.Scale:
		return "scale"
	case v.IsParameter() || v.Of != nil && v.Of.IsParameter():
		return ""
	}
	return fieldName(v) + rows
}

// columnsCode prints the scratch of the vector code and what calls it.
func (n *Network) columnsCode(p *printer) []jen.Code {
	code := append(comment(p.top("tier")+" is the kind of vector code that this processor has."),
		jen.Var().Id(p.top("tier")).Op("=").Qual(runtimePath, "VectorTier").Call(), jen.Line())
	var fields []jen.Code
	for _, a := range n.columnFields() {
		fields = append(fields, jen.Id(columnField(n.plan().Graph, a)).Index(jen.Lit(a.Len)).Id(p.float).Comment(columnText(a)))
	}
	if !n.weighted() {
		fields = append(fields, jen.Line(), jen.Id("rows").Int().Comment("rows of the last block, which scale holds for"))
	}
	code = append(code, comment(fmt.Sprintf("%s is the scratch of the vector code: the values of a block of %d rows. The samples of an element lie next to "+
		"each other, so that a vector register holds neighbours; what ends in Rows is a copy that lies row by row.", p.top("columns"), schedule.Samples))...)
	code = append(code, jen.Type().Id(p.top("columns")).Struct(fields...), jen.Line())
	code = append(code, n.columnsGradients(p)...)
	code = append(code, n.columnsSGD(p)...)
	code = append(code, n.columnsLoad(p)...)
	for _, t := range n.Tiers {
		code = append(code, n.columnsStep(p, t, false)...)
		code = append(code, n.columnsStep(p, t, true)...)
	}
	return code
}

// columnText documents an operand of the scratch.
func columnText(a *kernel.Array) string {
	v := a.Value
	switch {
	case v.Role == graph.Input && a.Copy:
		return "input, row by row"
	case v.Role == graph.Input:
		return "input"
	case v.Role == graph.Target:
		return "target; a class as a row of weights, 1 for itself"
	case v.Role == graph.Scale && len(v.Axes) > 0:
		return "weight/rows, 0 for rows that the block lacks"
	case v.Role == graph.Scale:
		return "1/rows, 0 for rows that the block lacks"
	}
	return valueText(v)
}

// columnsGradients prints the loop over the blocks.
func (n *Network) columnsGradients(p *printer) []jen.Code {
	var cases []jen.Code
	for _, t := range n.Tiers {
		step := jen.Id("loss").Op("+=").Id("c").Dot("step"+t.Suffix).Call(jen.Id("g"), jen.Id("xRows"), jen.Id("p"))
		cases = append(cases, jen.Case(jen.Qual(runtimePath, t.Constant)).Block(step))
	}
	more := jen.Len(jen.Id("x")).Op(">").Lit(0)
	for _, d := range n.data("")[1:] {
		more.Op("&&").Len(d).Op(">").Lit(0)
	}
	body := []jen.Code{
		jen.If(jen.Id(p.top("tier")).Op("==").Qual(runtimePath, "TierGeneric").Op("||").Len(jen.Id("x")).Op("<").Lit(schedule.FewRows)).Block(
			jen.Return(jen.Lit(0), jen.False())),
		jen.Id("scale").Op(":=").Lit(1).Op("/").Id(p.float).Call(jen.Len(jen.Id("x"))),
		jen.For(more).Block(
			jen.Id("rows").Op(":=").Add(n.rowCount(jen.Lit(schedule.Samples))),
			jen.Id("xRows").Op(":=").Id("c").Dot("load").Call(append(n.data("[:rows]"), jen.Id("scale"))...),
			jen.Switch(jen.Id(p.top("tier"))).Block(cases...),
			jen.List(n.data("")...).Op("=").List(n.data("[rows:]")...),
		),
		jen.Return(jen.Id("loss"), jen.True()),
	}
	code := comment("gradients does what Gradients does, in vector registers: it adds the gradient of the mean loss over the rows to g and returns the mean loss. " +
		fmt.Sprintf("ok is false where the processor has no such registers, and for fewer than %d rows, which portable code does faster.", schedule.FewRows))
	return append(code, n.gradientsMethod(p).Block(body...), jen.Line())
}

// gradientsMethod and sgdMethod print the heads of the methods that builds with and without vector code have.
func (n *Network) gradientsMethod(p *printer) *jen.Statement {
	params := append([]jen.Code{jen.Id("g").Op("*").Add(p.of("Params"))}, n.dataParams(p)...)
	return n.columnsMethod(p, "gradients", append(params, jen.Id("p").Op("*").Add(p.of("Params"))))
}

func (n *Network) sgdMethod(p *printer) *jen.Statement {
	params := append([]jen.Code{jen.Id("p").Op("*").Add(p.of("Params"))}, n.dataParams(p)...)
	return n.columnsMethod(p, "sgd", append(params, jen.Id("rate").Id(p.float)))
}

func (n *Network) columnsMethod(p *printer, name string, params []jen.Code) *jen.Statement {
	return jen.Func().Params(jen.Id("c").Op("*").Id(p.top("columns"))).Id(name).Params(params...).
		Params(jen.Id("loss").Id(p.float), jen.Id("ok").Bool())
}

// columnsSGD prints the fused step of one block.
func (n *Network) columnsSGD(p *printer) []jen.Code {
	var cases []jen.Code
	for _, t := range n.Tiers {
		cases = append(cases, jen.Case(jen.Qual(runtimePath, t.Constant)).Block(
			jen.Return(jen.Id("c").Dot("stepSGD"+t.Suffix).Call(jen.Id("p"), jen.Id("xRows"), jen.Id("rate")), jen.True())))
	}
	refused := jen.Id(p.top("tier")).Op("==").Qual(runtimePath, "TierGeneric").Op("||").Len(jen.Id("x")).Op("<").Lit(schedule.FewRows).Op("||").
		Len(jen.Id("x")).Op(">").Lit(schedule.Samples)
	for _, d := range n.data("")[1:] {
		refused.Op("||").Len(jen.Id("x")).Op("!=").Len(d)
	}
	body := []jen.Code{
		jen.If(refused).Block(jen.Return(jen.Lit(0), jen.False())),
		jen.Id("xRows").Op(":=").Id("c").Dot("load").Call(append(n.data(""), jen.Lit(1).Op("/").Id(p.float).Call(jen.Len(jen.Id("x"))))...),
		jen.Switch(jen.Id(p.top("tier"))).Block(cases...),
		jen.Return(jen.Lit(0), jen.False()),
	}
	code := comment(fmt.Sprintf("sgd does what StepSGD does, in vector registers, if there are %d rows at least and they fit into one block; else ok is false.", schedule.FewRows))
	return append(code, n.sgdMethod(p).Block(body...), jen.Line())
}

// columnsStep prints the calls of one tier.
func (n *Network) columnsStep(p *printer, t *Tier, fused bool) []jen.Code {
	g := n.plan().Graph
	var body []jen.Code
	last := schedule.Phase(-1)
	program := t.Program
	if fused {
		program = t.Fused
	}
	for i, f := range program.Funcs {
		if phase := t.Program.Plan.Groups[i].Phase; phase != last {
			if last >= 0 {
				body = append(body, jen.Empty())
			}
			body = append(body, comment(phaseText[phase])...)
			last = phase
		}
		var args []jen.Code
		for _, a := range f.Arrays {
			args = append(args, n.columnArg(g, a))
		}
		if f.Scalar("rate") != nil {
			args = append(args, jen.Id("rate"))
		}
		call := jen.Id(n.VectorName(f, t)).Call(args...)
		if f.Result != "" {
			call = jen.Id("loss").Op("=").Add(call)
		}
		body = append(body, call)
	}
	body = append(body, jen.Return(jen.Id("loss")))
	xRows, params := jen.Id("xRows").Add(p.array(n.inputs()*schedule.Samples)), jen.Id("p").Op("*").Add(p.of("Params"))
	name, text := "step"+t.Suffix, "adds the gradients of the block that load has prepared to g and returns the sum of its losses, each times its scale."
	list := []jen.Code{jen.Id("g").Op("*").Add(p.of("Params")), xRows, params}
	if fused {
		name, text = "stepSGD"+t.Suffix, "does the same, but subtracts rate times the gradients from p while they are in registers."
		list = []jen.Code{params, xRows, jen.Id("rate").Id(p.float)}
	}
	return append(comment(name+" "+text), jen.Func().Params(jen.Id("c").Op("*").Id(p.top("columns"))).Id(name).Params(list...).
		Parens(jen.Id("loss").Id(p.float)).Block(body...), jen.Line())
}

// columnArg prints an argument of a vector kernel.
func (n *Network) columnArg(g *graph.Graph, a *kernel.Array) jen.Code {
	v := a.Value
	switch name := columnField(g, a); {
	case name == "xRows":
		return jen.Id("xRows")
	case name != "":
		return jen.Op("&").Id("c").Dot(name)
	case v.Of != nil:
		return jen.Id("g").Dot(paramName(v.Of)).Call()
	}
	return jen.Id("p").Dot(paramName(v)).Call()
}

// withoutColumns prints what stands in the place of vector code in builds that have none.
func (n *Network) withoutColumns(p *printer) []jen.Code {
	none := jen.Return(jen.Lit(0), jen.False())
	code := append(comment(p.top("columns")+" is the scratch of vector code, which this build does not have."), jen.Type().Id(p.top("columns")).Struct(), jen.Line())
	code = append(code, comment("gradients tells that there is no vector code.")...)
	code = append(code, n.gradientsMethod(p).Block(none), jen.Line())
	code = append(code, comment("sgd tells that there is no vector code.")...)
	return append(code, n.sgdMethod(p).Block(none), jen.Line())
}
