package schedule

import (
	"fmt"
	"sort"
	"strings"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/target"
)

// Samples is the number of rows of a block in vector code: the sample axis of every activation has as many places, which
// lie next to each other in memory, x[i,n], so that the samples are in lanes.
const Samples = 32

// FewRows is the number of rows below which portable code is faster: a block costs as much as 3 rows of it (7-5-3, 64-32-10
// and 784-128-10, Zen 4), however few of its own are used.
const FewRows = 4

// Columns schedules g for vector registers. Every sum but dW has the samples in lanes: W is read element by element and
// broadcast, so it keeps its canonical order [out,in], and the widths of the layers leave no lane empty. dW has the
// inputs in lanes and reads its activations row by row; a transposed copy of each is made once per block.
//
// With fused, the gradient of a parameter is not stored: rate times it is subtracted from the parameter while it is in
// registers. dx, which reads W, then comes before dW.
func Columns(g *graph.Graph, t *target.Vector, elementBytes int, fused bool) *Plan {
	p := &Plan{Graph: g, Block: Samples, Columns: true, Fused: fused}
	p.placeParams()
	p.Groups = group(g)
	c := columns{target: t, lanes: t.Lanes(elementBytes)}
	p.Lanes, p.Abreast = c.lanes, t.Abreast
	for _, gr := range p.Groups {
		gr.Form = Tiled
		fuseCheap(g, gr)
		if fused {
			parametersLast(gr)
		}
		for i := range gr.Stages {
			if gr.Phase != Loss { // whose loops are always those over the outputs, inside one over the samples
				gr.Stages[i].Nest = c.nest(&gr.Stages[i])
			}
		}
		gr.Reason = fmt.Sprintf("a block of %d rows, with %d samples in the lanes of a register. Sums are tiles of %d × %d registers.",
			Samples, c.lanes, t.TileRows, t.TileVectors)
	}
	return p
}

// parametersLast moves the ops that update parameters behind those that read them.
func parametersLast(gr *Group) {
	sort.SliceStable(gr.Stages, func(i, j int) bool { return !updates(gr.Stages[i]) && updates(gr.Stages[j]) })
}

// updates tells whether the result of a stage is the gradient of a parameter.
func updates(s Stage) bool {
	of := s.Node.Outs[0].Of
	return of != nil && of.Role == graph.Parameter
}

// fuseCheap makes an activation without calls the epilogue of its sums; one with calls needs registers of its own, so it
// is a pass over the stored sums.
func fuseCheap(g *graph.Graph, gr *Group) {
	if gr.Phase != Forward || len(gr.Stages) < 2 {
		return
	}
	m, ok := gr.Stages[1].Node.Op.(graph.Map)
	if !ok || len(m.Vars) != 1 || expr.Calls(m.Expr) {
		return
	}
	fuse(g, gr, g.Readers())
}

// columns chooses the loops of ops with the samples in lanes.
type columns struct {
	target *target.Vector
	lanes  int
}

func (c columns) nest(s *Stage) Nest {
	switch op := s.Node.Op.(type) {
	case graph.Contract:
		ins, out := Subscripts(op.Sub)
		size := sizes(s.Node, ins)
		kept := strings.ReplaceAll(out, "n", "")
		summed := letters(strings.Join(ins[:2], ""), out)
		if !strings.Contains(out, "n") {
			return c.weightGradient(kept, size)
		}
		return Nest{Loops: []Loop{
			{Axis: kept[0], Segments: Balanced(size[kept[0]], c.target.TileRows)},
			{Axis: 'n', Segments: c.samples(c.target.TileVectors)},
			{Axis: summed[0], Segments: steps(size[summed[0]], termsPerTurn)},
		}}
	case graph.Reduce:
		args, out := Subscripts(op.Sub)
		size := sizes(s.Node, args)
		return Nest{Loops: []Loop{
			{Axis: out[0], Segments: steps(size[out[0]], sumsAbreast)},
			{Axis: 'n', Segments: c.samples(Samples / c.lanes)},
		}}
	case graph.Map:
		_, out := Subscripts(op.Sub)
		vectors := Samples / c.lanes
		var loops []Loop
		for i := range len(out) {
			if out[i] != 'n' {
				loops = append(loops, Loop{Axis: out[i], Segments: steps(s.Node.Outs[0].Axes[i].Size, max(1, c.target.Abreast/vectors))})
			}
		}
		return Nest{Loops: append(loops, Loop{Axis: 'n', Segments: c.samples(vectors)})}
	}
	return Nest{}
}

const (
	// termsPerTurn is how many terms of a sum one turn of its loop adds: 2, 4, 8 and 16 are within 2 % of each other.
	termsPerTurn = 4
	// fewSums is the number of sums below which a tile waits for the latency of its multiply-adds, 4 cycles with two of
	// them starting in each; its sums are then split.
	fewSums = 8
	// sumsAbreast is how many sums over the lanes are finished at once, by a tree of additions that transposes.
	sumsAbreast = 8
)

// samples is the run over the samples of a block, some vectors at a time.
func (c columns) samples(vectors int) []Segment {
	step := min(Samples, vectors*c.lanes)
	return []Segment{{From: 0, To: Samples, Step: step, Lanes: c.lanes}}
}

// weightGradient is the loops of dW[o,i] = Σₙ dz[o,n]·x[n,i]: the inputs in lanes, what is left of them in fewer lanes.
func (c columns) weightGradient(kept string, size map[byte]int) Nest {
	run := run(size[kept[1]], c.lanes, c.target.TileVectors)
	rows := Balanced(size[kept[0]], c.target.TileRows)
	sums, tile := 1, rows[0].Step*max(1, run[0].Step/c.lanes)
	for sums < termsPerTurn && sums*tile < fewSums {
		sums *= 2
	}
	return Nest{Sums: sums, Loops: []Loop{
		{Axis: kept[0], Segments: rows},
		{Axis: kept[1], Segments: run},
		{Axis: 'n', Segments: steps(Samples, termsPerTurn)},
	}}
}
