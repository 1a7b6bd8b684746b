package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/graph"
)

// step prints StepSGD and Loss.
func (n *Network) step(p *printer) []jen.Code {
	g, name := n.plan().Graph, p.top("StepSGD")
	params := slices.Concat([]jen.Code{p.pointer("p"), p.workParam()}, n.dataParams(p), []jen.Code{jen.Id("rate").Id(p.float)})
	body := n.callRow(p, "rowSGD", jen.Id("p"), jen.Id("rate"), false)
	if n.Tiers != nil {
		args := slices.Concat([]jen.Code{jen.Id("p")}, n.data(""), []jen.Code{jen.Id("rate")}, n.maskArgs())
		body = append(body, tried(jen.Id("w").Dot("columns").Dot("sgd").Call(args...)))
	}
	args := append([]jen.Code{jen.Op("&").Id("w").Dot("g"), jen.Id("w")}, n.data("")...)
	body = append(body,
		jen.Id("loss").Op("=").Id(p.top("Gradients")).Call(append(args, jen.Id("p"))...),
		jen.Qual(runtimePath, map[string]string{"float32": "UpdateSGD32", "float64": "UpdateSGD64"}[p.float]).Call(jen.Id("p").Index(jen.Op(":")), jen.Id("w").Dot("g").Index(jen.Op(":")), jen.Id("rate")),
		jen.Return(jen.Id("loss")),
	)
	code := comment(name + " takes one step of stochastic gradient descent, p = p − rate·∂L/∂p, and returns the mean loss before it." + n.ifFrozen(" What is frozen has gradient 0 and stays.") + " " + n.dataNames() + " are as " + p.top("Gradients") + " takes them.")
	code = append(code, jen.Func().Id(name).Params(params...).Parens(jen.Id("loss").Id(p.float)).Block(body...), jen.Line())

	loss := p.top("Loss")
	f := n.Program.Func("loss")
	c := n.trainCaller(p, false)
	if n.blocked() {
		c.place = func(v *graph.Value, _ bool) *jen.Statement {
			return jen.Op("&").Id("w").Dot(fieldName(v)).Index(jen.Lit(0))
		}
	}
	body = []jen.Code{
		n.lengths(loss),
		jen.If(jen.Len(jen.Id("x")).Op("==").Lit(0)).Block(jen.Return(jen.Lit(0))),
		p.meanScale(),
	}
	body = append(body, n.lossBlocks(p)...)
	total := p.rounded(jen.Id("loss").Op("*").Id("scale"))
	if n.Tiers != nil && !p.strict {
		total = jen.Id("sum").Op("+").Add(total)
	}
	body = append(body,
		n.lossLoop().Block(
			p.of(n.forwardName()).Call(c.place(g.Output, false), jen.Op("&").Id("x").Index(jen.Id("n")), jen.Id("p")),
			c.lossCall(f, jen.Id(p.top(n.lossName()))),
		),
		jen.Return(total),
	)
	code = append(code, comment(loss+" returns the mean loss over the rows"+n.ifRandom(", without dropout")+"."+n.weightDoc()+" "+n.dataNames()+" must have the same length; it panics if they differ."+n.classDoc())...)
	params = slices.Concat([]jen.Code{p.workParam()}, n.dataParams(p), []jen.Code{p.pointer("p")})
	return append(code, jen.Func().Id(loss).Params(params...).Parens(jen.Id("loss").Id(p.float)).Block(body...), jen.Line())
}

// ifFrozen returns the text where some parameter is frozen, ifRandom where the network has dropout.
func (n *Network) ifFrozen(text string) string {
	for _, t := range n.plan().Params {
		if t.Value.Role == graph.Frozen {
			return text
		}
	}
	return ""
}

func (n *Network) ifRandom(text string) string {
	if n.random() {
		return text
	}
	return ""
}
