package emit

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// columnsGradients prints the loop over the blocks.
func (n *Network) columnsGradients(p *printer) []jen.Code {
	step := n.blockStep(p, "[:rows]", "+=", n.trainedPart(p, "g"), jen.Lit(1), jen.Id("keep"))
	body := slices.Concat(
		n.maskKey(),
		[]jen.Code{jen.If(p.isGeneric().Op("||").Len(jen.Id("x")).Op("<").Lit(n.fewRows())).Block(jen.Return(jen.Lit(0), jen.False()))},
		n.clearUntrained(),
		[]jen.Code{
			p.meanScale(),
			jen.Id("keep").Op(":=").Id(p.float).Call(jen.Lit(0)),
			n.perBlock(jen.Id(p.top("blockRows")).Call(jen.Len(jen.Id("x"))), append(step, n.passRows(), jen.Id("keep").Op("=").Add(p.kept()))...),
		},
		n.leftRows(p),
		[]jen.Code{jen.Return(n.meanLoss(p), jen.True())},
	)
	code := comment("gradients does what Gradients does, in vector registers: it sets g to the gradient of the mean loss over the rows and returns the mean loss. " +
		n.without("ok is false where the processor has no such registers"))
	return append(code, n.gradientsMethod(p).Block(body...), jen.Line())
}

// blockStep prints a step of a block, of all rows or some as suffix says: op is what becomes of its loss, the others are
// operands of the kernels that add the gradients of the parameters to something.
func (n *Network) blockStep(p *printer, suffix, op string, dp, factor, keep jen.Code) []jen.Code {
	return []jen.Code{
		n.loadBlock(suffix),
		n.perTier(p, func(t *Tier) []jen.Code {
			return append([]jen.Code{n.activations(p, t, op, factor)}, n.vectorCalls(p, t, t.Gradients, operands{"dp": dp, "keep": keep})...)
		}),
		n.strictLosses(p),
	}
}

// columnsSGD prints the fused step of one block.
func (n *Network) columnsSGD(p *printer) []jen.Code {
	refused := p.isGeneric().Op("||").Len(jen.Id("x")).Op("<").Lit(n.fewRows()).Op("||").
		Len(jen.Id("x")).Op("!=").Id(p.top("blockRows")).Call(jen.Len(jen.Id("x"))).Op("||").Add(n.differ())
	body := slices.Concat(
		n.maskKey(),
		[]jen.Code{jen.If(refused).Block(jen.Return(jen.Lit(0), jen.False())), p.meanScale()},
		n.blockStep(p, "", "=", n.trainedPart(p, "p"), jen.Op("-").Id("rate"), p.kept()),
		[]jen.Code{jen.Return(n.meanLoss(p), jen.True())},
	)
	rows := "is a row"
	if few := n.fewRows(); few > 1 {
		rows = fmt.Sprintf("are %d rows", few)
	}
	code := comment("sgd does what StepSGD does, in vector registers, if there " + rows + " at least and they make one block; else ok is false.")
	return append(code, n.sgdMethod(p).Block(body...), jen.Line())
}

// fewRows is the number of rows below which there is no block of them. A strict network has no other vector code for one row.
func (n *Network) fewRows() int {
	if n.Model.Strict() {
		return 1
	}
	return schedule.FewRows
}

// without ends a sentence about what has no vector code.
func (n *Network) without(text string) string {
	if n.fewRows() == 1 {
		return text + "."
	}
	return fmt.Sprintf("%s, and for fewer than %d rows, which go one by one.", text, n.fewRows())
}

// gradientsMethod and sgdMethod print the heads of the methods that builds with and without vector code have.
func (n *Network) gradientsMethod(p *printer) *jen.Statement {
	return p.attempt(p.columnsMethod("gradients"), slices.Concat([]jen.Code{p.pointer("g")}, n.dataParams(p), []jen.Code{p.pointer("p")}, n.maskParams()))
}

func (n *Network) sgdMethod(p *printer) *jen.Statement {
	return p.attempt(p.columnsMethod("sgd"), slices.Concat([]jen.Code{p.pointer("p")}, n.dataParams(p), []jen.Code{jen.Id("rate").Id(p.float)}, n.maskParams()))
}

// attempt prints the rest of the head of a function that may be unable to do what it is for.
func (p *printer) attempt(head *jen.Statement, params []jen.Code) *jen.Statement {
	return head.Params(params...).Params(jen.Id("loss").Id(p.float), jen.Id("ok").Bool())
}

// activations prints the first half of a step of a block, and what becomes of its loss.
func (n *Network) activations(p *printer, t *Tier, op string, factor jen.Code) jen.Code {
	call := ofColumns("activations"+t.Suffix).Call(jen.Id("first"), jen.Id("p"), factor)
	if p.strict {
		return call // the losses are in c
	}
	return jen.Id("loss").Op(op).Add(call)
}

// strictLosses prints how the losses that strict kernels leave are added up, meanLoss what becomes of their sum.
func (n *Network) strictLosses(p *printer) jen.Code {
	if !p.strict {
		return jen.Null()
	}
	return jen.Id("loss").Op("=").Add(n.addLosses(jen.Id("loss")))
}

func (n *Network) meanLoss(p *printer) jen.Code {
	if !p.strict {
		return jen.Id("loss")
	}
	return p.rounded(jen.Id("loss").Op("*").Id("scale"))
}

// columnsActivations prints the first half of a step of one tier.
func (n *Network) columnsActivations(p *printer, t *Tier) []jen.Code {
	name := "activations" + t.Suffix
	method := p.columnsMethod(name).Params(jen.Id("first").Add(p.array(n.inputs())), p.pointer("p"), jen.Id("factor").Id(p.float))
	text := name + " sets the activations of the block that load has prepared and their gradients, times factor, and "
	narrow := jen.If(ofColumns("vectors").Op("==").Lit(1))
	own := operands{"factor": jen.Id("factor"), kernel.Backward: jen.Lit(1)}
	if p.strict {
		body := append([]jen.Code{narrow.Block(append(n.vectorCalls(p, t, t.Narrow, own), jen.Return())...)}, n.vectorCalls(p, t, t.Wide, own)...)
		return append(comment(text+"the losses of its rows."), method.Block(body...), jen.Line())
	}
	body := append([]jen.Code{narrow.Block(n.vectorResult(p, t, t.Narrow, own)...)}, n.vectorResult(p, t, t.Wide, own)...)
	return append(comment(text+"returns the sum of its losses, each times its scale."), method.Parens(jen.Id("loss").Id(p.float)).Block(body...), jen.Line())
}
