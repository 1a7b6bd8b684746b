package gen

import (
	"strings"

	"github.com/chainrule-go/chainrule/gen/emit"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/amd64"
)

// vectorizeRows compiles what works on one row for vector registers, once per kind of machine: the forward pass, with and
// without the link, and the training step. Each is one function. The step of a
// network with dropout stays portable Go: calm is its graph without that. From calm comes the function for many rows at once,
// too.
func vectorizeRows(n *emit.Network, g, calm *graph.Graph) error {
	calmOnly := drops(g)
	if calmOnly {
		g = calm
	}
	element := vector.Float32
	if n.Model.Precision == "float64" {
		element = vector.Float64
	}
	var inference, training rowKernels
	var blocks *kernel.Blocks
	for _, t := range machines(n.Model) {
		row := &emit.Row{Constant: t.constant, Suffix: strings.ToUpper(t.Name)}
		whole := func(name, summary string, purpose schedule.Purpose, link string) *kernel.Func {
			if plan := schedule.Flat(g, t.Vector, int(element), purpose); plan != nil {
				return kernel.Flat(name, summary, plan, link)
			}
			plan := schedule.Lines(g, t.Vector, int(element), purpose)
			funcs := kernel.Lower(plan, "").Funcs
			if link := kernel.LineLink(plan, link); link != nil {
				funcs = append(funcs, link)
			}
			return kernel.JoinRow(name, summary, plan, funcs, cacheLine/int(element))
		}
		alone := !n.Model.Strict() // one row has its elements in lanes, and so another order of sums
		if alone && schedule.LinesPay(g, schedule.Inference) {
			row.Forward = whole("forward", "sets the output of the network for one row.", schedule.Inference, "")
			if n.Link != "" {
				row.Predict = whole("predict", "sets the prediction of the network for one row.", schedule.Inference, n.Link)
			}
		}
		if alone && !calmOnly && schedule.LinesPay(g, schedule.Training) {
			row.Step = whole("rowStep", rowStepText, schedule.Training, "")
		}
		if schedule.BlocksPay(calm) && n.ScoresBlocks() {
			program := kernel.Lower(schedule.Outputs(calm, t.Vector, int(element)), "")
			if blocks == nil {
				blocks = kernel.NewBlocks(program, cacheLine/int(element))
				n.BlockScratch = blocks.Scratch
			}
			row.Block = blocks.Join("forward_block", "sets the outputs of a block of rows.", program)
			row.Lanes, row.Vectors = t.Lanes(int(element)), t.TileVectors
		}
		for _, f := range row.Funcs() {
			code, err := vector.Compile(f, t.Vector, element)
			if err != nil {
				return err
			}
			of := &inference
			if f == row.Step {
				of = &training
			}
			of.add(row, code)
		}
		n.Rows = append(n.Rows, row)
	}
	of := map[bool]*rowKernels{false: &inference, true: &training}
	n.RowAssembly = func(header string, training bool) string { return amd64.Assembly(header, of[training].named(n)) }
	n.RowStubs = func(header, pkg string, training bool) string { return amd64.Stubs(header, pkg, of[training].named(n)) }
	return nil
}

// rowStepText says what the training step of one row does.
const rowStepText = "adds factor times the gradients for one row to dp, or sets it to them, and returns its loss; keep is a mask."

// rowKernels is kernels on vector registers, with the kinds of machines that they belong to.
type rowKernels struct {
	rows    []*emit.Row
	kernels []*vector.Func
}

func (k *rowKernels) add(row *emit.Row, f *vector.Func) {
	k.rows, k.kernels = append(k.rows, row), append(k.kernels, f)
}

// named gives the kernels the names that they have in the network's packages.
func (k *rowKernels) named(n *emit.Network) []amd64.Kernel {
	named := make([]amd64.Kernel, len(k.kernels))
	for i, f := range k.kernels {
		named[i] = amd64.Kernel{Name: n.RowName(f.Kernel, k.rows[i]), Func: f}
	}
	return named
}
