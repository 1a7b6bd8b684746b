package pass

import (
	"slices"

	"github.com/chainrule-go/chainrule/gen/graph"
)

// Dead drops the nodes that neither the output nor the loss nor a gradient
// depends on. Leaves stay: they are the network's signature.
func Dead(g *graph.Graph) *graph.Graph {
	g, _ = g.Copy()
	live := map[*graph.Value]bool{}
	for _, v := range g.Values {
		live[v] = v.Node == nil || isEnd(g, v)
	}
	isLive := func(v *graph.Value) bool { return live[v] }
	for _, n := range slices.Backward(g.Nodes) {
		if slices.ContainsFunc(n.Outs, isLive) {
			for _, v := range slices.Concat(n.Args, n.Outs) {
				live[v] = true
			}
		}
	}
	g.Nodes = slices.DeleteFunc(g.Nodes, func(n *graph.Node) bool { return !isLive(n.Outs[0]) })
	g.Values = slices.DeleteFunc(g.Values, func(v *graph.Value) bool { return !isLive(v) })
	for i, v := range g.Values {
		v.ID = i
		if !isLive(v.Of) {
			v.Of = nil
		}
	}
	return g
}
