package pass_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/pass"
)

// section starts a graph by hand, with an input x[n,o], a scalar s, and a
// parameter w[o].
func section() (s graph.Section, x, scalar, w *graph.Value) {
	g := &graph.Graph{Name: "hand"}
	o := graph.Axis{Name: "o", Size: 2}
	x = g.Leaf(graph.Input, "", "x", graph.Samples, o)
	scalar = g.Leaf(graph.Scale, "", "s")
	w = g.Leaf(graph.Parameter, "a", "w", o)
	return graph.Section{Graph: g, Layer: "a"}, x, scalar, w
}

// unary maps v, whose letters are the first of sub, by e in z.
func unary(s graph.Section, name string, e expr.Expr, sub string, axes []graph.Axis, v *graph.Value) *graph.Value {
	return s.Node(graph.Map{Expr: e, Vars: []string{"z"}, Sub: sub}, graph.Activation, name, axes, v)
}

// passTest is a graph made by hand and what a pass changes in it.
type passTest struct {
	name  string
	run   func(*graph.Graph) *graph.Graph
	build func(s graph.Section, x, scalar, w *graph.Value) (output *graph.Value)
	want  string
}

var z, y = expr.Name("z"), expr.Name("y")

// binary is the map of z and y by e.
func binary(e expr.Expr, sub string) graph.Map {
	return graph.Map{Expr: e, Vars: []string{"z", "y"}, Sub: sub}
}

var foldTests = []passTest{
	{"constants", pass.Fold, func(s graph.Section, x, _, _ *graph.Value) *graph.Value {
		zero := s.Node(graph.Map{Expr: expr.Number(0), Sub: "o"}, graph.Activation, "zero", x.Axes[1:])
		one := unary(s, "one", expr.Add(z, expr.Number(1)), "o->o", zero.Axes, zero)
		return s.Node(binary(expr.Mul(expr.Exp.Of(z), y), "no,o->no"), graph.Activation, "y", x.Axes, x, one)
	}, `
- a: one[o] = zero[o] + 1
- a: y[n,o] = exp(x[n,o])·one[o]
+ a: one[o] = 1
+ a: y[n,o] = exp(x[n,o])
`},
	{"identities", pass.Fold, func(s graph.Section, x, _, _ *graph.Value) *graph.Value {
		p := unary(s, "p", expr.Mul(expr.Number(1), z), "no->no", x.Axes, x)
		q := s.Node(graph.Reduce{Kind: graph.Mean, Sub: "no->no"}, graph.Activation, "q", x.Axes, p)
		return unary(s, "y", expr.Exp.Of(z), "no->no", x.Axes, q)
	}, `
- a: p[n,o] = 1·x[n,o]
- a: q[n,o] = p[n,o]
- a: y[n,o] = exp(q[n,o])
+ a: p[n,o] = x[n,o]
+ a: q[n,o] = x[n,o]
+ a: y[n,o] = exp(x[n,o])
`},
	{"a transposition is no identity", pass.Fold, func(s graph.Section, x, _, _ *graph.Value) *graph.Value {
		p := unary(s, "p", z, "no->on", []graph.Axis{x.Axes[1], x.Axes[0]}, x)
		return unary(s, "y", expr.Exp.Of(z), "on->no", x.Axes, p)
	}, "\n"},
}

