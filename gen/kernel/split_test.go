package kernel_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/layer"
	"github.com/chainrule-go/chainrule/gen/pass"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/gen/target"
)

// seeds is the 7-5-3 network with dropout after the hidden layer.
const seeds = `
name: seeds
precision: float64
input: {shape: [7]}
layers:
  - dense: {units: 5, activation: sigmoid}
  - dropout: 0.25
  - dense: {units: 3}
output: {classes: [kama, rosa, canadian]}
loss: softmax_cross_entropy
train: {optimizer: {sgd: {learning_rate: 0.1}}, batch: 8, epochs: 1}
`

// unrolled returns the default schedule of a network: for a small one, everything is written out.
func unrolled(t *testing.T, text string) *schedule.Plan {
	t.Helper()
	m, err := spec.Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	g, err := layer.Build(m, true)
	if err != nil {
		t.Fatal(err)
	}
	if g, err = pass.Run(g, true); err != nil {
		t.Fatal(err)
	}
	return schedule.New(g, target.Generic)
}

// dense calls f for every stage of the dense layers' groups.
func dense(p *schedule.Plan, f func(*schedule.Group, *schedule.Stage)) *schedule.Plan {
	for _, g := range p.Groups {
		if g.Layer == "dense1" || g.Layer == "dense2" {
			for i := range g.Stages {
				f(g, &g.Stages[i])
			}
		}
	}
	return p
}

// inLanes cuts n elements into steps of some vectors, one vector, and remainders of fewer and fewer lanes.
func inLanes(n, vectors, lanes int) []schedule.Segment {
	var segments []schedule.Segment
	from := 0
	for step := vectors * lanes; from < n; {
		if turns := (n - from) / step; turns > 0 {
			s := schedule.Segment{From: from, To: from + turns*step, Step: step, Lanes: lanes}
			if lanes == 1 {
				s.Lanes = 0
			}
			segments, from = append(segments, s), from+turns*step
		}
		if vectors > 1 {
			vectors = 1
		} else {
			lanes /= 2
		}
		step = vectors * max(1, lanes)
	}
	return segments
}

// outputsInLanes puts neighbouring elements of every result into lanes.
func outputsInLanes(p *schedule.Plan, vectors, lanes int) *schedule.Plan {
	return dense(p, func(_ *schedule.Group, s *schedule.Stage) {
		inner := subscripts(s.Node)[len(s.Node.Outs[0].Axes)-1]
		for i, l := range s.Nest.Loops {
			if l.Axis == inner {
				last := l.Segments[len(l.Segments)-1].To
				s.Nest.Loops[i] = schedule.Loop{Axis: l.Axis, Segments: inLanes(last, vectors, lanes)}
			}
		}
		s.Resident, s.InPlace = false, s.Resident
	})
}

// subscripts returns the letters of an op's result.
func subscripts(n *graph.Node) string {
	var sub string
	switch op := n.Op.(type) {
	case graph.Contract:
		sub = op.Sub
	case graph.Reduce:
		sub = op.Sub
	case graph.Map:
		sub = op.Sub
	}
	_, out := schedule.Subscripts(sub)
	return out
}

// samplesInLanes puts neighbouring rows into lanes.
func samplesInLanes(p *schedule.Plan, lanes int) *schedule.Plan {
	p.Block = 4 * lanes
	return dense(p, func(g *schedule.Group, s *schedule.Stage) {
		g.PerRow = false
		s.Nest.Rows, s.Nest.RowLanes = lanes, true
		s.Resident, s.InPlace = false, s.Resident
	})
}

// inputs draws parameters and rows for a network.
func inputs(p *schedule.Plan, rows int) *graph.Env {
	r := rand.New(rand.NewPCG(1, 2))
	env := &graph.Env{Rows: rows, Leaves: map[string][]float64{}}
	for _, v := range p.Graph.Values {
		if v.Node != nil || v.Role == graph.Scale {
			continue
		}
		n := schedule.Size(v)
		if v.Axes[0].Size == 0 {
			n *= rows
		}
		list := make([]float64, n)
		for i := range list {
			list[i] = r.NormFloat64()
			if v.Role == graph.Target {
				list[i] = float64(r.IntN(3))
			}
		}
		env.Leaves[v.Ref()] = list
	}
	random := make([]float64, rows*64)
	for i := range random {
		random[i] = r.Float64()
	}
	env.Random = func(_, row, element int) float64 { return random[row*64+element] }
	return env
}

// TestSplit runs one network by several schedules: what is computed does not depend on how.
func TestSplit(t *testing.T) {
	base := unrolled(t, seeds)
	env := inputs(base, 21)
	machine := new(kernel.Machine)
	wantLoss, want := machine.Step(kernel.Lower(base, "softmax"), env)
	delete(want, "dense1.dy") // without registers for dz, dy is overwritten with it

	oracle := base.Graph.Eval(env)
	for _, pair := range base.Graph.Gradients {
		if d := distance(want.Of(pair.Value), oracle.Of(pair.Value)); d > 1e-13 {
			t.Errorf("unrolled: %s is off by %g", pair.Value.Ref(), d)
		}
	}
	transposed := unrolled(t, seeds)
	transposed.Params[0].Order = "io"
	tests := []struct {
		name  string
		plan  *schedule.Plan
		exact bool // the sums run in the same order
	}{
		{"outputs in 4 lanes", outputsInLanes(unrolled(t, seeds), 1, 4), true},
		{"outputs in 2×2 lanes", outputsInLanes(unrolled(t, seeds), 2, 2), true},
		{"outputs in 8 lanes", outputsInLanes(unrolled(t, seeds), 1, 8), true},
		{"samples in 8 lanes", samplesInLanes(unrolled(t, seeds), 8), false},
		{"samples in 4 lanes", samplesInLanes(unrolled(t, seeds), 4), false},
		{"weights [in][out]", transposed, true},
		{"weights [in][out], outputs in lanes", outputsInLanes(transposed, 1, 4), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := test.plan.Verify(); err != nil {
				t.Fatal(err)
			}
			program := kernel.Lower(test.plan, "softmax")
			loss, got := machine.Step(program, env)
			if loss != wantLoss {
				t.Errorf("loss is %v, want %v", loss, wantLoss)
			}
			for ref, w := range want {
				g, ok := got[ref]
				if exact := slices.Equal(g, w); !ok || !exact && (test.exact || distance(g, w) > 1e-12) {
					t.Errorf("%s is\n%v, want\n%v", ref, g, w)
				}
			}
			if t.Failed() {
				t.Logf("%v\n%v", test.plan, program)
			}
		})
	}
}

// distance returns the largest difference between two tensors, relative to the largest element of the second.
func distance(got, want []float64) float64 {
	scale, worst := 0.0, 0.0
	for i, w := range want {
		scale = max(scale, math.Abs(w))
		worst = max(worst, math.Abs(got[i]-w))
	}
	return worst / scale
}
