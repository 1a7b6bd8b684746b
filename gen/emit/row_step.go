package emit

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/graph"
)

// rowStepFiles prints the training step of one row in vector registers: what calls it, the assembly, its declarations,
// and what stands in its place where there is none.
func (n *Network) rowStepFiles(w *writer, p *printer, pkg, path string) {
	f := jen.NewFile(pkg)
	code := n.oneHot(p)
	for _, s := range n.rowSteps(p) {
		code = append(code, comment(s.text)...)
		body := []jen.Code{jen.If(p.isGeneric()).Block(jen.Return(jen.Lit(0), jen.False()))}
		code = append(code, s.head.Block(append(body, s.body...)...), jen.Line())
	}
	f.Add(block(append(append(code, n.rowStep(p)...), n.rowParts(p, stepOf)...)))
	w.code(path+"row_amd64.go", f, "//go:build amd64 && !purego")
	w.kernels(path+"row_step_amd64", pkg, n.RowStepKernels)

	f = jen.NewFile(pkg)
	code = nil
	for _, s := range n.rowSteps(p) {
		code = append(code, comment(s.name+" tells that there is no vector code.")...)
		code = append(code, s.head.Block(jen.Return(jen.Lit(0), jen.False())), jen.Line())
	}
	f.Add(block(code))
	w.code(path+"row_other.go", f, "//go:build !amd64 || purego")
}

// rowStepCall is a function that does one row in vector registers.
type rowStepCall struct {
	name, text string
	head       *jen.Statement
	body       []jen.Code
}

func (n *Network) rowSteps(p *printer) []rowStepCall {
	row := []jen.Code{jen.Id("x").Add(p.array(n.inputs())), jen.Id("target").Add(n.rowTargetType(p))}
	if n.weighted() {
		row = append(row, jen.Id("weight").Id(p.float))
	}
	step := func(dp, factor, keep jen.Code) jen.Code {
		args := []jen.Code{dp, jen.Id("x"), jen.Id("target"), jen.Id("p"), factor, keep}
		call := jen.Id(p.top("rowStep")).Call(append(args, n.rowMask(jen.Lit(0))...)...)
		if n.weighted() {
			call = jen.Id("weight").Op("*").Add(call)
		}
		return jen.Return(call, jen.True())
	}
	weight, rate := jen.Lit(1), jen.Op("-").Id("rate")
	if n.weighted() {
		weight, rate = jen.Id("weight"), jen.Op("-").Id("rate").Op("*").Id("weight")
	}
	gradients, sgd := p.top("rowGradients"), p.top("rowSGD")
	return []rowStepCall{{
		name: gradients,
		text: gradients + " sets g to the gradients for one row and returns its loss, in vector registers; ok is false where the processor has none.",
		head: p.attempt(jen.Func().Id(gradients), slices.Concat([]jen.Code{p.pointer("g")}, row, []jen.Code{p.pointer("p")}, n.maskParams())),
		body: append(n.clearUntrained(), step(n.trainedPart(p, "g"), weight, jen.Lit(0))),
	}, {
		name: sgd,
		text: sgd + " subtracts rate times the gradients for one row from p and returns its loss, in vector registers; ok is false where the processor has none.",
		head: p.attempt(jen.Func().Id(sgd), slices.Concat([]jen.Code{p.pointer("p")}, row, []jen.Code{jen.Id("rate").Id(p.float)}, n.maskParams())),
		body: []jen.Code{step(n.trainedPart(p, "p"), rate, p.kept())},
	}}
}

// oneHot prints the table of which a window is the target of a class.
func (n *Network) oneHot(p *printer) []jen.Code {
	if !n.classes() || n.outputs() == 1 {
		return nil
	}
	name, last := p.top("oneHot"), n.outputs()-1
	text := fmt.Sprintf("%s has the targets of all classes in it: that of class o are the %d elements from %d−o on. Those from %d on are that of no class.",
		name, n.outputs(), last, last+1)
	return append(comment(text), jen.Var().Id(name).Op("=").Index(jen.Lit(2*last+2)).Id(p.float).Values(jen.Lit(last).Op(":").Lit(1)), jen.Line())
}

// rowTarget prints the target of a row as a row of numbers, and the name of it.
func (n *Network) rowTarget(p *printer) (code []jen.Code, t jen.Code) {
	switch {
	case !n.classes():
		return nil, jen.Id("target")
	case n.outputs() == 1:
		return []jen.Code{jen.Id("t").Op(":=").Op("&").Index(jen.Lit(1)).Id(p.float).Values(jen.Id(p.float).Call(jen.Id("target")))}, jen.Id("t")
	}
	last := n.outputs() - 1
	return []jen.Code{
		jen.Id("o").Op(":=").Min(jen.Uint().Call(jen.Lit(last).Op("-").Int().Call(jen.Id("target"))), jen.Lit(last+1)),
		jen.Comment("From a slice, the conversion would check its length, which is always the same."),
		jen.Id("t").Op(":=").Parens(p.array(n.outputs())).Parens(jen.Qual("unsafe", "Pointer").Call(jen.Op("&").Id(p.top("oneHot")).Index(jen.Id("o")))),
	}, jen.Id("t")
}

