package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/schedule"
)

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
	var code []jen.Code
	if n.random() {
		code = append(code, jen.Id("first").Op(":=").Lit(0))
		turn = append(turn, jen.Id("first").Op("+=").Id(block))
	}
	if p.strict {
		code = append(code, jen.If(jen.Len(jen.Id("x")).Op("<=").Id(block)).Block(
			jen.Return(p.rounded(n.blockCall(p.top("addBlock"), "g", "").Op("*").Id("scale")))))
	}
	whole := every(n.data(""), func(d jen.Code) *jen.Statement { return jen.Len(d).Op(">").Id(block) })
	return append(code, jen.For(whole).Block(turn...), call(""))
}

// blockCall prints the call of a function that adds the gradients of a block to g.
func (n *Network) blockCall(name, g, suffix string) *jen.Statement {
	args := slices.Concat([]jen.Code{jen.Id(g), jen.Id("w")}, n.data(suffix), []jen.Code{jen.Id("p"), jen.Id("scale")})
	if n.random() {
		args = append(args, jen.Id("first"))
	}
	return jen.Id(name).Call(append(args, jen.Id("loss"))...)
}

// blockFunc prints the head of such a function.
func (n *Network) blockFunc(p *printer, name string) *jen.Statement {
	params := slices.Concat([]jen.Code{p.pointer("g"), p.workParam()}, n.dataParams(p), []jen.Code{p.pointer("p"), jen.Id("scale").Id(p.float)})
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
	name, groups := p.top("addBlock"), n.plan().Groups
	count := n.rowCount(jen.Id(p.top("Block")))
	loop := func(rows jen.Code, groups []*schedule.Group) jen.Code {
		return jen.For(jen.Id("n").Op(":=").Range().Add(rows)).Block(n.passes(p, groups, n.blocked())...)
	}
	var body []jen.Code
	if n.blocked() {
		body = append(body, jen.Id("rows").Op(":=").Add(count))
		for len(groups) > 0 {
			perRow := 0
			for perRow < len(groups) && groups[perRow].PerRow {
				perRow++
			}
			if perRow == 0 {
				body, groups = append(body, n.passes(p, groups[:1], true)...), groups[1:]
				continue
			}
			body, groups = append(body, loop(jen.Id("rows"), groups[:perRow])), groups[perRow:]
		}
	} else {
		body = append(body, loop(count, groups))
	}
	body = append(body, jen.Return(jen.Id("loss")))
	return append(comment(name+" adds the gradients of at most Block rows to g and returns loss with their losses added."),
		n.blockFunc(p, name).Block(body...), jen.Line())
}
