package pass

import (
	"slices"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
)

// Fold computes what is constant and drops what has no effect: a map that
// reads a constant has it in its formula, 1·x and x + 0 are x, and a map or
// a reduction that returns its argument as it is gives way to the argument.
func Fold(g *graph.Graph) *graph.Graph {
	g, _ = g.Copy()
	for _, n := range g.Nodes {
		if m, ok := n.Op.(graph.Map); ok && m.Func == "" {
			foldMap(n, m)
		}
		// The node itself stays, unread, until Dead.
		if len(n.Args) == 1 && isIdentity(n.Op) {
			replace(g, n.Outs[0], n.Args[0])
		}
	}
	return g
}

// foldMap moves constants into the formula of n, folds it, and drops the
// arguments that it names no longer.
func foldMap(n *graph.Node, m graph.Map) {
	by := make([]expr.Expr, len(n.Args))
	for i, a := range n.Args {
		by[i] = expr.Name(m.Vars[i])
		if c, ok := constant(a); ok {
			by[i] = c
		}
	}
	e := expr.Fold(graph.Substitute(m.Expr, m.Vars, by))
	letters, out := graph.ParseSub(m.Sub)
	setMap(n, e, operandsOf(n, m.Vars, letters), out)
}

// constant returns the number that is every element of v.
func constant(v *graph.Value) (expr.Const, bool) {
	if v.Node == nil {
		return expr.Const{}, false
	}
	m, ok := v.Node.Op.(graph.Map)
	if !ok {
		return expr.Const{}, false
	}
	c, ok := m.Expr.(expr.Const)
	return c, ok
}

// isIdentity reports whether an op of one argument returns it as it is: the
// same elements with the same letters, so neither broadcast nor transposed.
func isIdentity(op graph.Op) bool {
	sub := ""
	switch op := op.(type) {
	case graph.Map:
		if op.Func != "" || op.Expr != expr.Name(op.Vars[0]) {
			return false
		}
		sub = op.Sub
	case graph.Reduce:
		sub = op.Sub
	default:
		return false
	}
	args, out := graph.ParseSub(sub)
	return args[0] == out
}

// operand is an argument of a map: its variable, its value and its letters.
type operand struct {
	name    string
	value   *graph.Value
	letters string
}

// operandsOf returns the arguments of n, a map with those variables and letters.
func operandsOf(n *graph.Node, vars, letters []string) []operand {
	operands := make([]operand, len(n.Args))
	for i, a := range n.Args {
		operands[i] = operand{vars[i], a, letters[i]}
	}
	return operands
}

// setMap makes n the map of e over those operands that e names.
func setMap(n *graph.Node, e expr.Expr, operands []operand, out string) {
	m := graph.Map{Expr: e}
	n.Args = nil
	var letters []string
	named := expr.Vars(e)
	for _, o := range operands {
		if slices.Contains(named, o.name) {
			m.Vars, n.Args, letters = append(m.Vars, o.name), append(n.Args, o.value), append(letters, o.letters)
		}
	}
	m.Sub = graph.JoinSub(letters, out)
	n.Op = m
}

// replace makes everything that uses old use new, whose elements are the same.
func replace(g *graph.Graph, old, new *graph.Value) {
	swap := func(v **graph.Value) {
		if *v == old {
			*v = new
		}
	}
	for _, n := range g.Nodes {
		for i := range n.Args {
			swap(&n.Args[i])
		}
	}
	swap(&g.Output)
	for i := range g.Gradients {
		swap(&g.Gradients[i].Value)
	}
}
