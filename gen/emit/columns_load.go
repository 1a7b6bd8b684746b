package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/schedule"
)

// columnsBlock prints what cuts a batch into blocks.
func (n *Network) columnsBlock(p *printer) []jen.Code {
	text := p.top("lanes") + " returns how many samples a vector register of the tier holds."
	var body []jen.Code
	for _, t := range n.Tiers[1:] {
		body = append(body, jen.If(jen.Id(p.top("tier")).Op("==").Qual(runtimePath, t.Constant)).Block(jen.Return(jen.Lit(t.Lanes))))
	}
	body = append(body, jen.Return(jen.Lit(n.Tiers[0].Lanes)))
	code := append(comment(text), jen.Func().Id(p.top("lanes")).Params().Int().Block(body...), jen.Line())
	return append(code, n.blockRows(p)...)
}

// blockRows prints the function that cuts a block off a batch.
func (n *Network) blockRows(p *printer) []jen.Code {
	const samples = schedule.Samples
	text := fmt.Sprintf("%s returns how many of the rows that are left make the next block: at most %d", p.top("blockRows"), samples)
	f := jen.Func().Id(p.top("blockRows")).Params(jen.Id("rows").Int()).Int()
	if p.strict { // on every tier the same rows are summed up by themselves
		return append(comment(text+"."), f.Block(jen.Return(jen.Min(jen.Id("rows"), jen.Lit(samples)))), jen.Line())
	}
	vectors := n.Tiers[0].Vectors
	alone, behind := n.rowsAlone()
	text += fmt.Sprintf(", in groups of %d registers. The rest of a group is a block of its own if it fits into one register.", vectors)
	var body []jen.Code
	register := jen.Id("lanes")
	fits := register.Clone()
	if alone > 0 {
		text += fmt.Sprintf(" As many as %d at the end are faster one by one: then it is 0.", alone)
		body = append(body, jen.If(jen.Id("rows").Op("<=").Lit(alone)).Block(jen.Return(jen.Lit(0))))
	}
	if behind > 0 {
		text += fmt.Sprintf(" So are as many as %d behind a block of one register.", behind)
		fits.Op("+").Lit(behind)
	}
	body = append(body,
		jen.Id("rows").Op("=").Min(jen.Id("rows"), jen.Lit(samples)),
		register.Clone().Op(":=").Id(p.top("lanes")).Call(),
		jen.Id("over").Op(":=").Id("rows").Op("%").Parens(jen.Lit(vectors).Op("*").Add(register.Clone())),
		jen.If(jen.Id("over").Op("<").Id("rows").Op("&&").Id("over").Op("<=").Add(fits.Clone())).Block(jen.Return(jen.Id("rows").Op("-").Id("over"))),
	)
	if behind > 0 {
		body = append(body, jen.If(register.Clone().Op("<").Id("rows").Op("&&").Id("rows").Op("<=").Add(fits.Clone())).Block(jen.Return(register.Clone())))
	}
	return append(comment(text), f.Block(append(body, jen.Return(jen.Id("rows")))...), jen.Line())
}

// rowsAlone returns how many rows are taken one by one, as schedule.RowsAlone says; none where one row has no kernel.
func (n *Network) rowsAlone() (alone, behind int) {
	if !n.trainsRows() {
		return 0, 0
	}
	return schedule.RowsAlone(n.plan().Graph)
}

