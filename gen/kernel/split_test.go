package kernel_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/pass/passtest"
	"github.com/chainrule-go/chainrule/gen/schedule"
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

// byDefault returns the schedule that a network gets: for a small one, everything is written out.
func byDefault(t *testing.T, text string) *schedule.Plan {
	t.Helper()
	return schedule.New(passtest.Graph(t, text, true), target.Generic)
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

// transposed stores the weights of the hidden layer [in][out].
func transposed(p *schedule.Plan) *schedule.Plan {
	p.Params[0].Order = "io"
	return p
}

// looped turns what is written out into loops over single elements, and takes some rows per pass.
func looped(p *schedule.Plan, rows int) *schedule.Plan {
	p.Block = 3 * rows
	return dense(p, func(g *schedule.Group, s *schedule.Stage) {
		g.PerRow = false
		s.Nest.Rows, s.Nest.Sums = rows, 0
		for i, l := range s.Nest.Loops {
			last := l.Segments[len(l.Segments)-1].To
			s.Nest.Loops[i] = schedule.Loop{Axis: l.Axis, Segments: []schedule.Segment{{From: 0, To: last, Step: 1}}}
		}
		s.Resident, s.InPlace = false, s.Resident || s.InPlace
	})
}

// TestSplit runs networks by several schedules: what is computed does not depend on how. Where an element is the same
// sum in the same order, it has the same bits.
func TestSplit(t *testing.T) {
	wide := strings.NewReplacer("[7]", "[40]", "units: 5", "units: 21").Replace(seeds)
	tests := []struct {
		name, text string
		change     func(*schedule.Plan) *schedule.Plan
		rowOrder   bool // the sums over rows run in another order
		sumOrder   bool // the other sums do
	}{
		{"outputs in 4 lanes", seeds, func(p *schedule.Plan) *schedule.Plan { return outputsInLanes(p, 1, 4) }, false, false},
		{"outputs in 2×2 lanes", seeds, func(p *schedule.Plan) *schedule.Plan { return outputsInLanes(p, 2, 2) }, false, false},
		{"outputs in 8 lanes", seeds, func(p *schedule.Plan) *schedule.Plan { return outputsInLanes(p, 1, 8) }, false, false},
		{"samples in 8 lanes", seeds, func(p *schedule.Plan) *schedule.Plan { return samplesInLanes(p, 8) }, true, false},
		{"samples in 4 lanes", seeds, func(p *schedule.Plan) *schedule.Plan { return samplesInLanes(p, 4) }, true, false},
		{"weights [in][out]", seeds, transposed, false, false},
		{"weights [in][out], outputs in lanes", seeds, func(p *schedule.Plan) *schedule.Plan {
			return transposed(outputsInLanes(p, 1, 4))
		}, false, false},
		{"weights [in][out], samples in lanes", seeds, func(p *schedule.Plan) *schedule.Plan {
			return transposed(samplesInLanes(p, 8))
		}, true, false},
		{"loops, one row", seeds, func(p *schedule.Plan) *schedule.Plan { return looped(p, 1) }, false, false},
		{"loops, 4 rows", seeds, func(p *schedule.Plan) *schedule.Plan { return looped(p, 4) }, false, false},
		{"wide, outputs in 4 lanes", wide, func(p *schedule.Plan) *schedule.Plan { return outputsInLanes(p, 1, 4) }, false, false},
		{"wide, outputs in 2×8 lanes", wide, func(p *schedule.Plan) *schedule.Plan { return outputsInLanes(p, 2, 8) }, false, false},
		{"wide, weights [in][out]", wide, transposed, false, false},
		{"wide, blocks of 5 rows", wide, func(p *schedule.Plan) *schedule.Plan { p.Block = 5; return p }, false, false},
		{"wide, loops, 4 rows", wide, func(p *schedule.Plan) *schedule.Plan { return looped(p, 4) }, false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			base, plan := byDefault(t, test.text), test.change(byDefault(t, test.text))
			if err := plan.Verify(); err != nil {
				t.Fatalf("%v\n%v", err, plan)
			}
			env := inputs(base, 21)
			var m kernel.Machine
			wantLoss, want := m.Step(kernel.Lower(base, "softmax"), env)
			program := kernel.Lower(plan, "softmax")
			loss, got := m.Step(program, env)
			if !near([]float64{loss}, []float64{wantLoss}, 1e-12) {
				t.Errorf("loss is %v, want %v", loss, wantLoss)
			}
			oracle := base.Graph.Eval(env)
			for _, v := range base.Graph.Values {
				g, ok := got[v.Ref()]
				if !ok || want[v.Ref()] == nil {
					continue // in registers, or overwritten
				}
				tolerance := 0.0
				if test.sumOrder || test.rowOrder && v.Of != nil && v.Of.Role == graph.Parameter {
					tolerance = 1e-12
				}
				if !near(g, want[v.Ref()], tolerance) {
					t.Errorf("%s is\n%v, want\n%v\n%v", v.Ref(), g, want[v.Ref()], program)
				}
				if !near(g, oracle.Of(v), 1e-12) {
					t.Errorf("%s is\n%v, the graph has\n%v", v.Ref(), g, oracle.Of(v))
				}
			}
			for _, pair := range base.Graph.Gradients {
				if got[pair.Value.Ref()] == nil {
					t.Errorf("%s is missing", pair.Value.Ref())
				}
			}
		})
	}
}

// near tells whether two tensors differ by no more than a fraction of the largest element of the second.
func near(got, want []float64, tolerance float64) bool {
	scale := 0.0
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for i, w := range want {
		if d := math.Abs(got[i] - w); !(d <= tolerance*scale) {
			return false
		}
	}
	return len(got) == len(want)
}
