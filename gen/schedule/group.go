package schedule

import (
	"math"
	"sort"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/target"
)

// group puts the ops of each layer and phase into one function, in the order of the graph.
func group(g *graph.Graph) []*Group {
	var groups []*Group
	byName := map[string]*Group{}
	for _, n := range g.Nodes {
		phase := phaseOf(n)
		name := n.Layer
		if phase == Backward {
			name += "Backward"
		}
		gr := byName[name]
		if gr == nil {
			gr = &Group{Name: name, Layer: n.Layer, Phase: phase}
			byName[name] = gr
			groups = append(groups, gr)
		}
		gr.Stages = append(gr.Stages, Stage{Node: n})
		if gr.Terms += Terms(n); gr.Terms < 0 {
			gr.Terms = math.MaxInt
		}
	}
	for _, gr := range groups {
		arrange(gr)
	}
	return groups
}

// multiplied returns a·b of sizes, or the largest int where that is larger: more than any budget.
func multiplied(a, b int) int {
	if a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}

// arrange puts the ops of a backward function into the order of the chain rule: dz, db, dW, dx.
func arrange(g *Group) {
	if g.Phase != Backward {
		return
	}
	rank := func(s Stage) int {
		switch op := s.Node.Op.(type) {
		case graph.Map:
			return 0
		case graph.Reduce:
			return 1
		case graph.Contract:
			if _, out := Subscripts(op.Sub); !strings.Contains(out, "n") {
				return 2
			}
		}
		return 3
	}
	sort.SliceStable(g.Stages, func(i, j int) bool { return rank(g.Stages[i]) < rank(g.Stages[j]) })
}

// phaseOf tells the phase of an op: what computes gradients is the backward phase, except the loss's own.
func phaseOf(n *graph.Node) Phase {
	switch {
	case n.Layer == "loss":
		return Loss
	case n.Outs[0].Role == graph.Gradient:
		return Backward
	}
	return Forward
}

// Terms returns the multiply-adds of an op for one row.
func Terms(n *graph.Node) int {
	c, ok := n.Op.(graph.Contract)
	if !ok {
		return 0
	}
	seen := map[byte]bool{'n': true}
	terms := 1
	ins, _ := Subscripts(c.Sub)
	for k, in := range ins {
		for i := range len(in) {
			if !seen[in[i]] {
				seen[in[i]] = true
				terms = multiplied(terms, n.Args[k].Axes[i].Size)
			}
		}
	}
	return terms
}

// choose picks the form of every group: written out as long as the function and the package stay within their
// budgets, the smallest functions first.
func choose(groups []*Group, t target.Target) {
	order := append([]*Group(nil), groups...)
	sort.SliceStable(order, func(i, j int) bool { return order[i].Terms < order[j].Terms })
	left := t.PackageTerms
	for _, g := range order {
		size := width(g)
		switch {
		case g.Terms == 0 && size <= t.Straight:
			g.Form, g.PerRow, g.Reason = Unrolled, true, "one row, written out."
		case g.Terms == 0:
			g.Form, g.PerRow, g.Reason = Tiled, true, "one row, a loop over its elements."
		case g.Terms <= min(t.UnrollTerms, left):
			g.Form, g.PerRow = Unrolled, true
			left -= g.Terms
		default:
			g.Form, g.PerRow = Tiled, g.Phase == Forward
		}
	}
}

// width returns the largest number of elements of one row that an op of the group sets.
func width(g *Group) int {
	w := 0
	for _, s := range g.Stages {
		for _, v := range s.Node.Outs {
			w = max(w, Size(v))
		}
	}
	return w
}
