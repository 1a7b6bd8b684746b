package emit

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// Tier is the vector code of a network for one kind of machine.
type Tier struct {
	Constant       string         // of the runtime: TierAVX2
	Suffix         string         // of the functions: AVX2
	Lanes, Vectors int            // of a register; registers of samples in a tile
	Wide, Narrow   []*kernel.Func // forward, loss and backward of a block without the parameters, to be called in this order
	Gradients      []*kernel.Func // of the parameters, times a factor, added to something
	Losses         []*kernel.Func // of a block, without dropout: some of Wide, without the gradients, or others
	Forward        []*kernel.Func // of one row
}

// Funcs lists the functions of a training step.
func (t *Tier) Funcs() []*kernel.Func {
	funcs := slices.Concat(t.Wide, t.Narrow, t.Gradients)
	for _, f := range t.Losses {
		if !slices.Contains(funcs, f) {
			funcs = append(funcs, f)
		}
	}
	return funcs
}

// VectorName is the name of a kernel's assembly function.
func (n *Network) VectorName(f *kernel.Func, t *Tier) string {
	return names{prefix: n.Prefix}.top(goName(f.Name) + t.Suffix)
}

// columnsCode prints the scratch of the vector code and what calls it.
func (n *Network) columnsCode(p *printer) []jen.Code {
	code := append(comment(p.top("tier")+" is the kind of vector code that this processor has."),
		jen.Var().Id(p.top("tier")).Op("=").Qual(runtimePath, "VectorTier").Call(), jen.Line())
	code = append(code, n.columnsType(p)...)
	code = append(code, n.columnsGradients(p)...)
	code = append(code, n.columnsSGD(p)...)
	code = append(code, n.columnsLosses(p)...)
	if p.strict {
		code = append(code, n.addLossesMethod(p)...)
	}
	code = append(code, n.columnsBlock(p)...)
	code = append(code, n.columnsLoad(p)...)
	for _, t := range n.Tiers {
		code = append(code, n.columnsActivations(p, t)...)
	}
	return code
}

// columnsType prints the scratch with its table of offsets.
func (n *Network) columnsType(p *printer) []jen.Code {
	lines := []string{
		"// " + p.top("columns") + fmt.Sprintf(" is the memory of the vector code: a block of at most %d rows. In scratch the samples of an element", schedule.Samples),
		"// lie next to each other, so that a vector register holds neighbours; what is there row by row, too, is a copy.",
		"//", "//\toffset   length  value",
	}
	for _, s := range n.Scratch {
		lines = append(lines, fmt.Sprintf("//\t%6d  %7d  %s", s.Offset, s.Len, slotText(s)))
	}
	var code []jen.Code
	for _, l := range lines {
		code = append(code, jen.Comment(l))
	}
	field := func(name string, t jen.Code, text string) jen.Code { return jen.Id(name).Add(t).Comment(text) }
	scale := "of every row: 1/rows of the batch, 0 for rows that the block lacks"
	if n.weighted() {
		scale = "of every row: weight/rows of the batch, 0 for rows that the block lacks"
	}
	targets, target := n.outputs()*schedule.Samples, "by columns, too"
	if n.classes() {
		targets, target = schedule.Samples, "the class of every row"
	}
	array := func(n int) *jen.Statement { return jen.Index(jen.Lit(n)).Id(p.float) }
	fields := append([]jen.Code(nil),
		field("scratch", array(n.scratchLen()), "the values above"),
		field("target", array(targets), target),
		field("scale", array(schedule.Samples), scale),
	)
	if p.strict {
		fields = append(fields, field("loss", array(schedule.Samples), "of every row"))
	}
	fields = append(fields,
		field("x", jen.Index(jen.Lit(schedule.Samples)).Index(jen.Lit(n.inputs())).Id(p.float), "the rows of a block that does not fill its registers"),
		jen.Line(),
		jen.List(jen.Id("rows"), jen.Id("groups"), jen.Id("vectors"), jen.Id("quads")).Int().Comment("of the block; what the last three are, the kernels' loops tell"),
	)
	if n.random() {
		fields = append(fields, jen.Line(),
			jen.List(jen.Id("seed"), jen.Id("step")).Uint64().Comment("the key of the masks"), field("row", jen.Int(), "the row of the batch that comes first in the block"))
	}
	words := 4 // of 8 bytes, behind arrays that are whole cache lines
	if n.random() {
		words = 7
	}
	fields = append(fields, jen.Id("_").Index(jen.Lit(8-words)).Int().Comment("what follows begins a cache line, as everything here does"))
	return append(code, jen.Type().Id(p.top("columns")).Struct(fields...), jen.Line())
}

// scratchLen is the length of the scratch.
func (n *Network) scratchLen() int {
	size := 0
	for _, s := range n.Scratch {
		size = s.Offset + s.Len
	}
	return size
}

