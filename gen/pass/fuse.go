package pass

import (
	"slices"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
)

// Fuse puts a map into the map that is its only reader, if both belong to the
// same layer: the derivative of a loss becomes one formula. It leaves alone
// what a reader should see as a step of its own: activations, their pullbacks,
// the masks of dropout, and whatever leads from one layer to the next. Nothing
// is computed twice.
func Fuse(g *graph.Graph) *graph.Graph {
	g, _ = g.Copy()
	readers := g.Readers()
	for _, n := range g.Nodes {
		for i := 0; i < len(n.Args); {
			switch {
			case len(readers[n.Args[i]]) == 1 && !isEnd(g, n.Args[i]) && fusible(n, i):
				inline(n, i)
				readers, i = g.Readers(), 0
			case readsScalar(n, i):
				n.Args[i] = n.Args[i].Node.Args[0]
			default:
				i++
			}
		}
	}
	return g
}

// fusible reports whether argument i of n is a map that n can take in.
func fusible(n *graph.Node, i int) bool {
	outer, ok := n.Op.(graph.Map)
	if !ok || outer.Func != "" {
		return false
	}
	inner := n.Args[i].Node
	if inner == nil || inner.Layer != n.Layer || slices.ContainsFunc(inner.Args, isNoise) {
		return false
	}
	m, ok := inner.Op.(graph.Map)
	return ok && m.Func == "" && uses(outer.Expr, expr.Name(outer.Vars[i])) == 1
}

// isNoise reports whether v is random; a map of that is the mask of a dropout.
func isNoise(v *graph.Value) bool { return v.Role == graph.Noise }

// uses returns how often e reads v at most: of the two sides of a choice, only
// one is computed.
func uses(e, v expr.Expr) int {
	switch e := e.(type) {
	case expr.Var:
		if e == v {
			return 1
		}
	case expr.Negate:
		return uses(e.X, v)
	case expr.Binary:
		return uses(e.X, v) + uses(e.Y, v)
	case expr.Select:
		return uses(e.Cond, v) + max(uses(e.Then, v), uses(e.Else, v))
	case expr.Call:
		total := 0
		for _, arg := range e.Args {
			total += uses(arg, v)
		}
		return total
	}
	return 0
}

// inline substitutes the formula of argument i of n, a map like n, for its
// variable. The arguments of both become those of n: one that both read with
// the same letters once, and two that have the same variable under two names.
func inline(n *graph.Node, i int) {
	inner, outer := n.Args[i].Node, n.Op.(graph.Map)
	m := inner.Op.(graph.Map)
	letters, out := graph.ParseSub(outer.Sub)
	innerLetters, innerOut := graph.ParseSub(m.Sub)

	var operands []operand
	read := func(o operand) expr.Expr {
		for _, known := range operands {
			if known.value == o.value && known.letters == o.letters {
				return expr.Name(known.name)
			}
		}
		var taken []string
		for _, known := range operands {
			taken = append(taken, known.name)
		}
		o.name = graph.Unused(o.name, taken)
		operands = append(operands, o)
		return expr.Name(o.name)
	}
	by := make([]expr.Expr, len(n.Args))
	for k, o := range operandsOf(n, outer.Vars, letters) {
		if k != i {
			by[k] = read(o)
			continue
		}
		// The out of the inner map has other letters in n than in itself.
		innerBy := make([]expr.Expr, len(inner.Args))
		for j, o := range operandsOf(inner, m.Vars, innerLetters) {
			o.letters = translate(o.letters, innerOut, letters[i])
			innerBy[j] = read(o)
		}
		by[i] = graph.Substitute(m.Expr, m.Vars, innerBy)
	}
	setMap(n, expr.Simplify(graph.Substitute(outer.Expr, outer.Vars, by)), operands, out)
}

// translate replaces each letter of from, in letters, by the one of to at the same index.
func translate(letters, from, to string) string {
	b := []byte(letters)
	for i, c := range b {
		b[i] = to[slices.Index([]byte(from), c)]
	}
	return string(b)
}

// readsScalar reports whether argument i of n is a scalar broadcast to all
// rows, and n takes the scalar as well: 1/rows need not be kept once per row.
func readsScalar(n *graph.Node, i int) bool {
	if _, ok := n.Op.(graph.SoftmaxCrossEntropyBackward); !ok || i != 2 {
		return false
	}
	inner := n.Args[i].Node
	if inner == nil || inner.Layer != n.Layer || len(inner.Args) != 1 || len(inner.Args[0].Axes) != 0 {
		return false
	}
	m, ok := inner.Op.(graph.Map)
	return ok && m.Func == "" && m.Expr == expr.Name(m.Vars[0])
}

// isEnd reports whether v is wanted for itself.
func isEnd(g *graph.Graph, v *graph.Value) bool {
	return v == g.Output || v == g.Loss || slices.ContainsFunc(g.Gradients, func(p graph.Pair) bool { return p.Value == v })
}
