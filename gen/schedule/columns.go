package schedule

import (
	"fmt"
	"strings"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/target"
)

// Samples is the number of rows of a block in vector code: the sample axis of every activation has as many places, which
// lie next to each other in memory, x[i,n], so that the samples are in lanes.
const Samples = 32

// FewRows is the number of rows below which there is no block of them: one row has kernels of its own.
const FewRows = 2

// The scalar operands that say how many rows a block of vector code has: how many groups of samples, that is tiles of as
// many vectors as a wide tile has, how many vectors of them, how many more than one, and how many terms of dW, four at a
// time.
const (
	Groups  = "groups"
	Vectors = "vectors"
	More    = "more"
	Quads   = "quads"
)

// Activations schedules the activations of g and their gradients for vector registers: forward, loss, and backward
// without the parameters. Every sum has the samples in lanes: W is read element by element and broadcast, so it keeps its
// canonical order [out,in], and the widths of the layers leave no lane empty. What Updates reads row by row has a
// transposed copy.
//
// A wide plan has tiles of several vectors of samples, as many as a block needs. A narrow one, for blocks of so few rows
// that they fit into one vector, has tiles of one vector and more outputs.
func Activations(g *graph.Graph, t *target.Vector, elementBytes int, narrow bool) *Plan {
	c := wide(t, elementBytes)
	if narrow {
		c.rows, c.vectors = t.NarrowRows, 1
	}
	return c.plan(g, func(s Stage) bool { return !updates(s) })
}

// Updates schedules the gradients of the parameters, which have the inputs in lanes, for as many rows as Activations
// worked on.
func Updates(g *graph.Graph, t *target.Vector, elementBytes int) *Plan {
	return wide(t, elementBytes).plan(g, updates)
}

// Losses schedules a graph without gradients likewise: forward and the losses.
func Losses(g *graph.Graph, t *target.Vector, elementBytes int) *Plan {
	return wide(t, elementBytes).plan(g, func(Stage) bool { return true })
}

// Outputs schedules the forward pass of g. The output comes row by row.
func Outputs(g *graph.Graph, t *target.Vector, elementBytes int) *Plan {
	p := wide(t, elementBytes).plan(g, func(s Stage) bool { return phaseOf(s.Node) == Forward })
	p.ByRow[g.Output] = true
	return p
}

// blockTerms is the number of multiply-adds of a row from which blocks are worth the size of their code.
const blockTerms = 32

// BlocksPay tells whether many rows at once are worth vector code of their own.
func BlocksPay(g *graph.Graph) bool {
	terms := 0
	for _, n := range g.Nodes {
		terms += Terms(n)
	}
	return terms >= blockTerms
}

// plan schedules some stages of g.
func (c columns) plan(g *graph.Graph, want func(Stage) bool) *Plan {
	p := &Plan{Graph: g, Block: Samples, Columns: true, Lanes: c.lanes, Vectors: c.vectors, Abreast: c.target.Abreast, Registers: c.target.Registers, Strict: c.target.Strict, ByRow: map[*graph.Value]bool{}}
	p.placeParams()
	groups := group(g)
	fuseDerivatives(g, groups)
	for _, gr := range groups {
		gr.Form = Tiled
		c.fuseCheap(g, gr)
		var stages []Stage
		gr.Terms = 0
		for _, s := range gr.Stages {
			if gr.Phase != Loss { // whose loops are always those over the outputs, inside one over the samples
				s.Nest = c.nest(&s)
			}
			if _, ok := s.Node.Op.(graph.Contract); ok && updates(s) && s.Nest.ReadsRows() {
				p.ByRow[s.Node.Args[1]] = true
			}
			if !want(s) {
				continue
			}
			if updates(s) {
				gr.Name, gr.Phase = gr.Layer+"Update", Update
			}
			gr.Terms += Terms(s.Node)
			stages = append(stages, s)
		}
		if gr.Stages = stages; len(stages) == 0 {
			continue
		}
		gr.Reason = fmt.Sprintf("a block of up to %d rows, with %d samples in the lanes of a register. Sums are tiles of %d × %d registers.",
			Samples, c.lanes, c.rows, c.vectors)
		if gr.Packed = c.packed(gr); gr.Packed > 0 {
			gr.Reason += fmt.Sprintf(" The gradients of the parameters are made %d at a time, as they lie in memory.", gr.Packed)
		}
		p.Groups = append(p.Groups, gr)
	}
	return p
}

