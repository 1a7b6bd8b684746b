package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// fewLeft is the number of rows up to which those that are left behind whole blocks go one by one: a block costs as much
// as 7 to 24 of them (7-5-3, 784-128-10, 64-32-10; AVX-512, Zen 5).
const fewLeft = 12

// infersBlocks tells whether the model package has vector code for blocks of rows.
func (n *Network) infersBlocks() bool { return len(n.Rows) > 0 && n.Rows[0].Block != nil }

// inPlace tells whether the outputs may take the place of the inputs: they are as many, and some layer lies between what
// reads the ones and what sets the others.
func (n *Network) inPlace() bool { return n.inputs() == n.outputs() && len(n.forwardFuncs()) > 1+1 } // the first is the link

// overlapDoc says whether y and x may share memory, where their types let them.
func (n *Network) overlapDoc() string {
	switch {
	case n.inPlace():
		return " y may be x, but not overlap it otherwise."
	case n.inputs() == n.outputs():
		return " y and x must not overlap."
	}
	return ""
}

// batchParams prints the parameters y, x and p.
func (n *Network) batchParams(p *printer) []jen.Code {
	return []jen.Code{
		jen.Id("y").Add(n.rowType(p, n.outputs())), jen.Id("x").Add(n.rowType(p, n.inputs())), p.pointer("p"),
	}
}

// batchMethod prints the head of what ForwardBatch calls for blocks.
func (n *Network) batchMethod(p *printer) *jen.Statement {
	return jen.Func().Params(jen.Id("w").Op("*").Id(p.top("Batch"))).Id("forward").Params(n.batchParams(p)...).Params(n.rowType(p, n.outputs()), n.rowType(p, n.inputs()))
}

// blocksCode prints the scratch of ForwardBatch and the choice of its kernels.
func (n *Network) blocksCode(p *printer) []jen.Code {
	if !n.infersBlocks() {
		return nil
	}
	text := []string{
		"// " + p.top("Batch") + fmt.Sprintf(" is the scratch of ForwardBatch: the values of %d rows. The rows of an element lie next to each other, so that a", schedule.Samples),
		"// vector register holds neighbours.", "//", "//\toffset   length  value",
	}
	code := append(lines(append(text, slotRows(n.BlockScratch)...)),
		jen.Type().Id(p.top("Batch")).Struct(jen.Id("scratch").Index(jen.Lit(slotsLen(n.BlockScratch))).Id(p.float)), jen.Line())

	const samples = schedule.Samples
	var cases []jen.Code
	for _, r := range n.Rows {
		var calls []jen.Code
		for _, f := range r.Block {
			calls = append(calls, repeated(f, jen.Id(n.VectorName(f, r.Suffix)).Call(n.blockArgs(p, f, r)...)))
		}
		cases = append(cases, jen.Case(n.tierName(r.Constant)).Block(calls...))
	}
	cases = append(cases, jen.Default().Block(jen.Return(jen.Id("y"), jen.Id("x"))))
	next := func(from string) jen.Code {
		return jen.List(jen.Id("y"), jen.Id("x")).Op("=").List(jen.Id("y").Index(jen.Id(from)), jen.Id("x").Index(jen.Id(from)))
	}
	overlap := jen.Lit(fewLeft).Op("<").Id("left").Op("&&").Id("left").Op("<").Lit(samples)
	last := fmt.Sprintf("Where these would be more than %d, the last block begins inside the one before it.", fewLeft)
	if n.inPlace() {
		first := func(name string) *jen.Statement { return jen.Op("&").Id(name).Index(jen.Lit(0)) }
		overlap.Op("&&").Add(first("y")).Op("!=").Add(first("x"))
		last = fmt.Sprintf("Where these would be more than %d, the last block begins inside the one before it, unless y is x.", fewLeft)
	}
	body := []jen.Code{
		jen.For(jen.Len(jen.Id("x")).Op(">=").Lit(samples).Op("&&").Len(jen.Id("y")).Op(">=").Lit(samples)).Block(
			jen.Switch(jen.Id(p.top("rowTier"))).Block(cases...),
			jen.If(jen.Id("left").Op(":=").Min(jen.Len(jen.Id("y")), jen.Len(jen.Id("x"))).Op("-").Lit(samples),
				overlap).Block(next("left:")).Else().Block(next(fmt.Sprintf("%d:", samples))),
		),
		jen.Return(jen.Id("y"), jen.Id("x")),
	}
	code = append(code, comment(fmt.Sprintf("forward sets the outputs of blocks of %d rows in vector registers, and returns the rows that are left. %s", samples, last))...)
	return append(code, n.batchMethod(p).Block(body...), jen.Line())
}

// blockArgs prints the arguments of a kernel for a block.
func (n *Network) blockArgs(p *printer, f *kernel.Func, r *Row) []jen.Code {
	vectors := schedule.Samples / r.Lanes
	counts := map[string]int{schedule.Groups: vectors / r.Vectors, schedule.Vectors: vectors}
	return arguments(f, func(a *kernel.Array) jen.Code {
		switch {
		case a.Name == "scratch":
			return jen.Op("&").Id("w").Dot("scratch")
		case a.Name == "p":
			return n.trainedPart(p, "p")
		case a.Value.Role == graph.Input:
			return jen.Op("&").Id("x").Index(jen.Lit(0))
		}
		return jen.Op("&").Id("y").Index(jen.Lit(0))
	}, func(name string) jen.Code { return jen.Lit(counts[name]) })
}

// withoutBlocks prints what stands in the place of vector code for blocks in builds that have none.
func (n *Network) withoutBlocks(p *printer) []jen.Code {
	if !n.infersBlocks() {
		return nil
	}
	code := append(comment(p.top("Batch")+" is the scratch of "+p.top("ForwardBatch")+", which needs none in this build."), jen.Type().Id(p.top("Batch")).Struct(), jen.Line())
	code = append(code, comment("forward tells that there is no vector code.")...)
	return append(code, n.batchMethod(p).Block(jen.Return(jen.Id("y"), jen.Id("x"))), jen.Line())
}
