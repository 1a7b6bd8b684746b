package gen

import (
	"strings"

	"github.com/chainrule-go/chainrule/gen/emit"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// vectorizeRows compiles what works on one row for vector registers, once per kind of machine: the forward pass, with and
// without the link, and the training step. Each is one function. From calm, the graph without dropout and gradients, come
// the forward passes and the function for many rows at once.
func vectorizeRows(n *emit.Network, g, calm *graph.Graph) error {
	element := elementOf(n.Model)
	var inference, training compiled
	var blocks *kernel.Blocks
	for _, t := range machines(n.Model) {
		row := &emit.Row{Constant: t.constant, Suffix: strings.ToUpper(t.Name), Parts: map[*kernel.Func][]*kernel.Func{}}
		whole := func(g *graph.Graph, name, summary string, purpose schedule.Purpose, link string) *kernel.Func {
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
		if alone && schedule.LinesPay(calm, schedule.Inference) {
			row.Forward = whole(calm, "forward", "sets the output of the network for one row.", schedule.Inference, "")
			if n.Link != "" {
				row.Predict = whole(calm, "predict", "sets the prediction of the network for one row.", schedule.Inference, n.Link)
			}
		}
		if alone && schedule.LinesPay(g, schedule.Training) {
			row.Step = whole(g, "rowStep", rowStepText, schedule.Training, "")
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
			of := &inference
			if f == row.Step {
				of = &training
			}
			funcs := []*kernel.Func{f}
			if parts := kernel.SplitRow(f, int(element), kernel.MaxRowTerms, kernel.MaxRowPart); parts != nil {
				row.Parts[f], funcs = parts, parts
			}
			if err := of.add(row.Suffix, t.Vector, element, funcs...); err != nil {
				return err
			}
		}
		n.Rows = append(n.Rows, row)
	}
	n.RowKernels, n.RowStepKernels = inference.printed(n), training.printed(n)
	return nil
}

// rowStepText says what the training step of one row does.
const rowStepText = "adds factor times the gradients for one row to dp, or sets it to them, and returns its loss; keep is a mask."
