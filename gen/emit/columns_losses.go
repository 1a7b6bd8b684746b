package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// lossRowsMethod and lossesMethod print the heads of the methods with which Loss takes blocks of rows.
func (n *Network) lossRowsMethod(p *printer) *jen.Statement {
	return p.columnsMethod("lossRows").Params(jen.Id("rows").Int()).Int()
}

func (n *Network) lossesMethod(p *printer) *jen.Statement {
	params := append(n.dataParams(p), p.pointer("p"), jen.Id("scale").Id(p.float))
	losses := p.columnsMethod("losses")
	if p.strict {
		return losses.Params(append(params, jen.Id("loss").Id(p.float))...).Id(p.float)
	}
	return losses.Params(params...).Parens(jen.Id("loss").Id(p.float))
}

// columnsLosses prints them.
func (n *Network) columnsLosses(p *printer) []jen.Code {
	lanes := jen.Id(p.top("lanes")).Call()
	code := comment("lossRows returns how many of the rows that are left losses takes next: none where a register holds them all, which " +
		"portable code does faster than a block.")
	code = append(code, n.lossRowsMethod(p).Block(
		jen.If(p.isGeneric().Op("||").Id("rows").Op("<=").Add(lanes)).Block(jen.Return(jen.Lit(0))),
		jen.If(jen.Id("most").Op(":=").Id(p.top("blockRows")).Call(jen.Id("rows")), jen.Id("most").Op(">").Add(lanes.Clone())).Block(jen.Return(jen.Id("most"))),
		jen.Return(jen.Id("rows")),
	), jen.Line())
	text, calls, result := "losses returns the sum of the losses of a block, each times its scale.", n.vectorResult, jen.Id("loss")
	if p.strict {
		text, result = "losses returns loss with the losses of a block added.", n.addLosses(jen.Id("loss"))
		calls = n.vectorCalls
	}
	body := []jen.Code{
		n.loadBlock(""),
		n.perTier(p, func(t *Tier) []jen.Code {
			return calls(p, t, t.Losses, operands{"factor": jen.Lit(0), kernel.Backward: jen.Lit(0)})
		}),
		jen.Return(result),
	}
	code = append(code, comment(text)...)
	return append(code, n.lossesMethod(p).Block(body...), jen.Line())
}

// addLosses prints the call that adds the losses of the block, whose rows are in weight where they have some.
func (n *Network) addLosses(loss jen.Code) *jen.Statement {
	args := []jen.Code{loss}
	if n.weighted() {
		args = append(args, jen.Id("weight"))
	}
	return ofColumns("addLosses").Call(args...)
}

// addLossesMethod prints what adds the losses up that strict kernels leave: row by row, as portable code does.
func (n *Network) addLossesMethod(p *printer) []jen.Code {
	if !p.strict {
		return nil
	}
	params := []jen.Code{jen.Id("loss").Id(p.float)}
	each := ofColumns("loss").Index(jen.Id("n"))
	rows := []jen.Code{ofColumns("rows"), jen.Len(ofColumns("loss"))}
	if n.weighted() {
		params = append(params, jen.Id("weight").Index().Id(p.float))
		each = p.rounded(jen.Id("weight").Index(jen.Id("n")).Op("*").Add(each))
		rows = append(rows, jen.Len(jen.Id("weight")))
	}
	add := jen.For(jen.Id("n").Op(":=").Range().Min(rows...)).Block(jen.Id("loss").Op("+=").Add(each))
	return append(comment("addLosses returns loss with the losses of the block added, in the order of its rows."),
		p.columnsMethod("addLosses").Params(params...).Id(p.float).Block(add, jen.Return(jen.Id("loss"))), jen.Line())
}

// withoutLosses prints what stands in their place in builds that have no vector code.
func (n *Network) withoutLosses(p *printer) []jen.Code {
	code := append(comment("lossRows tells that there is no vector code."), n.lossRowsMethod(p).Block(jen.Return(jen.Lit(0))), jen.Line())
	code = append(code, comment("losses is not called: lossRows is 0.")...)
	return append(code, n.lossesMethod(p).Block(jen.Return(jen.Lit(0))), jen.Line())
}

// lossLoop prints the head of the loop of Loss over rows. The compiler no longer knows that there are as many targets where
// blocks went before.
func (n *Network) lossLoop() *jen.Statement {
	if n.Tiers == nil {
		return jen.For(jen.Id("n").Op(":=").Range().Id("x"))
	}
	left := every(n.data(""), func(d jen.Code) *jen.Statement { return jen.Id("n").Op("<").Len(d) })
	return jen.For(jen.Id("n").Op(":=").Lit(0), left, jen.Id("n").Op("++"))
}

// lossBlocks prints the loop of Loss over the blocks of rows of vector code.
func (n *Network) lossBlocks(p *printer) []jen.Code {
	if n.Tiers == nil {
		return nil
	}
	columns := func(name string) *jen.Statement { return jen.Id("w").Dot("columns").Dot(name) }
	args := append(n.data("[:rows]"), jen.Id("p"), jen.Id("scale"))
	add := jen.Id("sum").Op("+=").Add(columns("losses")).Call(args...)
	if p.strict {
		add = jen.Id("loss").Op("=").Add(columns("losses")).Call(append(args, jen.Id("loss"))...)
	}
	loop := n.perBlock(columns("lossRows").Call(jen.Len(jen.Id("x"))), add)
	if p.strict {
		return []jen.Code{loop}
	}
	return []jen.Code{jen.Var().Id("sum").Id(p.float), loop}
}
