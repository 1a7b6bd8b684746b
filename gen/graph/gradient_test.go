package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// h is an axis of the toy graphs.
func h(name string, size int) Axis { return Axis{Name: name, Size: size} }

// toy is a section of a new graph.
func toy(name string) Section { return Section{Graph: &Graph{Name: name}, Layer: "toy"} }

// pick adds the loss L[n] = Σ c·y, in which every element of y has a weight of
// its own, so that a wrong gradient of any of them shows.
func pick(s Section, ys ...*Value) {
	g := s.Graph
	var total expr.Expr
	var vars, subs []string
	var parts []*Value
	for i, y := range ys {
		letters := Letters(y.Axes)
		c := g.Leaf(Input, "", fmt.Sprint("c", i), y.Axes...)
		product := Map{Expr: expr.Mul(expr.Name("y"), expr.Name("c")), Vars: []string{"y", "c"}, Sub: letters + "," + letters + "->" + letters}
		q := s.Node(product, Activation, "q", y.Axes, y, c)
		kept, axes := "", []Axis(nil)
		if len(y.Axes) > 0 && y.Axes[0] == Samples {
			kept, axes = "n", y.Axes[:1]
		}
		name := fmt.Sprint("q", i)
		vars, subs = append(vars, name), append(subs, kept)
		parts = append(parts, s.Node(Reduce{Sum, letters + "->" + kept}, Activation, "part", axes, q))
		if total == nil {
			total = expr.Name(name)
		} else {
			total = expr.Add(total, expr.Name(name))
		}
	}
	sum := Map{Expr: total, Vars: vars, Sub: JoinSub(subs, "n")}
	g.Scale = g.Leaf(Scale, "", "scale")
	g.Loss = s.Node(sum, Loss, "L", []Axis{Samples}, parts...)
}

// draw returns an environment with random numbers for the leaves of g.
func draw(g *Graph, rows int, rng *rand.Rand) *Env {
	env := &Env{Rows: rows, Leaves: map[string][]float64{}, Random: func(stream, row, element int) float64 {
		return math.Mod(float64(stream*7+row*3+element+1)*0.618, 1)
	}}
	for _, v := range g.Values {
		if v.Node == nil && v.Role != Scale {
			elems := make([]float64, count(shape(v.Axes, rows)))
			for i := range elems {
				elems[i] = rng.Float64()*2 - 1
			}
			env.Leaves[v.Ref()] = elems
		}
	}
	return env
}

// checkGradients differentiates the mean loss of g with respect to its
// parameters and compares the result with central differences.
func checkGradients(t *testing.T, g *Graph, env *Env) {
	t.Helper()
	if err := g.Verify(); err != nil {
		t.Fatal(err)
	}
	d, twin := g.Copy()
	s := Section{Graph: d, Layer: "toy"}
	seed := s.Gradient(Map{Expr: expr.Name("s"), Vars: []string{"s"}, Sub: "->n"}, d.Loss, d.Scale)
	var params, wrt []*Value
	for _, v := range g.Parameters() {
		if v.Role == Parameter {
			params, wrt = append(params, v), append(wrt, twin[v])
		}
	}
	gradients := d.Chain([]Pair{{d.Loss, seed}}, wrt)
	if err := d.Verify(); err != nil {
		t.Fatalf("%v\n%v", err, d)
	}
	results := d.Eval(env)
	for i, p := range params {
		if gradients[i] == nil {
			t.Fatalf("no gradient for %v\n%v", p, d)
		}
		got := results.Of(gradients[i])
		for k, want := range centralDifferences(g, env, p) {
			if !(math.Abs(got[k]-want) <= 1e-5+1e-3*math.Abs(want)) {
				t.Errorf("%s: d%s[%d] = %v, central difference %v\n%v", g.Name, p.Ref(), k, got[k], want, d)
				return
			}
		}
	}
}

// centralDifferences returns (L(p+ε) − L(p−ε))/2ε for each element of a leaf.
func centralDifferences(g *Graph, env *Env, p *Value) []float64 {
	const eps = 1e-6
	loss := func() float64 {
		sum := 0.0
		for _, l := range g.Eval(env).Of(g.Loss) {
			sum += l / float64(env.Rows)
		}
		return sum
	}
	elems := env.Leaves[p.Ref()]
	slopes := make([]float64, len(elems))
	for k, at := range elems {
		elems[k] = at + eps
		up := loss()
		elems[k] = at - eps
		slopes[k] = (up - loss()) / (2 * eps)
		elems[k] = at
	}
	return slopes
}