var fuseTests = []passTest{
	{"broadcasts", pass.Fuse, func(s graph.Section, x, scalar, _ *graph.Value) *graph.Value {
		p := unary(s, "p", expr.Mul(z, expr.Number(3)), "->n", x.Axes[:1], scalar)
		q := unary(s, "q", expr.Mul(z, expr.Number(2)), "n->nk", x.Axes, p)
		return s.Node(binary(expr.Add(z, expr.Exp.Of(y)), "no,no->no"), graph.Activation, "y", x.Axes, x, q)
	}, `
- a: q[n,k] = p[n]·2
- a: y[n,o] = x[n,o] + exp(q[n,o])
+ a: q[n,k] = 6·s
+ a: y[n,o] = x[n,o] + exp(6·s)
`},
	{"shared arguments and clashing names", pass.Fuse, func(s graph.Section, x, _, w *graph.Value) *graph.Value {
		p := s.Node(binary(expr.Div(z, expr.Exp.Of(y)), "no,o->no"), graph.Activation, "p", x.Axes, x, w)
		q := s.Node(binary(expr.Sub(z, expr.Exp.Of(y)), "no,o->no"), graph.Activation, "q", x.Axes, x, w)
		return s.Node(binary(expr.Div(z, y), "no,no->no"), graph.Activation, "y", x.Axes, q, p)
	}, `
- a: y[n,o] = q[n,o]/p[n,o]
+ a: y[n,o] = (x[n,o] − exp(w[o]))·exp(w[o])/x[n,o]
`},
	{"nothing twice", pass.Fuse, func(s graph.Section, x, _, _ *graph.Value) *graph.Value {
		p := unary(s, "p", expr.Exp.Of(z), "no->no", x.Axes, x)
		return unary(s, "y", expr.Div(z, expr.Add(expr.Number(1), z)), "no->no", x.Axes, p)
	}, "\n"},
	{"once on each side of a choice", pass.Fuse, func(s graph.Section, x, _, w *graph.Value) *graph.Value {
		p := unary(s, "p", expr.Exp.Of(z), "no->no", x.Axes, x)
		choice := expr.If(expr.Less(y, expr.Number(0)), z, expr.Neg(z))
		return s.Node(binary(choice, "no,o->no"), graph.Activation, "y", x.Axes, p, w)
	}, `
- a: y[n,o] = p[n,o] if w[o] < 0, else −p[n,o]
+ a: y[n,o] = exp(x[n,o]) if w[o] < 0, else −exp(x[n,o])
`},
	{"not across layers", pass.Fuse, func(s graph.Section, x, _, _ *graph.Value) *graph.Value {
		p := unary(s, "p", expr.Exp.Of(z), "no->no", x.Axes, x)
		s.Layer = "b"
		return unary(s, "y", expr.Neg(z), "no->no", x.Axes, p)
	}, "\n"},
	{"not a named function", pass.Fuse, func(s graph.Section, x, _, _ *graph.Value) *graph.Value {
		f := graph.Map{Func: "exp", Expr: expr.Exp.Of(z), Vars: []string{"z"}, Sub: "no->no"}
		p := s.Node(f, graph.Activation, "p", x.Axes, unary(s, "q", expr.Neg(z), "no->no", x.Axes, x))
		return unary(s, "y", expr.Neg(z), "no->no", x.Axes, p)
	}, "\n"},
	{"dead", pass.Dead, func(s graph.Section, x, _, _ *graph.Value) *graph.Value {
		p := unary(s, "p", expr.Exp.Of(z), "no->no", x.Axes, x)
		unary(s, "q", expr.Exp.Of(z), "no->no", x.Axes, p)
		return unary(s, "y", expr.Neg(z), "no->no", x.Axes, x)
	}, `
- a: p[n,o] = exp(x[n,o])
- a: q[n,o] = exp(p[n,o])
`},
}

func TestPasses(t *testing.T) {
	for _, test := range slices.Concat(foldTests, fuseTests) {
		s, x, scalar, w := section()
		g := s.Graph
		g.Output = test.build(s, x, scalar, w)
		g.Loss = s.Node(graph.Reduce{Kind: graph.Sum, Sub: "no->n"}, graph.Loss, "L", x.Axes[:1], g.Output)
		if err := g.Verify(); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		after := test.run(g)
		if err := after.Verify(); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if got := "\n" + changes(equations(g), equations(after)); got != test.want {
			t.Errorf("%s: got%s\nwant%s", test.name, got, test.want)
		}
		same(t, test.name, g, after, random(g, 3, rand.New(rand.NewPCG(2, 2))))
	}
}

// TestUninvolvedParameter gives a parameter that the loss does not depend on
// the gradient 0.
func TestUninvolvedParameter(t *testing.T) {
	s, x, scalar, w := section()
	g := s.Graph
	g.Scale, g.Output = scalar, x
	g.Loss = s.Node(graph.Reduce{Kind: graph.Sum, Sub: "no->n"}, graph.Loss, "L", x.Axes[:1], x)
	g, err := pass.Run(g, true)
	if err != nil {
		t.Fatal(err)
	}
	results := g.Eval(random(g, 2, rand.New(rand.NewPCG(3, 3))))
	if got := results["a.dw"]; len(got) != 2 || got[0] != 0 || got[1] != 0 || g.Gradients[0].Of.Ref() != w.Ref() {
		t.Errorf("dw = %v, want two zeros\n%v", got, g)
	}
}
