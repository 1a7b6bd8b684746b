package schedule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/target"
)

// Subscripts splits "no,oi->ni" into the letters of the arguments and of the result.
func Subscripts(sub string) (args []string, out string) {
	left, out, _ := strings.Cut(sub, "->")
	return strings.Split(left, ","), out
}

// stages gives every op of a group its loops.
func stages(g *graph.Graph, gr *Group, t target.Target) {
	read := g.Readers()
	fuse(g, gr, read)
	for i := range gr.Stages {
		s := &gr.Stages[i]
		switch op := s.Node.Op.(type) {
		case graph.Contract:
			s.Nest = contractNest(gr, s.Node, op, t)
		case graph.Reduce:
			args, out := Subscripts(op.Sub)
			s.Nest = elementwise(gr, s.Node.Args[0], args[0], t)
			if !strings.Contains(out, "n") && !gr.PerRow {
				s.Nest.Rows = t.RowsPerPass
			}
		case graph.Map:
			_, out := Subscripts(op.Sub)
			s.Nest = elementwise(gr, s.Node.Outs[0], out, t)
			inside := within(gr, read[s.Node.Outs[0]])
			s.Resident = inside && (gr.Form == Unrolled || gr.draws())
			s.InPlace = gr.Form == Tiled && inside && gr.Phase == Backward
		}
	}
	if gr.Reason == "" {
		gr.Reason = reason(gr, t)
	}
}

// within tells whether all nodes belong to the group, and there is one.
func within(gr *Group, nodes []*graph.Node) bool {
	own := map[*graph.Node]bool{}
	for _, s := range gr.Stages {
		own[s.Node] = true
		if s.Epilogue != nil {
			own[s.Epilogue] = true
		}
	}
	for _, n := range nodes {
		if !own[n] {
			return false
		}
	}
	return len(nodes) > 0
}

// draws tells whether the group draws random numbers: each is used up where it is drawn.
func (gr *Group) draws() bool {
	for _, s := range gr.Stages {
		if s.Node.Outs[0].Role == graph.Noise {
			return true
		}
	}
	return false
}

// fuse makes the activation of a layer the epilogue of its sums, while they are in registers.
func fuse(g *graph.Graph, gr *Group, read map[*graph.Value][]*graph.Node) {
	if gr.Phase != Forward {
		return
	}
	var out []Stage
	for _, s := range gr.Stages {
		if m, ok := s.Node.Op.(graph.Map); ok && len(out) > 0 && len(m.Vars) == 1 {
			prev := &out[len(out)-1]
			sum := prev.Node.Outs[0]
			if _, ok := prev.Node.Op.(graph.Contract); ok && prev.Epilogue == nil && s.Node.Args[0] == sum {
				prev.Epilogue = s.Node
				prev.KeepSum = len(read[sum]) > 1 || g.Output == sum
				continue
			}
		}
		out = append(out, s)
	}
	gr.Stages = out
}

// contractNest chooses the loops of a sum of products.
func contractNest(gr *Group, n *graph.Node, op graph.Contract, t target.Target) Nest {
	ins, out := Subscripts(op.Sub)
	size := sizes(n, ins)
	kept := strings.ReplaceAll(out, "n", "")
	summed := letters(strings.Join(ins[:2], ""), out+"n")
	if gr.Form == Unrolled {
		return straightSum(kept, summed, size, t)
	}
	switch {
	case !strings.Contains(out, "n"): // dW: a pass over the result for every few rows
		return Nest{Rows: t.RowsPerPass, Loops: whole(kept, size)}
	case gr.Phase == Backward: // dx: a pass over a row of the result for every few rows of W
		nest := Nest{Rows: 1}
		for i := range len(summed) {
			nest.Loops = append(nest.Loops, Loop{Axis: summed[i], Segments: steps(size[summed[i]], t.WeightRows)})
		}
		nest.Loops = append(nest.Loops, whole(kept, size)...)
		return nest
	}
	return tileSum(kept, summed, size, t)
}

// straightSum writes a sum out, some outputs side by side.
func straightSum(kept, summed string, size map[byte]int, t target.Target) Nest {
	var nest Nest
	for i := range len(kept) {
		a := kept[i]
		segments := steps(size[a], size[a])
		if summed != "" {
			segments = Balanced(size[a], t.SideBySide)
		}
		nest.Loops = append(nest.Loops, Loop{Axis: a, Straight: true, Segments: segments})
	}
	for i := range len(summed) {
		a := summed[i]
		nest.Loops = append(nest.Loops, Loop{Axis: a, Straight: true, Segments: steps(size[a], size[a])})
	}
	if len(kept) == 1 && len(summed) == 1 {
		nest.Sums = sums(size[kept[0]], size[summed[0]], t)
	}
	return nest
}