func TestPullbacks(t *testing.T) {
	n, o, i, k := Samples, h("o", 3), h("i", 2), h("k", 2)
	x, y := expr.Name("x"), expr.Name("y")
	binary := func(e expr.Expr, sub string) Map { return Map{Expr: e, Vars: []string{"x", "y"}, Sub: sub} }
	unary := func(e expr.Expr, sub string) Map { return Map{Expr: e, Vars: []string{"x"}, Sub: sub} }
	tests := []struct {
		op   Op
		out  []Axis
		args [][]Axis
	}{
		{Contract{"ni,oi->no"}, []Axis{n, o}, [][]Axis{{n, i}, {o, i}}},
		{Contract{"ni,oi,o->no"}, []Axis{n, o}, [][]Axis{{n, i}, {o, i}, {o}}},
		{Contract{"ni,oi,->no"}, []Axis{n, o}, [][]Axis{{n, i}, {o, i}, {}}},
		{Contract{"ni,no->oi"}, []Axis{o, i}, [][]Axis{{n, i}, {n, o}}},
		{Contract{"ni,nk->nik"}, []Axis{n, i, k}, [][]Axis{{n, i}, {n, k}}},
		{Contract{"noi,nki->nok"}, []Axis{n, o, k}, [][]Axis{{n, o, i}, {n, k, i}}},
		{binary(expr.Mul(x, y), "no,no->no"), []Axis{n, o}, [][]Axis{{n, o}, {n, o}}},
		{binary(expr.Mul(x, expr.Exp.Of(y)), "no,o->no"), []Axis{n, o}, [][]Axis{{n, o}, {o}}},
		{binary(expr.Div(x, expr.Add(y, expr.Number(3))), ",on->no"), []Axis{n, o}, [][]Axis{{}, {o, n}}},
		{unary(expr.Exp.Of(x), "n->no"), []Axis{n, o}, [][]Axis{{n}}},
		{unary(expr.Tanh.Of(expr.Mul(x, x)), "oi->io"), []Axis{i, o}, [][]Axis{{o, i}}},
		{Reduce{Sum, "no->n"}, []Axis{n}, [][]Axis{{n, o}}},
		{Reduce{Sum, "noi->io"}, []Axis{i, o}, [][]Axis{{n, o, i}}},
		{Reduce{Mean, "noi->n"}, []Axis{n}, [][]Axis{{n, o, i}}},
		{Reduce{Max, "noi->oi"}, []Axis{o, i}, [][]Axis{{n, o, i}}},
		{Reduce{Max, "oi->"}, nil, [][]Axis{{o, i}}},
		{Window{"nt->npk", 2, 1, 0}, []Axis{n, h("p", 4), k}, [][]Axis{{n, h("t", 5)}}},
		{Window{"nct->npck", 3, 2, 1}, []Axis{n, h("p", 3), h("c", 2), h("k", 3)}, [][]Axis{{n, h("c", 2), h("t", 5)}}},
		{WindowAdd{"npk->nt", 2, 1, 0}, []Axis{n, h("t", 5)}, [][]Axis{{n, h("p", 4), k}}},
		{WindowAdd{"pk->t", 3, 2, 1}, []Axis{h("t", 5)}, [][]Axis{{h("p", 3), h("k", 3)}}},
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, test := range tests {
		t.Run(test.op.String(), func(t *testing.T) {
			s := toy(test.op.String())
			var args []*Value
			for k, axes := range test.args {
				args = append(args, s.Graph.Leaf(Parameter, "", fmt.Sprint("w", k), axes...))
			}
			pick(s, s.Node(test.op, Activation, "y", test.out, args...))
			checkGradients(t, s.Graph, draw(s.Graph, 4, rng))
		})
	}
}

func TestSoftmaxCrossEntropyPullback(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, axes := range [][]Axis{{Samples}, {Samples, h("o", 3)}} {
		s := toy("softmax")
		g := s.Graph
		z := g.Leaf(Parameter, "", "z", Samples, h("o", 3))
		g.Target = g.Leaf(Target, "", "t", axes...)
		pick(s, s.Node(SoftmaxCrossEntropy{}, Activation, "l", []Axis{Samples}, z, g.Target))
		env := draw(g, 5, rng)
		for i := range env.Leaves["z"] {
			env.Leaves["z"][i] *= 10
		}
		if len(axes) == 1 {
			env.Leaves["t"] = []float64{0, 2, 1, 1, 0}
		}
		checkGradients(t, g, env)
	}
}

// TestRandomGraphs draws graphs in which values are used any number of times.
func TestRandomGraphs(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 5))
		s := toy(fmt.Sprint("random", seed))
		o := h("o", 1+rng.IntN(3))
		axes := []Axis{Samples, o}
		pool := []*Value{s.Graph.Leaf(Input, "", "x", axes...)}
		for range 3 + rng.IntN(6) {
			a, b := pool[rng.IntN(len(pool))], pool[rng.IntN(len(pool))]
			pool = append(pool, randomNode(s, rng, axes, a, b))
		}
		// Every value is read by the loss, so that every parameter counts.
		pick(s, pool[1:]...)
		checkGradients(t, s.Graph, draw(s.Graph, 1+rng.IntN(4), rng))
	}
}

// randomNode adds nodes that compute a value of those axes from a and b.
func randomNode(s Section, rng *rand.Rand, axes []Axis, a, b *Value) *Value {
	x, y := expr.Name("x"), expr.Name("y")
	width := axes[1]
	switch rng.IntN(5) {
	case 0:
		w := s.Graph.Leaf(Parameter, "toy", "w", width, h("i", width.Size))
		return s.Node(Contract{"ni,oi,no->no"}, Activation, "z", axes, a, w, b)
	case 1:
		w := s.Graph.Leaf(Parameter, "toy", "w", width)
		return s.Node(Map{Expr: expr.Sigmoid.Of(expr.Mul(x, y)), Vars: []string{"x", "y"}, Sub: "no,o->no"}, Activation, "y", axes, a, w)
	case 2:
		return s.Node(Map{Expr: expr.Sub(expr.Tanh.Of(x), expr.Mul(x, y)), Vars: []string{"x", "y"}, Sub: "no,no->no"}, Activation, "y", axes, a, b)
	case 3:
		m := s.Node(Reduce{Kind(rng.IntN(3)), "no->n"}, Activation, "m", axes[:1], a)
		return s.Node(Map{Expr: expr.Sub(x, y), Vars: []string{"x", "y"}, Sub: "no,n->no"}, Activation, "y", axes, b, m)
	default:
		u := s.Node(Random{0}, Noise, "u", axes)
		return s.Node(Map{Expr: expr.Mul(expr.Add(x, y), x), Vars: []string{"x", "y"}, Sub: "no,no->no"}, Activation, "y", axes, a, u)
	}
}
