package pass_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/layer"
	"github.com/chainrule-go/chainrule/gen/pass"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// build returns the training graph of a spec.
func build(t *testing.T, yaml string) *graph.Graph {
	t.Helper()
	m, err := spec.Parse("net.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	g, err := layer.Build(m, true)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

const small = `
name: small
input: {shape: [2]}
layers:
  - dense: {units: 3, activation: sigmoid, freeze: bias}
  - dropout: 0.5
  - dense: {units: 2}
output: {targets: [a, b]}
loss: mean_squared_error
`

// random returns numbers for every leaf of g but the scale.
func random(g *graph.Graph, rows int, rng *rand.Rand) *graph.Env {
	env := &graph.Env{Rows: rows, Leaves: map[string][]float64{}, Random: func(stream, row, element int) float64 {
		return math.Mod(float64(row*5+element*3+stream)*0.618, 1)
	}}
	for _, v := range g.Values {
		if v.Node != nil || v.Role == graph.Scale {
			continue
		}
		size := 1
		for _, a := range v.Axes {
			size *= max(a.Size, 1)
			if a == graph.Samples {
				size *= rows
			}
		}
		elems := make([]float64, size)
		for i := range elems {
			elems[i] = rng.NormFloat64()
		}
		env.Leaves[v.Ref()] = elems
	}
	return env
}

// same checks that two graphs compute the same output, loss and gradients.
func same(t *testing.T, what string, a, b *graph.Graph, env *graph.Env) {
	t.Helper()
	ra, rb := a.Eval(env), b.Eval(env)
	compare := func(va, vb *graph.Value) {
		x, y := ra.Of(va), rb.Of(vb)
		for i := range x {
			if !(math.Abs(x[i]-y[i]) <= 1e-12*max(1, math.Abs(x[i]))) {
				t.Errorf("%s: %s[%d] = %v, was %v", what, vb.Ref(), i, y[i], x[i])
				return
			}
		}
	}
	compare(a.Output, b.Output)
	compare(a.Loss, b.Loss)
	if len(a.Gradients) != len(b.Gradients) {
		t.Fatalf("%s: %d gradients, was %d", what, len(b.Gradients), len(a.Gradients))
	}
	for i := range a.Gradients {
		compare(a.Gradients[i].Value, b.Gradients[i].Value)
	}
}

// equations returns the nodes of g as the layer and the equation, a line each.
func equations(g *graph.Graph) string {
	var b strings.Builder
	for _, n := range g.Nodes {
		b.WriteString(n.Layer + ": " + n.Equation() + "\n")
	}
	return b.String()
}

// changes returns the lines that only one of two texts has: - before, + after.
func changes(before, after string) string {
	var b strings.Builder
	mark := func(sign, text, other string) {
		for line := range strings.Lines(text) {
			if !strings.Contains("\n"+other, "\n"+line) {
				b.WriteString(sign + " " + line)
			}
		}
	}
	mark("-", before, after)
	mark("+", after, before)
	return b.String()
}

// TestTable follows a network through the passes: what each of them removes
// and adds.
func TestTable(t *testing.T) {
	want := map[string]string{
		"differentiate": `
+ loss: dL[n] = scale
+ loss: de[n,o] = 0.5·dL[n]
+ loss: dense2.dz[n,o] = 2·de[n,o]·(dense2.z[n,o] − t[n,o])
+ dense2: db[o] = Σₙ dz[n,o]
+ dense2: dw[o,i] = Σₙ dz[n,o]·dropout1.y[n,i]
+ dense2: dropout1.dy[n,i] = Σₒ dz[n,o]·w[o,i]
+ dropout1: dense1.dy[n,o] = dy[n,o]·m[n,o]
+ dense1: dz[n,o] = dy[n,o]·y[n,o]·(1 − y[n,o])
+ dense1: dw[o,i] = Σₙ dz[n,o]·x[n,i]
`,
		"fold": "\n",
		"fuse": `
- loss: de[n,o] = 0.5·dL[n]
- loss: dense2.dz[n,o] = 2·de[n,o]·(dense2.z[n,o] − t[n,o])
+ loss: de[n,o] = 0.5·scale
+ loss: dense2.dz[n,o] = scale·(dense2.z[n,o] − t[n,o])
`,
		"dead": `
- loss: dL[n] = scale
- loss: de[n,o] = 0.5·scale
`,
	}
	g := build(t, small)
	env := random(g, 3, rand.New(rand.NewPCG(1, 1)))
	for _, p := range pass.Table {
		before, old := g.String(), g
		g = p.Run(old)
		if old.String() != before {
			t.Errorf("%s changes the graph it is given", p.Name)
		}
		if got := "\n" + changes(equations(old), equations(g)); got != want[p.Name] {
			t.Errorf("%s: got%s\nwant%s", p.Name, got, want[p.Name])
		}
		if !p.Training {
			same(t, p.Name, old, g, env)
		}
	}
}

// TestRun checks that inference graphs are not differentiated, and that a
// graph that wants no loss loses it.
func TestRun(t *testing.T) {
	g := build(t, small)
	g.Loss = nil
	g, err := pass.Run(g, false)
	if err != nil {
		t.Fatal(err)
	}
	if last := g.Nodes[len(g.Nodes)-1]; last.Outs[0] != g.Output {
		t.Errorf("the last node computes %v, want the output\n%v", last.Outs[0], g)
	}
	g.Nodes[0].Outs = nil
	if _, err := pass.Run(g, false); err == nil || !strings.HasPrefix(err.Error(), "before all passes: ") {
		t.Errorf("a broken graph gives %v", err)
	}
}

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

func TestPasses(t *testing.T) {
	z, y := expr.Name("z"), expr.Name("y")
	binary := func(e expr.Expr, sub string) graph.Map {
		return graph.Map{Expr: e, Vars: []string{"z", "y"}, Sub: sub}
	}
	tests := []struct {
		name  string
		run   func(*graph.Graph) *graph.Graph
		build func(s graph.Section, x, scalar, w *graph.Value) (output *graph.Value)
		want  string
	}{
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
	for _, test := range tests {
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