// slotText describes a value of the scratch.
func slotText(s kernel.Slot) string {
	v, size := s.Value, s.Len/schedule.Samples
	text := valueText(v)
	if v.Role == graph.Input {
		text = "input"
	}
	if s.Copy {
		return fmt.Sprintf("%s, row by row [%d×%d]: element o of row n at %d*n+o", text, schedule.Samples, size, size)
	}
	return fmt.Sprintf("%s [%d×%d]: element o of row n at %d*o+n", text, size, schedule.Samples, schedule.Samples)
}

// columnsGradients prints the loop over the blocks.
func (n *Network) columnsGradients(p *printer) []jen.Code {
	var cases []jen.Code
	for _, t := range n.Tiers {
		body := append([]jen.Code{n.activations(p, t, "+=")},
			n.vectorCalls(p, t, t.Gradients, operands{"dp": n.trainedPart(p, "g"), "factor": jen.Lit(1), "keep": jen.Id("keep")})...)
		cases = append(cases, jen.Case(jen.Qual(runtimePath, t.Constant)).Block(body...))
	}
	block := jen.Id(p.top("blockRows")).Call(jen.Len(jen.Id("x")))
	fits := jen.Lit(0).Op("<").Id("rows")
	for _, d := range n.data("") {
		fits.Op("&&").Id("rows").Op("<=").Len(d)
	}
	body := []jen.Code{
		jen.If(jen.Id(p.top("tier")).Op("==").Qual(runtimePath, "TierGeneric").Op("||").Len(jen.Id("x")).Op("<").Lit(n.fewRows())).Block(
			jen.Return(jen.Lit(0), jen.False())),
		jen.Id("scale").Op(":=").Lit(1).Op("/").Id(p.float).Call(jen.Len(jen.Id("x"))),
		jen.Id("keep").Op(":=").Id(p.float).Call(jen.Lit(0)),
		jen.For(jen.Id("rows").Op(":=").Add(block.Clone()), fits, jen.Id("rows").Op("=").Add(block.Clone())).Block(
			jen.Id("first").Op(":=").Id("c").Dot("load").Call(append(n.data("[:rows]"), jen.Id("scale"))...),
			jen.Switch(jen.Id(p.top("tier"))).Block(cases...),
			n.strictLosses(p),
			n.passRows(),
			jen.Id("keep").Op("=").Add(n.kept()),
			jen.List(n.data("")...).Op("=").List(n.data("[rows:]")...),
		),
	}
	body = append(append(body, n.leftRows(p)...), jen.Return(n.meanLoss(p), jen.True()))
	body = append(append(n.maskKey(), body[0]), append(n.clearUntrained(), body[1:]...)...)
	code := comment("gradients does what Gradients does, in vector registers: it sets g to the gradient of the mean loss over the rows and returns the mean loss. " +
		n.without("ok is false where the processor has no such registers"))
	return append(code, n.gradientsMethod(p).Block(body...), jen.Line())
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
	return fmt.Sprintf("%s, and for fewer than %d rows, which portable code does faster.", text, n.fewRows())
}

// gradientsMethod and sgdMethod print the heads of the methods that builds with and without vector code have.
func (n *Network) gradientsMethod(p *printer) *jen.Statement {
	params := append([]jen.Code{jen.Id("g").Op("*").Add(p.of("Params"))}, n.dataParams(p)...)
	params = append(params, jen.Id("p").Op("*").Add(p.of("Params")))
	return n.columnsMethod(p, "gradients", append(params, n.maskParams()...))
}

func (n *Network) sgdMethod(p *printer) *jen.Statement {
	params := append([]jen.Code{jen.Id("p").Op("*").Add(p.of("Params"))}, n.dataParams(p)...)
	return n.columnsMethod(p, "sgd", append(append(params, jen.Id("rate").Id(p.float)), n.maskParams()...))
}

func (n *Network) columnsMethod(p *printer, name string, params []jen.Code) *jen.Statement {
	return jen.Func().Params(jen.Id("c").Op("*").Id(p.top("columns"))).Id(name).Params(params...).
		Params(jen.Id("loss").Id(p.float), jen.Id("ok").Bool())
}

