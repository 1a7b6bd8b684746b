package schedule

import (
	"slices"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
)

// fuseDerivatives makes the derivative of an activation without calls the epilogue of the sums that it scales: dx of one
// layer becomes dz of the layer before while it is in registers, and is not stored at all.
func fuseDerivatives(g *graph.Graph, groups []*Group) {
	readers := g.Readers()
	for _, gr := range groups {
		for i := range gr.Stages {
			s := &gr.Stages[i]
			dx := s.Node.Outs[0]
			if _, sums := s.Node.Op.(graph.Contract); !sums || gr.Phase != Backward || updates(*s) || len(readers[dx]) != 1 {
				continue
			}
			if m := readers[dx][0]; isDerivative(m, dx) {
				s.Epilogue = m
				for _, other := range groups {
					other.Stages = slices.DeleteFunc(other.Stages, func(s Stage) bool { return s.Node == m })
				}
			}
		}
	}
}

// isDerivative tells whether an op without calls scales dx, element by element.
func isDerivative(n *graph.Node, dx *graph.Value) bool {
	m, ok := n.Op.(graph.Map)
	if !ok || expr.Calls(m.Expr) || n.Outs[0].Role != graph.Gradient {
		return false
	}
	ins, out := Subscripts(m.Sub)
	for _, in := range ins {
		if in != out {
			return false
		}
	}
	return slices.Contains(n.Args, dx) && Size(n.Outs[0]) == Size(dx)
}
