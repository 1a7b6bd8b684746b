package graph

import "slices"

// Copy returns a copy of g, which shares nothing with g but the ops, and the
// map from the values of g to those of the copy.
func (g *Graph) Copy() (*Graph, map[*Value]*Value) {
	twin := map[*Value]*Value{} // nil is the twin of nil
	h := &Graph{Name: g.Name}
	for _, v := range g.Values {
		w := *v
		w.Axes = slices.Clone(v.Axes)
		twin[v] = &w
		h.Values = append(h.Values, &w)
	}
	for _, v := range h.Values {
		v.Of = twin[v.Of]
	}
	twins := func(vs []*Value) []*Value {
		ws := make([]*Value, len(vs))
		for i, v := range vs {
			ws[i] = twin[v]
		}
		return ws
	}
	for _, n := range g.Nodes {
		m := &Node{Op: n.Op, Args: twins(n.Args), Outs: twins(n.Outs), Layer: n.Layer, Pos: n.Pos}
		for _, out := range m.Outs {
			out.Node = m
		}
		h.Nodes = append(h.Nodes, m)
	}
	h.Input, h.Target, h.Scale = twin[g.Input], twin[g.Target], twin[g.Scale]
	h.Output, h.Loss = twin[g.Output], twin[g.Loss]
	for _, p := range g.Gradients {
		h.Gradients = append(h.Gradients, Pair{twin[p.Of], twin[p.Value]})
	}
	return h, twin
}
