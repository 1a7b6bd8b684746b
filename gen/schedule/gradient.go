package schedule

import "github.com/chainrule-go/chainrule/gen/graph"

// The loops of dW[o,i] = Σₙ dz[o,n]·x[n,i]. The inputs are in lanes and x is read row by row, as long as there are enough
// of them. For a few the samples are in lanes, and the lanes of some sums are added up at once: with 2 inputs left in a
// register of 16 lanes, 32 multiply-adds would do the work of 4.

// gradientPart is a run of inputs with a tile of its own.
type gradientPart struct {
	Segment
	dots bool // the samples are in lanes
}

// weightGradient chooses the parts of dW[kept], and their tiles.
func (c columns) weightGradient(kept string, size map[byte]int) Nest {
	parts := c.gradientParts(size[kept[1]])
	var nest *Nest
	for k := len(parts) - 1; k >= 0; k-- {
		n := c.gradientNest(kept, size[kept[0]], parts[k])
		n.Rest, nest = nest, &n
	}
	return *nest
}

// gradientParts covers the inputs: by tiles, and what is left by two equal vectors, by one, or by dots.
func (c columns) gradientParts(in int) []gradientPart {
	var parts []gradientPart
	at := 0
	add := func(to, step, lanes int, dots bool) {
		if to > at {
			parts = append(parts, gradientPart{Segment{From: at, To: to, Step: step, Lanes: lanes}, dots})
			at = to
		}
	}
	tile := c.target.TileVectors * c.lanes
	add(in/tile*tile, tile, c.lanes, false)
	rest := in - at
	if over := rest - c.lanes; over > 0 && !c.fewInputs(over) {
		half := rest / 2
		add(at+2*half, 2*half, half, false)
	} else if over >= 0 {
		add(at+c.lanes, c.lanes, c.lanes, false)
	}
	rest = in - at
	add(in, rest, rest, c.fewInputs(rest))
	return parts
}

// fewInputs tells whether the gradients of so many weights of an output are made faster as dots: of each the lanes of some
// vectors are multiplied and added up, in about 4 instructions more; else 32 multiply-adds make all of them. dW of 18
// inputs and 194 outputs takes 1.21 µs on AVX-512 and 1.81 on AVX2, where it took 1.96 and 2.53 (Zen 5).
func (c columns) fewInputs(n int) bool { return !c.target.Strict && n*(Samples/c.lanes+4) <= 48 }

// mostPacked is how many gradients of a layer are made a register at a time. In loops of a few outputs each, more sums are
// begun, and added up in trees with gaps: a step of 7-5-3 with 32 rows takes 118 ns in such loops, 107 packed. Of twelve
// networks nine are 2 to 10 % faster so, 2-16-2, 6-8-3 and 4-12-3 are 1, 3 and 5 % slower (AVX-512, Zen 5).
const mostPacked = 64

// packed returns how many gradients of a layer are made together, in the order of the parameters: as many as a register has
// lanes, if the samples of all of them are in lanes and so many sums do not wait for each other; else 0.
func (c columns) packed(g *Group) int {
	if g.Phase != Update || c.target.Strict || c.lanes < fewSums {
		return 0
	}
	size := 0
	for _, s := range g.Stages {
		if _, ok := s.Node.Op.(graph.Contract); ok && !s.Nest.Dots() {
			return 0
		}
		size += Size(s.Node.Outs[0])
	}
	if size > mostPacked {
		return 0
	}
	return c.lanes
}

// gradientNest is the loops of one part.
func (c columns) gradientNest(kept string, out int, p gradientPart) Nest {
	if p.dots {
		width := p.To - p.From
		inputs := p.Segment
		inputs.Lanes = 0
		return Nest{Loops: []Loop{
			{Axis: kept[0], Segments: Balanced(out, max(1, c.lanes/width))},
			{Axis: kept[1], Segments: []Segment{inputs}},
			{Axis: 'n', Segments: []Segment{{To: Samples, Step: c.lanes, Lanes: c.lanes, Turns: Vectors}}},
		}}
	}
	vectors, rows := p.Step/p.Lanes, c.target.TileRows
	if vectors == 1 {
		rows = c.target.NarrowRows
	}
	segments := Balanced(out, rows)
	return Nest{Sums: c.interleaved(segments[0].Step*vectors, Samples), Loops: []Loop{
		{Axis: kept[0], Segments: segments},
		{Axis: kept[1], Segments: []Segment{p.Segment}},
		{Axis: 'n', Segments: []Segment{{To: Samples, Step: termsPerTurn, Turns: Quads}}},
	}}
}

// interleaved returns how many sums each element of a tile has, so that there are enough of them, but no more than the
// largest tile has.
func (c columns) interleaved(tile, terms int) int {
	if c.target.Strict {
		return 1
	}
	sums, most := 1, c.target.TileRows*c.target.TileVectors
	for sums < termsPerTurn && sums*tile < fewSums && 2*sums*tile <= most && 2*sums <= terms {
		sums *= 2
	}
	return sums
}

// ReadsRows tells whether the loops of dW read x row by row, and ReadsColumns whether some read it with the samples next to
// each other.
func (n *Nest) ReadsRows() bool {
	for ; n != nil; n = n.Rest {
		if !n.Dots() {
			return true
		}
	}
	return false
}

// ReadsColumns tells whether some of the loops of dW have the samples in lanes.
func (n *Nest) ReadsColumns() bool {
	for ; n != nil; n = n.Rest {
		if n.Dots() {
			return true
		}
	}
	return false
}

// Dots tells whether the samples lie in lanes.
func (n *Nest) Dots() bool {
	for _, l := range n.Loops {
		if l.Axis == 'n' && l.Segments[0].Lanes > 0 {
			return true
		}
	}
	return false
}
