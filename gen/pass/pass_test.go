package pass_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

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
+ dense2: dropout1.dy[n,i] = Σₒ dz[n,o]·w[o,i]
+ dense2: dw[o,i] = Σₙ dz[n,o]·dropout1.y[n,i]
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
