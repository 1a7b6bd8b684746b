package schedule

import (
	"fmt"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/target"
)

// rowTerms is the number of multiply-adds from which the forward pass of one row is faster in vector registers: 4-16-3 with
// 112 takes 17 ns and not 31, 7-5-3 with 50 takes 42 and not 36 (Zen 4).
const rowTerms = 64

// Lines schedules the forward phase of g for one row in vector registers, if it is worth that; else it returns nil. The
// inputs are in lanes, along the rows of W; the lanes of some outputs are added up at once, by a tree of additions that
// transposes.
func Lines(g *graph.Graph, t *target.Vector, elementBytes int) *Plan {
	p := &Plan{Graph: g, Block: 1, Lanes: t.Lanes(elementBytes)}
	p.placeParams()
	for _, gr := range group(g) {
		if gr.Phase != Forward {
			continue
		}
		gr.Form, gr.PerRow = Tiled, true
		for i := range gr.Stages {
			gr.Stages[i].Nest = line(&gr.Stages[i], p.Lanes, elementBytes)
		}
		gr.Reason = fmt.Sprintf("one row, with %d inputs in the lanes of a register.", p.Lanes)
		p.Groups = append(p.Groups, gr)
	}
	terms := 0
	for _, gr := range p.Groups {
		terms += gr.Terms
	}
	if terms < rowTerms {
		return nil
	}
	return p
}

// line chooses the loops of an op on one row.
func line(s *Stage, lanes, elementBytes int) Nest {
	switch op := s.Node.Op.(type) {
	case graph.Contract:
		ins, out := Subscripts(op.Sub)
		size := sizes(s.Node, ins)
		o, i := strings.ReplaceAll(out, "n", "")[0], letters(strings.Join(ins[:2], ""), out+"n")[0]
		return Nest{Loops: []Loop{
			{Axis: o, Segments: steps(size[o], 32/elementBytes)},
			{Axis: i, Segments: run(size[i], lanes, 2)},
		}}
	case graph.Map:
		_, out := Subscripts(op.Sub)
		o := strings.IndexFunc(out, func(r rune) bool { return r != 'n' })
		return Nest{Loops: []Loop{{Axis: out[o], Segments: run(s.Node.Outs[0].Axes[o].Size, lanes, 1)}}}
	}
	return Nest{}
}

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
