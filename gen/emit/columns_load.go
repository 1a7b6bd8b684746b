package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/schedule"
)

// columnsLoad prints the function that hands a block over: targets, scales, and the rows, padded where there are few.
func (n *Network) columnsLoad(p *printer) []jen.Code {
	size := n.inputs() * schedule.Samples
	rows := func() *jen.Statement { return jen.For(jen.Id("n").Op(":=").Range().Id("rows")) }
	body := []jen.Code{
		jen.Id("rows").Op(":=").Add(n.rowCount(jen.Lit(schedule.Samples))),
	}
	body = append(body, n.columnScale(rows)...)
	body = append(body,
		jen.Clear(jen.Id("c").Dot("target").Index(jen.Op(":"))),
		rows().Block(n.columnTarget(p)...),
		jen.If(jen.Len(jen.Id("x")).Op("==").Lit(schedule.Samples)).Block(
			jen.Return(jen.Parens(p.array(size)).Parens(jen.Qual("unsafe", "Pointer").Call(jen.Op("&").Id("x").Index(jen.Lit(0)))))),
		jen.Clear(jen.Id("c").Dot("xRows").Index(jen.Op(":"))),
		rows().Block(jen.Op("*").Parens(p.array(n.inputs())).Parens(jen.Id("c").Dot("xRows").Index(jen.Id(fmt.Sprintf("%d*n:", n.inputs())))).
			Op("=").Id("x").Index(jen.Id("n"))),
		jen.Return(jen.Op("&").Id("c").Dot("xRows")),
	)
	code := comment(fmt.Sprintf("load prepares a block of at most %d rows and returns its inputs row by row: x itself where it is full, else a copy in which "+
		"the rows that lack are zero.", schedule.Samples))
	return append(code, jen.Func().Params(jen.Id("c").Op("*").Id(p.top("columns"))).Id("load").Params(
		append(n.dataParams(p), jen.Id("scale").Id(p.float))...).Add(p.array(size)).Block(body...), jen.Line())
}

// columnScale prints how the scales get into their lanes. Without weights they are those of the last block, as a rule.
func (n *Network) columnScale(rows func() *jen.Statement) []jen.Code {
	scale, value := jen.Id("c").Dot("scale"), jen.Id("scale")
	if n.weighted() {
		value.Op("*").Id("weight").Index(jen.Id("n"))
	}
	fill := []jen.Code{
		jen.Clear(scale.Clone().Index(jen.Op(":"))),
		rows().Block(scale.Clone().Index(jen.Id("n")).Op("=").Add(value)),
	}
	if n.weighted() {
		return fill
	}
	return []jen.Code{
		jen.If(jen.Id("c").Dot("rows").Op("!=").Id("rows").Op("||").Add(scale.Clone()).Index(jen.Lit(0)).Op("!=").Id("scale")).Block(
			append([]jen.Code{jen.Id("c").Dot("rows").Op("=").Id("rows")}, fill...)...),
	}
}

// columnTarget prints how the target of row n gets into its lane.
func (n *Network) columnTarget(p *printer) []jen.Code {
	at := func(o string) *jen.Statement {
		return jen.Id("c").Dot("target").Index(jen.Id(fmt.Sprintf("%d*%s+n", schedule.Samples, o)))
	}
	switch {
	case n.classes() && n.outputs() == 1:
		return []jen.Code{jen.Id("c").Dot("target").Index(jen.Id("n")).Op("=").Id(p.float).Call(jen.Id("target").Index(jen.Id("n")))}
	case n.classes():
		return []jen.Code{jen.If(jen.Id("o").Op(":=").Int().Call(jen.Id("target").Index(jen.Id("n"))), jen.Lit(0).Op("<=").Id("o").Op("&&").Id("o").Op("<").Lit(n.outputs())).Block(
			at("o").Op("=").Lit(1))}
	}
	return []jen.Code{jen.For(jen.List(jen.Id("o"), jen.Id("t")).Op(":=").Range().Op("&").Id("target").Index(jen.Id("n"))).Block(at("o").Op("=").Id("t"))}
}