// updates tells whether the result of a stage is the gradient of a parameter.
func updates(s Stage) bool {
	v := s.Node.Outs[0]
	return v.Role == graph.Gradient && v.Of != nil && v.Of.IsParameter()
}

// fuseCheap makes an activation without calls the epilogue of its sums; one with calls needs registers of its own, so it
// is a pass over the stored sums, unless these are few.
func (c columns) fuseCheap(g *graph.Graph, gr *Group) {
	if gr.Phase != Forward || len(gr.Stages) < 2 {
		return
	}
	m, ok := gr.Stages[1].Node.Op.(graph.Map)
	few := Size(gr.Stages[0].Node.Outs[0])*c.vectors <= c.target.Registers/3
	if !ok || len(m.Vars) != 1 || expr.Calls(m.Expr) && !few {
		return
	}
	fuse(g, gr, g.Readers())
}

// columns chooses the loops of ops with the samples in lanes.
type columns struct {
	target        *target.Vector
	lanes         int
	rows, vectors int // of a tile
}

// wide has the tiles of several vectors of samples.
func wide(t *target.Vector, elementBytes int) columns {
	return columns{target: t, lanes: t.Lanes(elementBytes), rows: t.TileRows, vectors: t.TileVectors}
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
		rows := Balanced(size[kept[0]], c.rows)
		tile := rows[0].Step * c.vectors
		sums := c.interleaved(tile, size[summed[0]])
		return Nest{Sums: sums, Loops: []Loop{
			{Axis: kept[0], Segments: rows},
			{Axis: 'n', Segments: c.samples()},
			{Axis: summed[0], Segments: steps(size[summed[0]], max(sums, turnTerms(tile)))},
		}}
	case graph.Reduce:
		args, out := Subscripts(op.Sub)
		size := sizes(s.Node, args)
		if c.target.Strict { // row by row, as dW
			return Nest{Loops: []Loop{
				{Axis: out[0], Segments: steps(size[out[0]], sumsAbreast)},
				{Axis: 'n', Segments: []Segment{{To: Samples, Step: termsPerTurn, Turns: Quads}}},
			}}
		}
		return Nest{Loops: []Loop{
			{Axis: out[0], Segments: steps(size[out[0]], max(sumsAbreast, c.lanes))},
			{Axis: 'n', Segments: []Segment{{To: Samples, Step: c.lanes, Lanes: c.lanes, Turns: Vectors}}},
		}}
	case graph.Map:
		_, out := Subscripts(op.Sub)
		var loops []Loop
		for i := range len(out) {
			if out[i] != 'n' {
				loops = append(loops, Loop{Axis: out[i], Segments: steps(s.Node.Outs[0].Axes[i].Size, max(1, c.target.Abreast/c.vectors))})
			}
		}
		return Nest{Loops: append(loops, Loop{Axis: 'n', Segments: c.samples()})}
	}
	return Nest{}
}

const (
	// termsPerTurn is how many terms of a sum one turn of its loop adds at most: 2, 4, 8 and 16 are within 2 % of each other.
	termsPerTurn = 4
	// turnProducts is how many multiply-adds a turn need not pass: 16 cycles of them hide the loop around them, and more
	// only take room in the instruction cache (784-128-10: 89 KB of code with 4 terms per turn everywhere).
	turnProducts = 32
	// fewSums is the number of sums below which a tile waits for the latency of its multiply-adds, 4 cycles with two of
	// them starting in each; its sums are then split.
	fewSums = 8
	// sumsAbreast is how many sums over the lanes are finished at once, by a tree of additions that transposes.
	sumsAbreast = 8
)

// turnTerms is how many terms of its sums one turn adds for a tile of so many registers.
func turnTerms(tile int) int {
	terms := termsPerTurn
	for terms > 1 && terms*tile > turnProducts {
		terms /= 2
	}
	return terms
}

// samples is the run over the samples of a block, a tile at a time.
func (c columns) samples() []Segment { return []Segment{SampleRun(c.lanes, c.vectors, c.vectors)} }

// SampleRun is the run over the samples of a block, some vectors at a time, in a plan whose tiles have so many.
func SampleRun(lanes, tile, vectors int) Segment {
	s := Segment{To: Samples, Step: vectors * lanes, Lanes: lanes}
	switch {
	case tile == 1:
		s.To = lanes
	case s.Step == Samples:
	case vectors == tile:
		s.Turns = Groups
	default:
		s.Turns = Vectors
	}
	return s
}