// rowStep prints the choice of a kernel.
func (n *Network) rowStep(p *printer) []jen.Code {
	flat, name := p.array(n.plan().Len()), p.top("rowStep")
	body, t := n.rowTarget(p)
	var cases []jen.Code
	for _, r := range n.rowsWith(stepOf) {
		args := []jen.Code{jen.Id("dp"), jen.Id("x"), t, n.trainedPart(p, "p")}
		for _, s := range r.Step.Scalars {
			args = append(args, jen.Id(s.Name))
		}
		cases = append(cases, jen.Case(jen.Qual(runtimePath, r.Constant)).Block(jen.Return(jen.Id(n.VectorName(r.Step, r.Suffix)).Call(args...))))
	}
	body = append(body, jen.Switch(jen.Id(p.top("tier"))).Block(cases...), jen.Return(jen.Lit(0)))
	code := comment(name + " adds factor times the gradients for one row to dp, which may be p, or sets it to them, and returns its loss: keep is a mask of what is there.")
	params := []jen.Code{jen.Id("dp").Add(flat), jen.Id("x").Add(p.array(n.inputs())), jen.Id("target").Add(n.rowTargetType(p)),
		p.pointer("p"), jen.List(jen.Id("factor"), jen.Id("keep")).Id(p.float)}
	if n.random() {
		params = append(append(params, n.maskParams()...), jen.Id("row").Int())
	}
	return append(code, jen.Func().Id(name).Params(params...).Parens(jen.Id("loss").Id(p.float)).Block(body...), jen.Line())
}

// clearUntrained prints what sets the gradients of what is not trained: frozen parameters, and what rows are normalised by.
func (n *Network) clearUntrained() []jen.Code {
	var code []jen.Code
	for _, t := range n.plan().Params {
		if t.Value.Role == graph.Frozen {
			code = append(code, jen.Clear(jen.Id("g").Dot(paramName(t.Value)).Call().Index(jen.Op(":"))))
		}
	}
	if size := n.plan().Len(); size < n.length() {
		code = append(code, jen.Comment("what rows are normalized by is not trained"), jen.Clear(jen.Id("g").Index(jen.Id(fmt.Sprintf("%d:", size)))))
	}
	return code
}

// callRow prints the attempt to do one row in vector registers: with first, then the row, then last as arguments. Where it is
// not checked yet, it checks that there is one target, too.
func (n *Network) callRow(p *printer, name string, first, last jen.Code, checked bool) []jen.Code {
	if !n.trainsRows() {
		return nil
	}
	args := []jen.Code{first, jen.Op("&").Id("x").Index(jen.Lit(0)), n.targetOf(jen.Lit(0))}
	if n.weighted() {
		args = append(args, jen.Id("weight").Index(jen.Lit(0)))
	}
	unchecked := n.data("")
	if checked {
		unchecked = unchecked[:1]
	}
	one := every(unchecked, func(d jen.Code) *jen.Statement { return jen.Len(d).Op("==").Lit(1) })
	return []jen.Code{jen.If(one).Block(tried(jen.Id(p.top(name)).Call(append(append(args, last), n.maskArgs()...)...)))}
}

// leftRows prints what adds the rows that blocks leave, one by one.
func (n *Network) leftRows(p *printer) []jen.Code {
	alone, _ := n.rowsAlone()
	if alone == 0 {
		return nil
	}
	factor := jen.Id("scale")
	if n.weighted() {
		factor = jen.Id("scale").Op("*").Id("weight").Index(jen.Id("n"))
	}
	args := []jen.Code{n.trainedPart(p, "g"), jen.Op("&").Id("x").Index(jen.Id("n")), n.targetOf(jen.Id("n")), jen.Id("p"), factor.Clone(), jen.Id("keep")}
	call := jen.Id(p.top("rowStep")).Call(append(args, n.rowMask(ofColumns("row").Op("+").Id("n"))...)...)
	loop := jen.For(jen.Id("n").Op(":=").Range().Add(n.rowCount(jen.Lit(alone))))
	return []jen.Code{loop.Block(
		jen.Id("loss").Op("+=").Id(p.float).Call(factor.Clone().Op("*").Add(call)),
		jen.Id("keep").Op("=").Add(p.kept()),
	)}
}
