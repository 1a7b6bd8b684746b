package kernel_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/pass/passtest"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/target"
)

// droppedSpec has masks of one block, of some and a rest, and of more than a register of blocks.
const droppedSpec = `name: dropped
input: {shape: [3]}
layers:
  - dropout: 0.25
  - dense: {units: 73, activation: relu}
  - dropout: 0.5
  - dense: {units: 20, activation: tanh}
  - dropout: 0.25
  - dense: {units: 2}
output: {targets: [u, v]}
loss: mean_squared_error`

// TestLines runs a training step of one row, joined into one function or flat, and compares every gradient with the graph;
// fused, every parameter with what the gradient makes of it.
func TestLines(t *testing.T) {
	for _, text := range slices.Concat(columnSpecs, []string{droppedSpec}) {
		for _, v := range []*target.Vector{target.AVX2, target.AVX512} {
			for _, fused := range []bool{false, true} {
				g := passtest.Graph(t, text, true)
				t.Run(fmt.Sprintf("%s/%s/%v", g.Name, v.Name, fused), func(t *testing.T) { compareLines(t, g, v, fused, false) })
				if g.Name == "plain" && v.Picks {
					t.Run(fmt.Sprintf("%s/flat/%v", g.Name, fused), func(t *testing.T) { compareLines(t, g, v, fused, true) })
				}
			}
		}
	}
}

func compareLines(t *testing.T, g *graph.Graph, v *target.Vector, fused, flat bool) {
	const row = 3
	env := randomEnv(g, 1)
	env.Random = func(stream, _, element int) float64 {
		return float64((element+3)*(stream+7)*71%97) / 97
	}
	want := g.Eval(env)

	plan := schedule.Lines(g, v, 4, schedule.Training)
	var f *kernel.Func
	if flat {
		plan = schedule.Flat(g, v, 4, schedule.Training)
		f = kernel.Flat("row", "", plan, "")
	} else {
		f = kernel.JoinRow("row", "", plan, kernel.Lower(plan, "").Funcs, 8)
	}
	const rate = 0.125
	ops := kernel.Operands{Arrays: map[string][]float64{}, Scalars: map[string]float64{"factor": rate, "keep": kernel.Dropped, "seed": 0, "step": 0, "row": row}}
	for _, a := range f.Arrays {
		ops.Arrays[a.Name] = make([]float64, a.Len)
	}
	copy(ops.Arrays["x"], env.Leaves["x"])
	if target := env.Leaves[g.Target.Ref()]; len(g.Target.Axes) == 1 && len(ops.Arrays["t"]) > 1 {
		ops.Arrays["t"][int(target[0])] = 1
	} else {
		copy(ops.Arrays["t"], target)
	}
	for _, q := range plan.Params {
		copy(ops.Arrays["p"][q.Offset:], env.Leaves[q.Value.Ref()])
	}
	for i := range ops.Arrays["dp"] {
		ops.Arrays["dp"][i] = math.NaN() // which is set
	}
	if fused {
		ops.Arrays["dp"], ops.Scalars["factor"], ops.Scalars["keep"] = ops.Arrays["p"], -rate, kernel.Kept
	}
	machine := kernel.Machine{Uniform: func(stream, at, element int) float64 {
		if at != row {
			t.Errorf("draws numbers of row %d, want %d", at, row)
		}
		return env.Random(stream, at, element)
	}}
	loss := machine.Run(f, ops)

	if w := want.Of(g.Loss)[0]; math.Abs(loss-w) > 1e-12*math.Abs(w) {
		t.Errorf("loss is %v, want %v", loss, w)
	}
	for _, pair := range g.Gradients {
		q, _ := plan.Param(pair.Of)
		for i, w := range want.Of(pair.Value) {
			var got float64
			if fused {
				got = ops.Arrays["p"][q.Offset+i]
				w = env.Leaves[q.Value.Ref()][i] - rate*w
			} else {
				got = ops.Arrays["dp"][q.Offset+i] / rate
			}
			if math.Abs(got-w) > 1e-12*(1+math.Abs(w)) {
				t.Fatalf("%s[%d] is %v, want %v\n%v", pair.Value.Ref(), i, got, w, f)
			}
		}
	}
}
