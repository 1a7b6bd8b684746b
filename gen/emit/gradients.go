package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/schedule"
)

// gradients prints Gradients and what it needs.
func (n *Network) gradients(p *printer) []jen.Code {
	name := p.top("Gradients")
	params := slices.Concat([]jen.Code{p.pointer("g"), p.workParam()}, n.dataParams(p), []jen.Code{p.pointer("p")})
	body := append([]jen.Code{n.lengths(name)}, n.callRow(p, "rowGradients", jen.Id("g"), jen.Id("p"), true)...)
	if n.Tiers != nil {
		args := slices.Concat([]jen.Code{jen.Id("g")}, n.data(""), []jen.Code{jen.Id("p")}, n.maskArgs())
		body = append(body, jen.Comment("Where the processor has vector registers, kernels_amd64.s does what follows."),
			tried(jen.Id("w").Dot("columns").Dot("gradients").Call(args...)), jen.Line())
	}
	body = append(body,
		jen.Clear(jen.Id("g").Index(jen.Op(":"))),
		jen.If(jen.Len(jen.Id("x")).Op("==").Lit(0)).Block(jen.Return(jen.Lit(0))),
		p.meanScale(),
	)
	if n.block() > 1 {
		body = append(body, n.blocks(p)...)
	} else {
		body = append(body, jen.For(jen.Id("n").Op(":=").Range().Id("x")).Block(n.passes(p, n.plan().Groups, false)...))
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

// tried prints the attempt to leave everything to a function that may be unable to do it.
func tried(call jen.Code) jen.Code {
	return jen.If(jen.List(jen.Id("loss"), jen.Id("ok")).Op(":=").Add(call), jen.Id("ok")).Block(jen.Return(jen.Id("loss")))
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
		call := c.call
		if f.Result != "" {
			call = c.lossCall
		}
		code = append(code, call(f, n.kernelName(p, g)))
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
