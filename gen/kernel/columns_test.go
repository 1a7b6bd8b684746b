package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/layer"
	"github.com/chainrule-go/chainrule/gen/pass"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/gen/target"
)

// columnSpecs are networks whose widths leave remainders of every kind.
var columnSpecs = []string{
	`name: plain
input: {shape: [7]}
layers:
  - dense: {units: 5, activation: sigmoid}
  - dense: {units: 3}
output: {classes: [a, b, c]}
loss: softmax_cross_entropy`,
	`name: deep
input: {shape: [19]}
layers:
  - dense: {units: 33, activation: relu}
  - dense: {units: 17, activation: gelu}
  - activation: tanh
  - dense: {units: 2, bias: false}
output: {targets: [u, v]}
loss: mean_squared_error`,
	`name: two
input: {shape: [70]}
layers:
  - dense: {units: 9, activation: elu}
  - dense: {units: 1}
output: {classes: [no_, yes_]}
loss: binary_cross_entropy`,
}

// TestColumns runs the kernels with the samples in lanes and compares every gradient with the graph.
func TestColumns(t *testing.T) {
	for _, text := range columnSpecs {
		for _, v := range []*target.Vector{target.AVX2, target.AVX512} {
			for _, rows := range []int{1, 8, 31, 32} {
				m, err := spec.Parse("columns.yaml", []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				t.Run(fmt.Sprintf("%s/%s/%d", m.Name, v.Name, rows), func(t *testing.T) { compareColumns(t, m, v, rows) })
			}
		}
	}
}

func compareColumns(t *testing.T, m *spec.Model, v *target.Vector, rows int) {
	g, err := layer.Build(m, true)
	if err != nil {
		t.Fatal(err)
	}
	if g, err = pass.Run(g, true); err != nil {
		t.Fatal(err)
	}
	env := randomEnv(g, rows)
	want := g.Eval(env)

	prog := kernel.Lower(schedule.Columns(g, v, 4, false), "")
	memory := map[string][]float64{}
	loss := 0.0
	for _, f := range prog.Funcs {
		ops := kernel.Operands{Arrays: map[string][]float64{}}
		for _, a := range f.Arrays {
			key := a.Value.Ref()
			if a.Copy {
				key += "Rows"
			}
			if memory[key] == nil {
				memory[key] = given(g, env, a, key == "xRows")
			}
			ops.Arrays[a.Name] = memory[key]
		}
		loss += (&kernel.Machine{}).Run(f, ops)
	}
	wantLoss := 0.0
	for _, l := range want.Of(g.Loss) {
		wantLoss += l / float64(rows)
	}
	if math.Abs(loss-wantLoss) > 1e-12*math.Abs(wantLoss) {
		t.Errorf("loss is %v, want %v", loss, wantLoss)
	}
	for _, pair := range g.Gradients {
		got := memory[pair.Value.Ref()]
		for i, w := range want.Of(pair.Value) {
			if math.Abs(got[i]-w) > 1e-12*(1+math.Abs(w)) {
				t.Fatalf("%s[%d] is %v, want %v", pair.Value.Ref(), i, got[i], w)
			}
		}
	}
}

// given returns the memory of an operand as a caller hands it over: parameters as they are, the input row by row, targets
// and scales one sample per lane, 0 for the samples that the block lacks.
func given(g *graph.Graph, env *graph.Env, a *kernel.Array, rowByRow bool) []float64 {
	data := make([]float64, a.Len)
	leaf := env.Leaves[a.Value.Ref()]
	switch {
	case a.Value.Node != nil || a.Value == g.Input && !rowByRow:
	case a.Value == g.Input || a.Value.Role == graph.Parameter || a.Value.Role == graph.Frozen:
		copy(data, leaf)
	case a.Value.Role == graph.Scale:
		for n := range env.Rows {
			data[n] = leaf[0]
		}
	case len(a.Value.Axes) == 1 && a.Len > schedule.Samples:
		for n, class := range leaf {
			data[int(class)*schedule.Samples+n] = 1
		}
	default:
		width := len(leaf) / env.Rows
		for i, v := range leaf {
			data[i%width*schedule.Samples+i/width] = v
		}
	}
	return data
}

// randomEnv fills the leaves of a graph with random numbers.
func randomEnv(g *graph.Graph, rows int) *graph.Env {
	r := rand.New(rand.NewPCG(1, uint64(rows)))
	env := &graph.Env{Rows: rows, Leaves: map[string][]float64{}}
	for _, v := range g.Values {
		if v.Node != nil {
			continue
		}
		size := schedule.Size(v)
		if len(v.Axes) > 0 && v.Axes[0].Size == 0 {
			size *= rows
		}
		leaf := make([]float64, size)
		for i := range leaf {
			leaf[i] = r.NormFloat64() / 2
			if v == g.Target && len(v.Axes) == 1 {
				leaf[i] = float64(r.IntN(2))
			}
		}
		if v == g.Scale {
			leaf[0] = 1 / float64(rows)
		}
		env.Leaves[v.Ref()] = leaf
	}
	return env
}
