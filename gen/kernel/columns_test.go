package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/pass/passtest"
	"github.com/chainrule-go/chainrule/gen/schedule"
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

// TestColumns runs the joined kernels with the samples in lanes and compares every gradient with the graph: whole groups
// of registers, a register, and fewer rows than lanes.
func TestColumns(t *testing.T) {
	for _, text := range columnSpecs {
		g := passtest.Graph(t, text, true)
		for _, v := range []*target.Vector{target.AVX2, target.AVX512} {
			whole, cut := newColumns(g, v, false), newColumns(g, v, true)
			for _, rows := range []int{1, 7, 8, 13, 16, 17, 31, 32} {
				t.Run(fmt.Sprintf("%s/%s/%d", g.Name, v.Name, rows), func(t *testing.T) { whole.compare(t, rows) })
				t.Run(fmt.Sprintf("%s/%s/%d/cut", g.Name, v.Name, rows), func(t *testing.T) { cut.compare(t, rows) })
			}
			for i, f := range cut.wide {
				if want := fmt.Sprint("wide", i+1); len(cut.wide) > 1 && f.Name != want {
					t.Errorf("part %d is called %s, want %s", i, f.Name, want)
				}
			}
			if n := cut.repeated(); g.Name == "deep" && n < 6 {
				t.Errorf("%s: only %d kernels are repeated", v.Name, n)
			}
		}
	}
}

// columns is the kernels of a training step.
type columns struct {
	graph         *graph.Graph
	lanes, group  int
	wide, narrow  []*kernel.Func
	parameters    []*kernel.Func       // their gradients
	offset        map[*graph.Value]int // of parameters in the flat array
	length        int
	scratchLength int
}

// newColumns makes them, or cuts them into parts of which a call runs a few hundred multiply-adds.
func newColumns(g *graph.Graph, v *target.Vector, cut bool) *columns {
	c := &columns{graph: g, lanes: v.Lanes(4), group: v.TileVectors * v.Lanes(4), offset: map[*graph.Value]int{}}
	wide := kernel.Lower(schedule.Activations(g, v, 4, false), "")
	blocks := kernel.NewBlocks(wide, 16)
	if cut {
		blocks.MaxTerms, blocks.MaxPart = 2000, 700
	}
	c.wide = blocks.Join("wide", "", wide)
	c.narrow = blocks.Join("narrow", "", kernel.Lower(schedule.Activations(g, v, 4, true), ""))
	c.parameters = blocks.Join("parameters", "", kernel.Lower(schedule.Updates(g, v, 4), ""))
	for _, q := range wide.Plan.Params {
		c.offset[q.Value] = q.Offset
	}
	c.length = wide.Plan.Len()
	last := blocks.Scratch[len(blocks.Scratch)-1]
	c.scratchLength = (last.Offset + last.Len + 15) / 16 * 16
	return c
}

// repeated counts the kernels of which a call runs some turns.
func (c *columns) repeated() int {
	n := 0
	for _, f := range slices.Concat(c.wide, c.narrow, c.parameters) {
		if f.Repeat.All > f.Repeat.Most {
			n++
		}
	}
	return n
}

// compare runs a block: the activations, twice half of the gradients of the parameters, which are set and added to, and the
// update of the parameters in place.
func (c *columns) compare(t *testing.T, rows int) {
	env := randomEnv(c.graph, rows)
	want := c.graph.Eval(env)
	groups := (rows + c.group - 1) / c.group
	activations, vectors := c.wide, groups*c.group/c.lanes
	if rows <= c.lanes {
		activations, vectors = c.narrow, 1
	}
	memory := kernel.Operands{
		Arrays:  map[string][]float64{"scratch": make([]float64, c.scratchLength), "p": make([]float64, c.length), "dp": make([]float64, c.length)},
		Scalars: map[string]float64{"groups": float64(groups), "vectors": float64(vectors), "more": float64(vectors - 1), "quads": float64((rows + 3) / 4)},
	}
	for i := range memory.Arrays["scratch"] {
		memory.Arrays["scratch"][i] = math.NaN() // nothing may be read before it is set
	}
	for v, at := range c.offset {
		copy(memory.Arrays["p"][at:], env.Leaves[v.Ref()])
	}
	for i := range memory.Arrays["dp"] {
		memory.Arrays["dp"][i] = math.NaN() // which is set first
	}
	run := func(funcs []*kernel.Func) (loss float64) {
		for _, f := range funcs {
			for _, a := range f.Arrays {
				if memory.Arrays[a.Name] == nil {
					memory.Arrays[a.Name] = given(c.graph, env, a)
				}
			}
			loss += runAll(&kernel.Machine{}, f, memory)
		}
		return loss
	}
	memory.Scalars["factor"], memory.Scalars["keep"] = 0.5, kernel.Dropped
	loss := run(activations)
	run(c.parameters)
	memory.Scalars["keep"] = kernel.Kept
	run(c.parameters)
	sums := memory.Arrays["dp"]
	memory.Scalars["factor"] = -0.5
	run(activations)
	memory.Arrays["dp"] = memory.Arrays["p"]
	run(c.parameters)

	wantLoss := 0.0
	for _, l := range want.Of(c.graph.Loss) {
		wantLoss += l / float64(rows)
	}
	if math.Abs(loss-wantLoss) > 1e-12*math.Abs(wantLoss) {
		t.Errorf("loss is %v, want %v", loss, wantLoss)
	}
	for _, pair := range c.graph.Gradients {
		at := c.offset[pair.Of]
		for i, w := range want.Of(pair.Value) {
			if got := sums[at+i]; !(math.Abs(got-w) <= 1e-12*(1+math.Abs(w))) {
				t.Fatalf("%s[%d] is %v, want %v", pair.Value.Ref(), i, got, w)
			}
			before := env.Leaves[pair.Of.Ref()][i]
			if got, w := memory.Arrays["p"][at+i], before-0.5*w; !(math.Abs(got-w) <= 1e-12*(1+math.Abs(w))) {
				t.Fatalf("%s[%d] is updated to %v, want %v", pair.Of.Ref(), i, got, w)
			}
		}
	}
}

// runAll runs a function as often as its callers do, and returns the result.
func runAll(m *kernel.Machine, f *kernel.Func, memory kernel.Operands) float64 {
	if f.Repeat.All == 0 {
		return m.Run(f, memory)
	}
	for from := 0; from < f.Repeat.All; from += f.Repeat.Most {
		memory.Scalars[kernel.FirstTurn] = float64(from)
		memory.Scalars[kernel.SomeTurns] = float64(min(f.Repeat.Most, f.Repeat.All-from))
		m.Run(f, memory)
	}
	return 0
}

// given returns the memory of an operand as a caller hands it over: the input row by row, targets and scales one sample
// per lane, 0 for the samples that the block lacks.
func given(g *graph.Graph, env *graph.Env, a *kernel.Array) []float64 {
	data := make([]float64, a.Len)
	leaf := env.Leaves[a.Value.Ref()]
	switch {
	case a.Value == g.Input:
		copy(data, leaf)
	case a.Value.Role == graph.Scale:
		for n := range env.Rows {
			data[n] = leaf[0]
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
