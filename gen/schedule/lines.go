package schedule

import (
	"fmt"
	"sort"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/target"
)

// rowTerms is the number of multiply-adds from which one row is faster in vector registers: the forward pass of 4-16-3 with
// 112 takes 17 ns and not 31, that of 7-5-3 with 50 takes 42 and not 36 (Zen 4); the step of 7-5-3, with 115, takes 117 and
// not 105 (Zen 5).
var rowTerms = map[Purpose]int{Inference: 64, Training: 200, FusedTraining: 200}

// Purpose is what a plan is for: the output alone, the gradients, or a step in which gradients are subtracted from their
// parameters in place of being stored.
type Purpose int

// The purposes.
const (
	Inference Purpose = iota
	Training
	FusedTraining
)

// LinesPay tells whether vector registers are worth it for one row.
func LinesPay(g *graph.Graph, purpose Purpose) bool {
	terms := 0
	for _, n := range g.Nodes {
		if phaseOf(n) == Forward || purpose != Inference {
			terms += Terms(n)
		}
	}
	return terms >= rowTerms[purpose]
}

// Lines schedules g for one row in vector registers. Its elements are in lanes, and the inputs along the rows of W[o,i]: the sums over the inputs are dot products, the lanes of some of which are
// added up at once, by a tree of additions that transposes; those over the outputs, of dx, have the inputs in lanes. In a
// fused step dx, which reads W, comes before dW.
func Lines(g *graph.Graph, t *target.Vector, elementBytes int, purpose Purpose) *Plan {
	p := &Plan{Graph: g, Block: 1, Lines: true, Fused: purpose == FusedTraining, Lanes: t.Lanes(elementBytes)}
	p.placeParams()
	l := lines{target: t, lanes: p.Lanes, bytes: elementBytes}
	for _, gr := range group(g) {
		if gr.Phase != Forward && purpose == Inference {
			continue
		}
		gr.Form, gr.PerRow = Tiled, true
		if p.Fused {
			sort.SliceStable(gr.Stages, func(i, j int) bool { return !updates(gr.Stages[i]) && updates(gr.Stages[j]) })
		}
		for i := range gr.Stages {
			gr.Stages[i].Nest = l.nest(gr, gr.Stages[i].Node)
		}
		gr.Reason = fmt.Sprintf("one row, with %d elements in the lanes of a register.", p.Lanes)
		p.Groups = append(p.Groups, gr)
	}
	return p
}

// lines chooses the loops of ops on one row.
type lines struct {
	target       *target.Vector
	lanes, bytes int
}

func (l lines) nest(gr *Group, n *graph.Node) Nest {
	if gr.Phase == Loss { // whose loops are passes over the outputs
		return Nest{}
	}
	var op graph.Contract
	switch o := n.Op.(type) {
	case graph.Map:
		return l.elements(n, o.Sub)
	case graph.Reduce:
		return l.elements(n, o.Sub)
	case graph.Contract:
		op = o
	}
	ins, out := Subscripts(op.Sub)
	size := sizes(n, ins)
	kept := strings.ReplaceAll(out, "n", "")
	summed := letters(strings.Join(ins[:2], ""), out+"n")
	switch {
	case summed == "": // dW
		return Nest{Loops: []Loop{
			{Axis: kept[0], Segments: steps(size[kept[0]], rowsOfUpdate)},
			{Axis: kept[1], Segments: run(size[kept[1]], l.lanes, vectorsOfUpdate)},
		}}
	case gr.Phase == Backward: // dx
		return Nest{Sums: min(2, size[summed[0]]), Loops: []Loop{
			{Axis: kept[0], Segments: run(size[kept[0]], l.lanes, 4)},
			{Axis: summed[0], Segments: steps(size[summed[0]], 8)},
		}}
	}
	return Nest{Loops: []Loop{
		{Axis: kept[0], Segments: steps(size[kept[0]], 32/l.bytes)},
		{Axis: summed[0], Segments: run(size[summed[0]], l.lanes, 2)},
	}}
}

// elements is the loop of an op without sums.
func (l lines) elements(n *graph.Node, sub string) Nest {
	_, out := Subscripts(sub)
	axis := len(out) - 1
	return Nest{Loops: []Loop{{Axis: out[axis], Segments: run(n.Outs[0].Axes[axis].Size, l.lanes, 1)}}}
}

// rowsOfUpdate and vectorsOfUpdate are the tile of dW: as many rows of W, and vectors of x.
const rowsOfUpdate, vectorsOfUpdate = 4, 4

// Runs cuts a row of n elements into vectors, some at a time, and a remainder in fewer lanes.
func Runs(n, lanes, vectors int) []Segment { return run(n, lanes, vectors) }

// run cuts n elements into vectors, some at a time, and a remainder in fewer lanes.
func run(n, lanes, vectors int) []Segment {
	var segments []Segment
	at, full := 0, n/lanes*lanes
	for _, step := range []int{vectors * lanes, lanes} {
		if to := at + (full-at)/step*step; to > at {
			segments = append(segments, Segment{From: at, To: to, Step: step, Lanes: lanes})
			at = to
		}
	}
	if at < n {
		segments = append(segments, Segment{From: at, To: n, Step: n - at, Lanes: n - at})
	}
	return segments
}
