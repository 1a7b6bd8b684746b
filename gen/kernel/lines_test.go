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

// TestLines runs a training step of one row, joined into one function or some, or flat, and compares every gradient with the graph;
// fused, every parameter with what the gradient makes of it.
func TestLines(t *testing.T) {
	for _, text := range slices.Concat(columnSpecs, []string{droppedSpec}) {
		for _, v := range []*target.Vector{target.AVX2, target.AVX512} {
			for _, fused := range []bool{false, true} {
				g := passtest.Graph(t, text, true)
				forms := []string{"lines"}
				if g.Name == "plain" && v.Picks {
					forms = append(forms, "flat")
				} else if g.Name != "plain" {
					forms = append(forms, "parts")
				}
				for _, form := range forms {
					t.Run(fmt.Sprintf("%s/%s/%s/%v", g.Name, v.Name, form, fused), func(t *testing.T) { compareLines(t, g, v, fused, form) })
				}
			}
		}
	}
}

// rowFuncs returns the step of a network as one function, and the functions that are to be run for it.
func rowFuncs(t *testing.T, g *graph.Graph, v *target.Vector, form string) (f *kernel.Func, funcs []*kernel.Func, plan *schedule.Plan) {
	t.Helper()
	if form == "flat" {
		plan = schedule.Flat(g, v, 4, schedule.Training)
		f = kernel.Flat("row", "", plan, "")
		return f, []*kernel.Func{f}, plan
	}
	plan = schedule.Lines(g, v, 4, schedule.Training)
	f = kernel.JoinRow("row", "", plan, kernel.Lower(plan, "").Funcs, 8)
	if form == "lines" {
		return f, []*kernel.Func{f}, plan
	}
	if funcs = kernel.SplitRow(f, 4, 200, 100); len(funcs) < 3 {
		t.Fatalf("%d parts of\n%v", len(funcs), f)
	}
	return f, funcs, plan
}

func compareLines(t *testing.T, g *graph.Graph, v *target.Vector, fused bool, form string) {
	const row = 3
	env := randomEnv(g, 1)
	env.Random = func(stream, _, element int) float64 {
		return float64((element+3)*(stream+7)*71%97) / 97
	}
	want := g.Eval(env)

	f, funcs, plan := rowFuncs(t, g, v, form)
	const rate = 0.125
	ops := kernel.Operands{Arrays: map[string][]float64{}, Scalars: map[string]float64{"factor": rate, "keep": kernel.Dropped, "seed": 0, "step": 0, "row": row}}
	for _, a := range f.Arrays {
		ops.Arrays[a.Name] = make([]float64, a.Len)
	}
	for _, a := range f.Locals { // nothing may be read before it is set
		ops.Arrays[a.Name] = slices.Repeat([]float64{math.NaN()}, a.Len)
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
	loss := 0.0
	for _, f := range funcs {
		loss += runAll(&machine, f, ops)
	}

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