// tileSum keeps a tile of outputs in registers while loops run over the inputs.
func tileSum(kept, summed string, size map[byte]int, t target.Target) Nest {
	var nest Nest
	o, i := kept[len(kept)-1], summed[len(summed)-1]
	nest.Sums = sums(size[o], size[i], t)
	step := t.TileInputs
	if size[i] >= t.LongFrom {
		step = t.LongInputs
	}
	step = max(step, nest.Sums)
	for k := range len(kept) - 1 {
		nest.Loops = append(nest.Loops, whole(kept[k:k+1], size)...)
	}
	nest.Loops = append(nest.Loops, Loop{Axis: o, Straight: size[o] <= t.TileOutputs, Segments: Balanced(size[o], t.TileOutputs)})
	for k := range len(summed) - 1 {
		nest.Loops = append(nest.Loops, whole(summed[k:k+1], size)...)
	}
	nest.Loops = append(nest.Loops, Loop{Axis: i, Segments: steps(size[i], step)})
	return nest
}

// sums returns how many sums one output is split over: more than one only for few outputs and many inputs.
func sums(outputs, inputs int, t target.Target) int {
	k := 1
	if outputs <= t.FewOutputs {
		k = min(t.Sums/outputs, inputs/4)
	}
	return max(k, 1)
}

// elementwise chooses the loops of an op without sums; letters subscript v.
func elementwise(gr *Group, v *graph.Value, sub string, t target.Target) Nest {
	size := map[byte]int{}
	for i := range len(sub) {
		size[sub[i]] = v.Axes[i].Size
	}
	kept := strings.ReplaceAll(sub, "n", "")
	var nest Nest
	if !gr.PerRow {
		nest.Rows = 1
	}
	if gr.Form == Tiled {
		nest.Loops = whole(kept, size)
		return nest
	}
	for i := range len(kept) {
		a := kept[i]
		nest.Loops = append(nest.Loops, Loop{Axis: a, Straight: true, Segments: steps(size[a], size[a])})
	}
	return nest
}

// whole makes plain loops, one element at a time.
func whole(axes string, size map[byte]int) []Loop {
	var loops []Loop
	for i := range len(axes) {
		loops = append(loops, Loop{Axis: axes[i], Segments: steps(size[axes[i]], 1)})
	}
	return loops
}

// steps cuts n into turns of step and a remainder.
func steps(n, step int) []Segment {
	step = min(step, n)
	turns := n / step * step
	segments := []Segment{{From: 0, To: turns, Step: step}}
	if turns < n {
		segments = append(segments, Segment{From: turns, To: n, Step: n - turns})
	}
	return segments
}

// Balanced cuts n into tiles of at most most, so that no tile is small: 128 by 7 is 14 tiles of 7 and 5 of 6.
func Balanced(n, most int) []Segment {
	tiles := (n + most - 1) / most
	small, large := n/tiles, n%tiles
	var segments []Segment
	if large > 0 {
		segments = append(segments, Segment{From: 0, To: large * (small + 1), Step: small + 1})
	}
	return append(segments, Segment{From: large * (small + 1), To: n, Step: small})
}

// letters returns the letters of s that are not in without, each once.
func letters(s, without string) string {
	var out strings.Builder
	for i := range len(s) {
		if !strings.ContainsRune(without, rune(s[i])) && !strings.Contains(out.String(), s[i:i+1]) {
			out.WriteByte(s[i])
		}
	}
	return out.String()
}

// sizes returns the extent of every letter of an op.
func sizes(n *graph.Node, ins []string) map[byte]int {
	size := map[byte]int{}
	for k, in := range ins {
		for i := range len(in) {
			size[in[i]] = n.Args[k].Axes[i].Size
		}
	}
	return size
}

// reason says in words how a group is computed.
func reason(gr *Group, t target.Target) string {
	if gr.Form == Unrolled {
		return fmt.Sprintf("one row, written out: %d multiply-adds.", gr.Terms)
	}
	if gr.Phase == Backward {
		text := fmt.Sprintf("a block of up to %d rows. dW takes %d rows per pass", t.Block, t.RowsPerPass)
		if computesInput(gr) {
			text += fmt.Sprintf(", dx takes %d rows of W per pass", t.WeightRows)
		}
		return text + fmt.Sprintf(", so that each result is read and written once for every %d products.", t.RowsPerPass)
	}
	nest := gr.Stages[0].Nest
	var tiles []string
	for _, s := range nest.Loops[0].Segments {
		count := (s.To - s.From) / s.Step
		tiles = append(tiles, fmt.Sprintf("%d × %d", count, s.Step))
	}
	text := fmt.Sprintf("one row. The outputs are cut into tiles (%s); the sums of a tile stay in registers while one pass over x feeds its rows of W.",
		strings.Join(tiles, " + "))
	if nest.Sums > 1 {
		text += fmt.Sprintf(" Each output is the sum of %d interleaved sums.", nest.Sums)
	}
	return text
}

// computesInput tells whether a backward group computes the gradient of its layer's input.
func computesInput(gr *Group) bool {
	return slices.ContainsFunc(gr.Stages, func(s Stage) bool {
		c, ok := s.Node.Op.(graph.Contract)
		if !ok {
			return false
		}
		_, out := Subscripts(c.Sub)
		return strings.Contains(out, "n")
	})
}
