package graph

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// near reports the first difference between two arrays.
func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d elements, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= 1e-12*max(1, math.Abs(want[i]))) {
			t.Fatalf("%s[%d] = %v, want %v", what, i, got[i], want[i])
		}
	}
}

// convolution is y[n,o,p] = b[o] + Σ_ck x[n,c,2p+k−1]·w[o,c,k].
func convolution() *Graph {
	s := toy("convolution")
	g := s.Graph
	c, o, p, k := h("c", 2), h("o", 3), h("p", 4), h("k", 3)
	x := g.Leaf(Parameter, "", "x", Samples, c, h("t", 7))
	w := g.Leaf(Parameter, "toy", "w", o, c, k)
	b := g.Leaf(Parameter, "toy", "b", o)
	windows := s.Node(Window{Sub: "nct->npck", Size: 3, Stride: 2, Pad: 1}, Activation, "windows", []Axis{Samples, p, c, k}, x)
	y := s.Node(Contract{"npck,ock,o->nop"}, Activation, "y", []Axis{Samples, o, p}, windows, w, b)
	pick(s, y)
	return g
}

func TestConvolution(t *testing.T) {
	const rows, channels, length, outs, positions, size = 3, 2, 7, 3, 4, 3
	g := convolution()
	env := draw(g, rows, rand.New(rand.NewPCG(6, 7)))
	x, w, b := env.Leaves["x"], env.Leaves["toy.w"], env.Leaves["toy.b"]
	var want []float64
	for n := range rows {
		for o := range outs {
			for p := range positions {
				sum := b[o]
				for c := range channels {
					for k := range size {
						if at := 2*p + k - 1; at >= 0 && at < length {
							sum += x[(n*channels+c)*length+at] * w[(o*channels+c)*size+k]
						}
					}
				}
				want = append(want, sum)
			}
		}
	}
	near(t, "y", g.Eval(env)["toy.y"], want)
	checkGradients(t, g, env)
}

// recurrence scans state = tanh(b + W·x + U·state) over the axis t and returns
// the last state and all of them.
func recurrence(reverse bool) (*Graph, *Node) {
	body := Section{Graph: &Graph{Name: "cell"}}
	i, o, j := h("i", 2), h("o", 3), h("j", 3)
	state := body.Graph.Leaf(Input, "", "h", Samples, o)
	x := body.Graph.Leaf(Input, "", "x", Samples, i)
	w := body.Graph.Leaf(Input, "", "w", o, i)
	u := body.Graph.Leaf(Input, "", "u", o, j)
	b := body.Graph.Leaf(Input, "", "b", o)
	a := body.Node(Contract{"ni,oi,o->no"}, Activation, "a", state.Axes, x, w, b)
	z := body.Node(Contract{"nj,oj,no->no"}, Activation, "z", state.Axes, state, u, a)
	y := body.Node(Map{Expr: expr.Tanh.Of(expr.Name("z")), Vars: []string{"z"}, Sub: "no->no"}, Activation, "y", state.Axes, z)

	s := toy("recurrence")
	steps := h("t", 4)
	args := []*Value{
		s.Graph.Leaf(Parameter, "", "h", Samples, o),
		s.Graph.Leaf(Parameter, "", "x", Samples, steps, i),
		s.Graph.Leaf(Parameter, "toy", "w", w.Axes...),
		s.Graph.Leaf(Parameter, "toy", "u", u.Axes...),
		s.Graph.Leaf(Parameter, "toy", "b", o),
	}
	op := Scan{Body: body.Graph, In: []*Value{state, x, w, u, b}, Out: []*Value{y, y}, Carries: 1, Steps: 1, Axis: steps, Reverse: reverse}
	outs := s.nodes(op, []*Value{
		{Name: "last", Layer: "toy", Role: Activation, Axes: state.Axes},
		{Name: "y", Layer: "toy", Role: Activation, Axes: []Axis{Samples, steps, o}},
	}, args)
	return s.Graph, outs[0].Node
}

func TestRecurrence(t *testing.T) {
	const rows, steps, ins, outs = 2, 4, 2, 3
	for _, reverse := range []bool{false, true} {
		g, node := recurrence(reverse)
		pick(Section{Graph: g, Layer: "toy"}, node.Outs...)
		env := draw(g, rows, rand.New(rand.NewPCG(8, 9)))
		x, w, u, b := env.Leaves["x"], env.Leaves["toy.w"], env.Leaves["toy.u"], env.Leaves["toy.b"]
		want := make([]float64, rows*steps*outs)
		var last []float64
		for n := range rows {
			state := env.Leaves["h"][n*outs:][:outs]
			for k := range steps {
				step := k
				if reverse {
					step = steps - 1 - k
				}
				next := want[(n*steps+step)*outs:][:outs]
				for o := range outs {
					z := b[o]
					for i := range ins {
						z += x[(n*steps+step)*ins+i] * w[o*ins+i]
					}
					for j := range outs {
						z += state[j] * u[o*outs+j]
					}
					next[o] = math.Tanh(z)
				}
				state = next
			}
			last = append(last, state...)
		}
		results := g.Eval(env)
		near(t, "y", results["toy.y"], want)
		near(t, "last", results["toy.last"], last)
		checkGradients(t, g, env)
	}
}

// TestScanPartialInfluence lets only some of a scan's outs reach the loss, and
// wants only some gradients.
func TestScanPartialInfluence(t *testing.T) {
	for out := range 2 {
		for _, frozen := range []string{"h", "x", "toy.w", "toy.b"} {
			g, node := recurrence(false)
			g.Lookup(frozen).Role = Frozen
			pick(Section{Graph: g, Layer: "toy"}, node.Outs[out])
			checkGradients(t, g, draw(g, 3, rand.New(rand.NewPCG(10, 11))))
		}
	}
}

func TestMaxTiesAndNaN(t *testing.T) {
	s := toy("max")
	g := s.Graph
	x := g.Leaf(Parameter, "", "x", Samples, h("o", 4))
	dy := g.Leaf(Input, "", "dy", Samples)
	m := s.Node(Reduce{Max, "no->n"}, Activation, "m", []Axis{Samples}, x)
	g.Chain([]Pair{{m, dy}}, []*Value{x})
	results := g.Eval(&Env{Rows: 2, Leaves: map[string][]float64{
		"x":  {1, 3, 3, 2, 5, math.NaN(), 7, math.NaN()},
		"dy": {10, 20},
	}})
	near(t, "dx", results["dx"], []float64{0, 10, 0, 0, 0, 20, 0, 0})
	if m := results["toy.m"]; m[0] != 3 || !math.IsNaN(m[1]) {
		t.Errorf("max = %v, want 3 and NaN", m)
	}
}

func TestSoftmaxOfLargeLogits(t *testing.T) {
	s := toy("softmax")
	g := s.Graph
	z := g.Leaf(Parameter, "", "z", Samples, h("o", 3))
	target := g.Leaf(Target, "", "t", Samples)
	s.Node(SoftmaxCrossEntropy{}, Loss, "L", []Axis{Samples}, z, target)
	env := &Env{Rows: 2, Leaves: map[string][]float64{"z": {1000, 999, -1000, 0, 0, 0}, "t": {1, 2}}}
	near(t, "L", g.Eval(env)["toy.L"], []float64{1 + math.Log1p(math.Exp(-1)), math.Log(3)})
}
