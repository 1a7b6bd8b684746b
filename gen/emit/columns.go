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

// columnsCode prints the scratch of the vector code and what calls it.
func (n *Network) columnsCode(p *printer) []jen.Code {
	code := slices.Concat(p.tierVar(), p.keptVar(), n.columnsType(p), n.columnsGradients(p), n.columnsSGD(p), n.columnsLosses(p), n.addLossesMethod(p),
		n.columnsBlock(p), n.columnsLoad(p))
	for _, t := range n.Tiers {
		code = append(code, n.columnsActivations(p, t)...)
	}
	return code
}

// columnsMethod prints the head of a method of the scratch as far as its name, ofColumns a field or a call of one in it.
func (p *printer) columnsMethod(name string) *jen.Statement {
	return jen.Func().Params(jen.Id("c").Op("*").Id(p.top("columns"))).Id(name)
}

func ofColumns(name string) *jen.Statement {
	if name == schedule.More {
		return ofColumns(schedule.Vectors).Op("-").Lit(1)
	}
	return jen.Id("c").Dot(name)
}

// tierVar prints the variable that chooses the vector code, isGeneric the condition that there is none for this processor,
// perTier the choice.
func (p *printer) tierVar() []jen.Code {
	return append(comment(p.top("tier")+" is the kind of vector code that this processor has."),
		jen.Var().Id(p.top("tier")).Op("=").Qual(runtimePath, "VectorTier").Call(), jen.Line())
}

// keptVar prints the mask that keeps what is there, kept its name.
func (p *printer) keptVar() []jen.Code {
	bits, ones := "Float32frombits", "MaxUint32"
	if p.float == "float64" {
		bits, ones = "Float64frombits", "MaxUint64"
	}
	return append(comment(p.top("kept")+" is what keep is where gradients are added to what is there: all bits are ones, which is no number."),
		jen.Var().Id(p.top("kept")).Op("=").Qual("math", bits).Call(jen.Qual("math", ones)), jen.Line())
}

func (p *printer) kept() *jen.Statement { return jen.Id(p.top("kept")) }

func (p *printer) isGeneric() *jen.Statement {
	return jen.Id(p.top("tier")).Op("==").Qual(runtimePath, "TierGeneric")
}

func (n *Network) perTier(p *printer, body func(t *Tier) []jen.Code) jen.Code {
	var cases []jen.Code
	for _, t := range n.Tiers {
		cases = append(cases, jen.Case(jen.Qual(runtimePath, t.Constant)).Block(body(t)...))
	}
	return jen.Switch(jen.Id(p.top("tier"))).Block(cases...)
}

// columnsType prints the scratch with its table of offsets.
func (n *Network) columnsType(p *printer) []jen.Code {
	text := []string{
		"// " + p.top("columns") + fmt.Sprintf(" is the memory of the vector code: a block of at most %d rows. In scratch the samples of an element", schedule.Samples),
		"// lie next to each other, so that a vector register holds neighbours; what is there row by row, too, is a copy.",
		"//", "//\toffset   length  value",
	}
	code := lines(append(text, slotRows(n.Scratch)...))
	field := func(name string, t jen.Code, text string) jen.Code { return jen.Id(name).Add(t).Comment(text) }
	counts := "1"
	if n.weighted() {
		counts = "weight"
	}
	array := func(n int) *jen.Statement { return jen.Index(jen.Lit(n)).Id(p.float) }
	target := field("target", array(n.outputs()*schedule.Samples), "by columns, too")
	words := 4 // of 8 bytes, behind arrays that are whole cache lines
	if n.classes() {
		target = field("target", jen.Index(jen.Lit(schedule.Samples)).Id(n.Label()), "of every row")
		words += schedule.Samples * graph.ClassBytes(len(n.Model.Output.Classes)) / 8
		code = append(comment(n.Label()+" is what the kernels read as the index of a class."),
			append([]jen.Code{jen.Type().Id(n.Label()).Op("=").Add(p.of("Class")), jen.Line()}, code...)...)
	}
	fields := []jen.Code{
		field("scratch", array(slotsLen(n.Scratch)), "the values above"),
		field("scale", array(schedule.Samples), "of every row: "+counts+"/rows of the batch, 0 for rows that the block lacks"),
	}
	if p.strict {
		fields = append(fields, field("loss", array(schedule.Samples), "of every row"))
	}
	fields = append(fields,
		field("x", jen.Index(jen.Lit(schedule.Samples)).Index(jen.Lit(n.inputs())).Id(p.float), "the rows of a block that does not fill its registers"),
		target,
		jen.Line(),
		jen.List(jen.Id("rows"), jen.Id("groups"), jen.Id("vectors"), jen.Id("quads")).Int().Comment("of the block: rows, groups of two registers, registers, groups of four rows"),
	)
	if n.random() {
		words += 3
		fields = append(fields, jen.Line(),
			jen.List(jen.Id("seed"), jen.Id("step")).Uint64().Comment("the key of the masks"), field("row", jen.Int(), "the row of the batch that comes first in the block"))
	}
	if over := words % 8; over > 0 {
		fields = append(fields, jen.Id("_").Index(jen.Lit(8-over)).Int().Comment("what follows begins a cache line, as everything here does"))
	}
	return append(code, jen.Type().Id(p.top("columns")).Struct(fields...), jen.Line())
}

// slotsLen is the length of an array for some slots.
func slotsLen(slots []kernel.Slot) int {
	last := slots[len(slots)-1]
	return last.Offset + last.Len
}

// slotRows describes slots, as the rows of a table.
func slotRows(slots []kernel.Slot) []string {
	var rows []string
	for _, s := range slots {
		rows = append(rows, fmt.Sprintf("//\t%6d  %7d  %s", s.Offset, s.Len, slotText(s)))
	}
	return rows
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