// columnsSGD prints the fused step of one block.
func (n *Network) columnsSGD(p *printer) []jen.Code {
	var cases []jen.Code
	for _, t := range n.Tiers {
		body := append([]jen.Code{n.activations(p, t, "=")},
			n.vectorCalls(p, t, t.Gradients, operands{"dp": n.trainedPart(p, "p"), "factor": jen.Op("-").Id("rate"), "keep": n.kept()})...)
		cases = append(cases, jen.Case(jen.Qual(runtimePath, t.Constant)).Block(body...))
	}
	refused := jen.Id(p.top("tier")).Op("==").Qual(runtimePath, "TierGeneric").Op("||").Len(jen.Id("x")).Op("<").Lit(n.fewRows()).Op("||").
		Len(jen.Id("x")).Op("!=").Id(p.top("blockRows")).Call(jen.Len(jen.Id("x")))
	for _, d := range n.data("")[1:] {
		refused.Op("||").Len(jen.Id("x")).Op("!=").Len(d)
	}
	body := []jen.Code{
		jen.If(refused).Block(jen.Return(jen.Lit(0), jen.False())),
		jen.Id("scale").Op(":=").Lit(1).Op("/").Id(p.float).Call(jen.Len(jen.Id("x"))),
		jen.Id("first").Op(":=").Id("c").Dot("load").Call(append(n.data(""), jen.Id("scale"))...),
		jen.Switch(jen.Id(p.top("tier"))).Block(cases...),
		n.strictLosses(p),
		jen.Return(n.meanLoss(p), jen.True()),
	}
	body = append(n.maskKey(), body...)
	code := comment(fmt.Sprintf("sgd does what StepSGD does, in vector registers, if there %s at least and they make one block; else ok is false.",
		map[bool]string{true: "is a row", false: fmt.Sprintf("are %d rows", schedule.FewRows)}[n.fewRows() == 1]))
	return append(code, n.sgdMethod(p).Block(body...), jen.Line())
}

// activations prints the first half of a step of a block, and what becomes of its losses.
func (n *Network) activations(p *printer, t *Tier, op string) jen.Code {
	call := jen.Id("c").Dot("activations"+t.Suffix).Call(jen.Id("first"), jen.Id("p"))
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
	method := jen.Func().Params(jen.Id("c").Op("*").Id(p.top("columns"))).Id("activations"+t.Suffix).Params(
		jen.Id("first").Add(p.array(n.inputs())), jen.Id("p").Op("*").Add(p.of("Params")))
	text := "activations" + t.Suffix + " sets the activations of the block that load has prepared and their gradients, and "
	narrow, backward := jen.If(jen.Id("c").Dot("vectors").Op("==").Lit(1)), operands{kernel.Backward: jen.Lit(1)}
	if p.strict {
		body := append([]jen.Code{narrow.Block(append(n.vectorCalls(p, t, t.Narrow, nil), jen.Return())...)}, n.vectorCalls(p, t, t.Wide, backward)...)
		return append(comment(text+"the losses of its rows."), method.Block(body...), jen.Line())
	}
	body := append([]jen.Code{narrow.Block(n.vectorResult(p, t, t.Narrow, nil)...)}, n.vectorResult(p, t, t.Wide, backward)...)
	return append(comment(text+"returns the sum of its losses, each times its scale."), method.Parens(jen.Id("loss").Id(p.float)).Block(body...), jen.Line())
}

// operands are arguments of kernels by name, where they are not what they always are.
type operands map[string]jen.Code

// vectorCalls prints the calls of kernels, one after the other.
func (n *Network) vectorCalls(p *printer, t *Tier, funcs []*kernel.Func, own operands) []jen.Code {
	var code []jen.Code
	for _, f := range funcs {
		call := n.vectorCall(p, t, f, own)
		if f.Result != "" {
			call = jen.Id("loss").Op("=").Add(call)
		}
		code = append(code, call)
	}
	return code
}

// vectorCall prints the call of a kernel.
func (n *Network) vectorCall(p *printer, t *Tier, f *kernel.Func, own operands) *jen.Statement {
	var args []jen.Code
	for _, a := range f.Arrays {
		if arg, ok := own[a.Name]; ok {
			args = append(args, arg)
		} else {
			args = append(args, n.columnArg(p, a))
		}
	}
	for _, s := range f.Scalars {
		if arg, ok := own[s.Name]; ok {
			args = append(args, arg)
		} else {
			args = append(args, jen.Id("c").Dot(s.Name))
		}
	}
	return jen.Id(n.VectorName(f, t)).Call(args...)
}

// vectorResult prints the calls of kernels of which one computes the loss, and returns it.
func (n *Network) vectorResult(p *printer, t *Tier, funcs []*kernel.Func, own operands) []jen.Code {
	last := len(funcs) - 1
	if funcs[last].Result == "" {
		return append(n.vectorCalls(p, t, funcs, own), jen.Return(jen.Id("loss")))
	}
	return append(n.vectorCalls(p, t, funcs[:last], own), jen.Return(n.vectorCall(p, t, funcs[last], own)))
}

// columnArg prints an argument of a vector kernel.
func (n *Network) columnArg(p *printer, a *kernel.Array) jen.Code {
	switch {
	case a.Row > 0:
		return jen.Id("first")
	case a.Name == "scratch" && a.Len < n.scratchLen():
		return jen.Parens(p.array(a.Len)).Parens(jen.Id("c").Dot("scratch").Index(jen.Op(":")))
	case a.Name == "scratch":
		return jen.Op("&").Id("c").Dot("scratch")
	case a.Name == "p":
		return n.trainedPart(p, "p")
	case a.Value.Role == graph.Target:
		return jen.Op("&").Id("c").Dot("target")
	case a.Value.Role == graph.Loss:
		return jen.Op("&").Id("c").Dot("loss")
	}
	return jen.Op("&").Id("c").Dot("scale")
}
