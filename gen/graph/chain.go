package graph

import (
	"slices"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// References:
//
//	Rumelhart, Hinton, Williams: Learning representations by back-propagating errors, Nature 323, 1986.
//	Griewank, Walther: Evaluating Derivatives, 2nd ed., SIAM 2008, chapter 3.

// Chain adds to g the nodes that compute ∂L/∂v for each v of wrt, given
// seeds, the known ∂L/∂ of some values, and returns those gradients; nil where
// v has no influence. This is the chain rule: for a value v that nodes f read,
//
//	∂L/∂v = Σ over f, ∂L/∂f · ∂f/∂v
//
// so the nodes are visited in reverse, when all readers of their outs have
// been, and each adds its share to the gradients of its arguments. Only
// what wrt depends on is differentiated.
func (g *Graph) Chain(seeds []Pair, wrt []*Value) []*Value {
	c := chain{graph: g, shares: map[*Value][]*Value{}}
	for _, seed := range seeds {
		c.shares[seed.Of] = append(c.shares[seed.Of], seed.Value)
	}
	moves := g.dependents(wrt)
	nodes := g.Nodes // without those that are added
	for i := len(nodes) - 1; i >= 0; i-- {
		n := nodes[i]
		wanted := make([]bool, len(n.Args))
		for k, a := range n.Args {
			wanted[k] = moves[a]
		}
		if !slices.Contains(wanted, true) {
			continue
		}
		dOuts, reached := make([]*Value, len(n.Outs)), false
		for k, out := range n.Outs {
			dOuts[k] = c.total(out)
			reached = reached || dOuts[k] != nil
		}
		if !reached {
			continue
		}
		section := Section{Graph: g, Layer: n.Layer, Pos: n.Pos}
		for k, share := range n.Op.Pullback(section, n, dOuts, wanted) {
			if share != nil {
				c.shares[n.Args[k]] = append(c.shares[n.Args[k]], share)
			}
		}
	}
	gradients := make([]*Value, len(wrt))
	for i, v := range wrt {
		gradients[i] = c.total(v)
	}
	return gradients
}

// dependents returns the values that change when one of vs does.
func (g *Graph) dependents(vs []*Value) map[*Value]bool {
	moves := map[*Value]bool{}
	for _, v := range vs {
		moves[v] = true
	}
	for _, n := range g.Nodes {
		if slices.ContainsFunc(n.Args, func(a *Value) bool { return moves[a] }) {
			for _, out := range n.Outs {
				moves[out] = true
			}
		}
	}
	return moves
}

// chain collects, for each value, the shares that its readers have in its gradient.
type chain struct {
	graph  *Graph
	shares map[*Value][]*Value
}

// total returns ∂L/∂v, the sum of its shares, or nil when there are none. Of
// the shares dy and dy2, the first is renamed dy1, so that the sum can be dy.
func (c *chain) total(v *Value) *Value {
	shares := c.shares[v]
	switch len(shares) {
	case 0:
		return nil
	case 1:
		return shares[0]
	}
	if first := shares[0]; first.Of == v && first.Name == "d"+v.Name {
		first.Name = c.graph.free(first.Layer, first.Name+"1")
	}
	op := Map{Expr: expr.Name(shares[0].Name)}
	letters := Letters(v.Axes)
	var subs []string
	for i, share := range shares {
		if i > 0 {
			op.Expr = expr.Add(op.Expr, expr.Name(share.Name))
		}
		op.Vars, subs = append(op.Vars, share.Name), append(subs, letters)
	}
	op.Sub = JoinSub(subs, letters)
	s := Section{Graph: c.graph, Layer: v.Layer}
	if v.Node != nil {
		s.Layer, s.Pos = v.Node.Layer, v.Node.Pos
	}
	c.shares[v] = []*Value{s.Gradient(op, v, shares...)}
	return c.shares[v][0]
}
