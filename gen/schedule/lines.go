package schedule

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/target"
)

// rowTerms is the number of multiply-adds from which one row is worth vector code. The smallest network that was measured,
// 7-5-3 with 50 and in a step 115, takes 11 ns for its forward pass and not 23, and 87 for a step and not 115 (Zen 5).
var rowTerms = map[Purpose]int{Inference: 40, Training: 90}

// Purpose is what a plan is for: the output alone, or the gradients.
type Purpose int

// The purposes.
const (
	Inference Purpose = iota
	Training
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

// Lines schedules g for one row in vector registers. Its elements are in lanes, and the inputs along the rows of W[o,i]: the
// sums over the inputs are dot products, the lanes of as many as a register has are added up at once, by a tree of additions
// that transposes (half as many take 33 ns in place of 28 for the forward pass of 64-32-10, 3.0 µs in place of 2.3 for that
// of 784-128-10; AVX-512, Zen 5); those over the outputs, of dx, have the inputs in lanes. dx, which reads W, comes before
// dW, which may be written to W.
func Lines(g *graph.Graph, t *target.Vector, elementBytes int, purpose Purpose) *Plan {
	p := &Plan{Graph: g, Block: 1, Lines: true, Lanes: t.Lanes(elementBytes)}
	p.placeParams()
	l := lines{lanes: p.Lanes}
	for _, gr := range group(g) {
		if gr.Phase != Forward && purpose == Inference {
			continue
		}
		gr.Form, gr.PerRow = Tiled, true
		l.fuse(g, gr)
		if gr.Phase == Backward {
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
type lines struct{ lanes int }

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
	case graph.Random: // whose loops the lowering knows
		return Nest{}
	case graph.Contract:
		op = o
	}
	ins, out := Subscripts(op.Sub)
	size := sizes(n, ins)
	kept := strings.ReplaceAll(out, "n", "")
	summed := letters(strings.Join(ins[:2], ""), out+"n")
	switch {
	case summed == "": // dW
		return Nest{Loops: l.update(kept, size)}
	case gr.Phase == Backward: // dx
		return Nest{Sums: min(2, size[summed[0]]), Loops: []Loop{
			{Axis: kept[0], Segments: Runs(size[kept[0]], l.lanes, 4)},
			{Axis: summed[0], Segments: steps(size[summed[0]], 8)},
		}}
	}
	return Nest{Loops: []Loop{
		{Axis: kept[0], Segments: steps(size[kept[0]], l.lanes)},
		{Axis: summed[0], Segments: Runs(size[summed[0]], l.lanes, l.vectors(size[summed[0]]))},
	}}
}

// The thresholds of the tiles of one row.
const (
	// mostVectors is the largest number of vectors of a row that one turn takes.
	mostVectors = 8
	// updateRows is the rows of a tile of dW, if they have no more than updateVectors vectors; longer ones are walked one
	// after the other, as caches expect it (784-128-10: 5.0 µs for a step, 6.1 with 4 rows; 64-32-10: 137 ns with 4 rows,
	// 143 with one; Zen 5).
	updateRows, updateVectors = 4, 8
)

// vectors returns how many vectors of a row one turn takes: a divisor of their number, if there is one that is large
// enough.
func (l lines) vectors(elements int) int {
	full := elements / l.lanes
	for v := min(full, mostVectors); v > 2; v-- {
		if full%v == 0 {
			return v
		}
	}
	return max(1, min(full, mostVectors/2))
}

// update is the loops of dW.
func (l lines) update(kept string, size map[byte]int) []Loop {
	o, i := size[kept[0]], size[kept[1]]
	rows := updateRows
	if i/l.lanes > updateVectors {
		rows = 1
	}
	return []Loop{{Axis: kept[0], Segments: steps(o, rows)}, {Axis: kept[1], Segments: Runs(i, l.lanes, l.vectors(i))}}
}

// fuse makes an activation the epilogue of its sums, unless those are needed, too, or made of two parts: whole vectors
// and a rest.
func (l lines) fuse(g *graph.Graph, gr *Group) {
	stages := slices.Clone(gr.Stages)
	fuse(g, gr, g.Readers())
	if slices.ContainsFunc(gr.Stages, func(s Stage) bool {
		in := Terms(s.Node) / Size(s.Node.Outs[0])
		return s.KeepSum || in > l.lanes && in%l.lanes != 0
	}) {
		gr.Stages = stages
	}
}

// elements is the loop of an op without sums.
func (l lines) elements(n *graph.Node, sub string) Nest {
	_, out := Subscripts(sub)
	axis := len(out) - 1
	return Nest{Loops: []Loop{{Axis: out[axis], Segments: Runs(n.Outs[0].Axes[axis].Size, l.lanes, 1)}}}
}

// Runs cuts a row of n elements into vectors, some at a time, and a remainder in fewer lanes.
func Runs(n, lanes, vectors int) []Segment {
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
