package layer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/layer"
	"github.com/chainrule-go/chainrule/gen/pass"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime/reference"
)

// dense, activation and dropout are layers of test networks; model names them.
func dense(units int, name string, params map[string]float64) spec.Layer {
	return spec.Layer{Dense: &spec.Dense{Units: units, Bias: true, Activation: spec.Activation{Name: name, Params: params}}}
}

func activation(name string, params map[string]float64) spec.Layer {
	return spec.Layer{Activation: &spec.Activation{Name: name, Params: params}}
}

func dropout(rate float64) spec.Layer { return spec.Layer{Dropout: &spec.Dropout{Rate: rate}} }

// model returns a network of inputs → layers → loss; with classes, the targets
// are class indices.
func model(inputs int, loss spec.Loss, classes bool, layers ...spec.Layer) *spec.Model {
	m := &spec.Model{Name: loss.Name, Input: spec.Input{Size: inputs}, Loss: loss, Layers: layers}
	size := inputs
	for i := range layers {
		l := &layers[i]
		l.Name = fmt.Sprint("layer", i+1)
		l.In = size
		if l.Dense != nil {
			size = l.Dense.Units
		}
		l.Out = size
	}
	m.Output.Targets = make([]spec.Target, size)
	if classes {
		m.Output = spec.Output{Classes: make([]string, max(size, 2))}
	}
	return m
}

// uniform is the random number of an element, for dropout.
func uniform(stream, row, element int) float64 {
	return math.Mod(float64(stream*11+row*5+element*3+1)*0.6180339887, 1)
}

// twin returns the reference network of m.
func twin(m *spec.Model) *reference.Network {
	var layers []reference.Layer
	streams := 0
	for _, l := range m.Layers {
		switch {
		case l.Dense != nil:
			layers = append(layers, reference.NewDense(l.In, l.Out, l.Dense.Bias),
				reference.NewActivation(l.Dense.Activation.Name, l.Dense.Activation.Params))
		case l.Activation != nil:
			layers = append(layers, reference.NewActivation(l.Activation.Name, l.Activation.Params))
		default:
			rate, stream := l.Dropout.Rate, streams
			streams++
			layers = append(layers, reference.NewDropout(rate, func(row, element int) bool {
				return uniform(stream, row, element) >= rate
			}))
		}
	}
	return reference.New(reference.NewLoss(m.Loss.Name, m.Loss.Params), layers...)
}

// batch is what both the graph and the reference are computed on.
type batch struct {
	rows      int
	env       *graph.Env
	x, target [][]float64 // of the reference
}

// draw draws parameters and rows for the graph of m, gives them to n as well,
// and draws again while a value lies within 1e-4 of a kink. It gives up in the
// end: where dropout leaves nothing and there is no bias, z is always 0.
func draw(m *spec.Model, g *graph.Graph, n *reference.Network, rows int, rng *rand.Rand) (b batch, ok bool) {
	for range 100 {
		b := batch{rows: rows, env: &graph.Env{Rows: rows, Leaves: map[string][]float64{}, Random: uniform}}
		normal := func(count int) []float64 {
			elems := make([]float64, count)
			for i := range elems {
				elems[i] = rng.NormFloat64() * 1.5
			}
			return elems
		}
		var params []float64
		for _, p := range g.Parameters() {
			size := 1
			for _, a := range p.Axes {
				size *= a.Size
			}
			b.env.Leaves[p.Ref()] = normal(size)
			params = append(params, b.env.Leaves[p.Ref()]...)
		}
		n.SetParams(params)
		outputs := m.Layers[len(m.Layers)-1].Out
		for range rows {
			b.x = append(b.x, normal(m.Input.Size))
			b.env.Leaves["x"] = append(b.env.Leaves["x"], b.x[len(b.x)-1]...)
			target, leaf := b.drawTarget(m, outputs, rng)
			b.target = append(b.target, target)
			b.env.Leaves["t"] = append(b.env.Leaves["t"], leaf...)
		}
		if n.Margin(b.x, b.target) > 1e-4 {
			return b, true
		}
	}
	return batch{}, false
}

// drawTarget returns a row of targets, and the same for the graph.
func (b batch) drawTarget(m *spec.Model, outputs int, rng *rand.Rand) (row, leaf []float64) {
	row = make([]float64, outputs)
	class := rng.IntN(max(outputs, 2))
	switch {
	case m.Output.Classes != nil && outputs == 1:
		row[0] = float64(class)
		return row, row
	case m.Output.Classes != nil:
		row[class] = 1
		return row, []float64{float64(class)}
	}
	for i := range row {
		row[i] = rng.Float64()
	}
	return row, row
}

// check compares the gradients of m with the reference and with central
// differences, on random rows. It returns false when no rows were fit for it.
func check(t *testing.T, m *spec.Model, rng *rand.Rand) bool {
	t.Helper()
	raw, err := layer.Build(m, true)
	if err != nil {
		t.Fatal(err)
	}
	g, err := pass.Run(raw, true)
	if err != nil {
		t.Fatal(err)
	}
	n := twin(m)
	b, ok := draw(m, g, n, 1+rng.IntN(5), rng)
	if !ok {
		return false
	}
	want := make([]float64, len(n.Params()))
	wantLoss := n.Gradients(want, b.x, b.target)

	results := g.Eval(b.env)
	loss := 0.0
	for _, l := range results.Of(g.Loss) {
		loss += l / float64(b.rows)
	}
	near(t, "loss", []float64{loss}, []float64{wantLoss}, 1e-12, 1e-12)
	var got []float64
	for _, p := range g.Gradients {
		got = append(got, results.Of(p.Value)...)
	}
	near(t, "gradient against the reference", got, want, 1e-12, 1e-10)
	slopes := make([]float64, len(want))
	for i := range slopes {
		slopes[i] = reference.CentralDifference(n, i, b.x, b.target, 1e-6)
	}
	near(t, "gradient against central differences", got, slopes, 1e-5, 1e-3)
	return true
}

// near reports the first element that is off by more than atol + rtol·|want|.
func near(t *testing.T, what string, got, want []float64, atol, rtol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= atol+rtol*math.Abs(want[i])) {
			t.Errorf("%s: [%d] = %v, want %v", what, i, got[i], want[i])
			return
		}
	}
}
