package schedule

import (
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/target"
)

// flatPicks is how many registers may be put together from others (Zen 5, forward pass: 7-5-3 has 27 and takes 9 ns in place
// of 11, 4-16-3 has 64 and takes 21 in place of 10; a step: 33 and 49 in place of 80, 70 and 40 in place of 60, 13-8-3 with
// 108 and 68 in place of 83, its gradients alone as before).
var flatPicks = map[Purpose]int{Inference: 32, Training: 110}

// Flat schedules g for one row with all its parameters in registers, as they lie in memory; nil where it is too large for
// that, or the machine cannot put lanes of two registers together. Each op then has its outputs in lanes, no sum is one of
// lanes, and what a step stores is what the next one loads, register by register: loads of rows of 7 elements would wait
// until the stores of their parts are done.
func Flat(g *graph.Graph, t *target.Vector, elementBytes int, purpose Purpose) *Plan {
	p := &Plan{Graph: g, Block: 1, Lines: true, Lanes: t.Lanes(elementBytes)}
	p.placeParams()
	p.Pieces = pieces(p.Len(), p.Lanes)
	frozen := slices.ContainsFunc(p.Params, func(q Param) bool { return q.Value.Role == graph.Frozen })
	if !t.Picks || len(p.Pieces) > t.Registers/2 || frozen && purpose != Inference {
		return nil
	}
	picks := 0
	for _, gr := range group(g) {
		if gr.Phase != Forward && purpose == Inference {
			continue
		}
		gr.Form, gr.PerRow, gr.Reason = Tiled, true, "one row, all parameters in registers."
		p.Groups = append(p.Groups, gr)
		for _, s := range gr.Stages {
			if _, random := s.Node.Op.(graph.Random); random || !p.fits(s.Node) {
				return nil
			}
			picks += p.picks(s.Node)
		}
	}
	if picks > flatPicks[purpose] {
		return nil
	}
	return p
}

// fits tells whether the values of an op, its parameters aside, fit into registers.
func (p *Plan) fits(n *graph.Node) bool {
	return !slices.ContainsFunc(slices.Concat(n.Args, n.Outs), func(v *graph.Value) bool {
		return !v.IsParameter() && !(v.Of != nil && v.Of.IsParameter()) && Size(v) > p.Lanes
	})
}

// picks counts the registers that a sum needs of parameters, and of the value that it adds up: each lane of that is spread
// over a register.
func (p *Plan) picks(n *graph.Node) int {
	op, ok := n.Op.(graph.Contract)
	if !ok {
		return 0
	}
	ins, out := Subscripts(op.Sub)
	if !strings.Contains(out, "n") {
		return 0
	}
	w := slices.IndexFunc(n.Args, (*graph.Value).IsParameter)
	q, _ := p.Param(n.Args[w])
	kept := strings.IndexByte(ins[w], strings.Trim(out, "n")[0])
	strides := p.Strides(n.Args[w])
	picks := 0
	for s := range n.Args[w].Axes[1-kept].Size {
		var from []int
		for k := range n.Args[w].Axes[kept].Size {
			from = append(from, p.Piece(q.Offset+k*strides[kept]+s*strides[1-kept]))
		}
		picks += max(2, len(slices.Compact(from)))
	}
	return picks
}

// Piece returns the register that a parameter lies in.
func (p *Plan) Piece(at int) int {
	return slices.IndexFunc(p.Pieces, func(s Segment) bool { return at < s.To })
}

// pieces cuts the parameters into registers, the rest into smaller ones that are full.
func pieces(n, lanes int) []Segment {
	var list []Segment
	for from := 0; from < n; {
		for lanes > n-from {
			lanes /= 2
		}
		list = append(list, Segment{From: from, To: from + lanes, Step: lanes, Lanes: lanes})
		from += lanes
	}
	return list
}