// columnsLoad prints the function that hands a block over: targets, scales, and the rows, padded where they do not fill
// registers.
func (n *Network) columnsLoad(p *printer) []jen.Code {
	c := ofColumns
	lanes, vectors := jen.Id(p.top("lanes")).Call(), n.Tiers[0].Vectors
	scale := jen.For(jen.Id("n").Op(":=").Range().Id("rows")).Block(c("scale").Index(jen.Id("n")).Op("=").Add(n.rowScale(p)))
	if !n.weighted() {
		scale = jen.If(c("scale").Index(jen.Lit(0)).Op("!=").Id("scale")).Block(scale)
	}
	body := []jen.Code{
		jen.Id("rows").Op(":=").Add(n.rowCount(jen.Lit(schedule.Samples))),
		jen.If(c("rows").Op("!=").Id("rows")).Block(
			c("rows").Op("=").Id("rows"),
			c("groups").Op("=").Parens(jen.Id("rows").Op("+").Lit(vectors).Op("*").Add(lanes.Clone()).Op("-").Lit(1)).Op("/").Parens(jen.Lit(vectors).Op("*").Add(lanes.Clone())),
			c("vectors").Op("=").Lit(vectors).Op("*").Add(c("groups")),
			jen.If(jen.Id("rows").Op("<=").Add(lanes.Clone())).Block(c("vectors").Op("=").Lit(1)),
			c("quads").Op("=").Parens(jen.Id("rows").Op("+").Lit(3)).Op("/").Lit(4),
			jen.Clear(c("scale").Index(jen.Op(":"))),
			jen.Clear(c("target").Index(jen.Op(":"))),
		),
		scale,
		n.columnTarget(),
		jen.Id("padded").Op(":=").Add(c("vectors")).Op("*").Add(lanes.Clone()),
		jen.If(jen.Id("rows").Op("==").Id("padded").Op("&&").Id("rows").Op(">").Lit(0)).Block(jen.Return(jen.Op("&").Id("x").Index(jen.Lit(0)))),
		jen.Copy(c("x").Index(jen.Op(":")), jen.Id("x").Index(jen.Id(":rows"))),
		jen.For(jen.Id("n").Op(":=").Id("rows"), jen.Id("n").Op("<").Id("padded").Op("&&").Id("n").Op("<").Len(c("x")), jen.Id("n").Op("++")).Block(
			jen.Clear(c("x").Index(jen.Id("n")).Index(jen.Op(":")))),
		jen.Return(jen.Op("&").Add(c("x")).Index(jen.Lit(0))),
	}
	code := comment(fmt.Sprintf("load prepares a block of at most %d rows and returns the first of them: in x itself where they fill the registers, else in a copy "+
		"in which the rows that lack are zero.", schedule.Samples))
	return append(code, p.columnsMethod("load").Params(
		append(n.dataParams(p), jen.Id("scale").Id(p.float))...).Add(p.array(n.inputs())).Block(body...), jen.Line())
}

// loadBlock prints the call of it, of all rows or some as suffix says.
func (n *Network) loadBlock(suffix string) jen.Code {
	return jen.Id("first").Op(":=").Add(ofColumns("load")).Call(append(n.data(suffix), jen.Id("scale"))...)
}

// columnTarget prints how the targets get into their lanes. Lanes without a row keep what they have: their scale is 0.
func (n *Network) columnTarget() jen.Code {
	if n.classes() {
		return jen.Copy(ofColumns("target").Index(jen.Op(":")), jen.Id("target").Index(jen.Op(":").Id("rows")))
	}
	at := ofColumns("target").Index(jen.Id(fmt.Sprintf("%d*o+n", schedule.Samples)))
	return jen.For(jen.Id("n").Op(":=").Range().Id("rows")).Block(
		jen.For(jen.List(jen.Id("o"), jen.Id("t")).Op(":=").Range().Op("&").Id("target").Index(jen.Id("n"))).Block(at.Op("=").Id("t")))
}

// withoutColumns prints what stands in the place of vector code in builds that have none.
func (n *Network) withoutColumns(p *printer) []jen.Code {
	none := jen.Return(jen.Lit(0), jen.False())
	code := append(comment(p.top("columns")+" is the scratch of vector code, which this build does not have."), jen.Type().Id(p.top("columns")).Struct(), jen.Line())
	code = append(code, comment("gradients tells that there is no vector code.")...)
	code = append(code, n.gradientsMethod(p).Block(none), jen.Line())
	code = append(code, comment("sgd tells that there is no vector code.")...)
	code = append(code, n.sgdMethod(p).Block(none), jen.Line())
	return append(code, n.withoutLosses(p)...)
}
