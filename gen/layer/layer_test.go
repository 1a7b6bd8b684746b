package layer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/chainrule-go/chainrule/gen/expr"
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
	names := make([]string, max(size, 2))
	m.Output.Targets = names[:size]
	if classes {
		m.Output = spec.Output{Classes: names}
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
// and draws again while a value lies within 1e-4 of a kink.
func draw(m *spec.Model, g *graph.Graph, n *reference.Network, rows int, rng *rand.Rand) batch {
	for {
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
			return b
		}
	}
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
// differences, on random rows.
func check(t *testing.T, m *spec.Model, rng *rand.Rand) {
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
	b := draw(m, g, n, 1+rng.IntN(5), rng)
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

// settings returns the defaults of params and, where there are any, other values.
func settings(params []expr.Param) []map[string]float64 {
	defaults := expr.Defaults(params)
	if len(params) == 0 {
		return []map[string]float64{defaults}
	}
	other := map[string]float64{}
	for _, p := range params {
		other[p.Name] = min(p.Max, p.Default*1.5+0.05)
	}
	return []map[string]float64{defaults, other}
}

var squared = spec.Loss{Name: "half_squared_error"}

func TestActivations(t *testing.T) {
	for i, a := range expr.Activations {
		for _, p := range settings(a.Params) {
			t.Run(fmt.Sprint(a.Name, p), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(uint64(i), 1))
				for range 5 {
					check(t, model(3, squared, false, dense(4, a.Name, p), dense(2, a.Name, p)), rng)
					check(t, model(2, squared, false, activation(a.Name, p), dense(3, "linear", nil), dropout(0.25),
						activation(a.Name, p), dense(2, "linear", nil)), rng)
				}
			})
		}
	}
}

func TestLosses(t *testing.T) {
	for i, l := range expr.Losses {
		for _, p := range settings(l.Params) {
			for _, units := range []int{1, 3} {
				for _, classes := range []bool{false, true} {
					fits := l.Link == "softmax" && units > 1 || l.Link == "sigmoid" && units == 1
					if classes && !fits {
						continue
					}
					loss := spec.Loss{Name: l.Name, Params: p}
					t.Run(fmt.Sprint(l.Name, p, units, classes), func(t *testing.T) {
						rng := rand.New(rand.NewPCG(uint64(i), 2))
						for range 5 {
							check(t, model(3, loss, classes, dense(4, "tanh", nil), dense(units, "linear", nil)), rng)
						}
					})
				}
			}
		}
	}
}

func TestRandomNetworks(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 3))
		layers := []spec.Layer{dropout(0.2)}
		for range 1 + rng.IntN(4) {
			a := expr.Activations[rng.IntN(len(expr.Activations))]
			d := dense(1+rng.IntN(4), a.Name, expr.Defaults(a.Params))
			d.Dense.Bias = rng.IntN(3) > 0
			layers = append(layers, d)
			if rng.IntN(3) == 0 {
				layers = append(layers, dropout(rng.Float64()*0.9))
			}
		}
		loss := expr.Losses[rng.IntN(len(expr.Losses))]
		if loss.Logits {
			layers = append(layers, dense(1+rng.IntN(4), "linear", nil))
		}
		m := model(1+rng.IntN(4), spec.Loss{Name: loss.Name, Params: expr.Defaults(loss.Params)}, false, layers...)
		roundRates(m)
		check(t, m, rng)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// roundRates makes the dropout rates of m what Build makes of them.
func roundRates(m *spec.Model) {
	for _, l := range m.Layers {
		if l.Dropout != nil {
			l.Dropout.Rate = math.Round(l.Dropout.Rate*(1<<24)) / (1 << 24)
		}
	}
}

// TestKinks puts the pre-activation, then the residual, on every kink: there
// the graph and the reference must have the same subgradient.
func TestKinks(t *testing.T) {
	gradients := func(m *spec.Model, bias, target float64) (got, want []float64) {
		g, err := layer.Build(m, true)
		if err != nil {
			t.Fatal(err)
		}
		if g, err = pass.Run(g, true); err != nil {
			t.Fatal(err)
		}
		results := g.Eval(&graph.Env{Rows: 1, Leaves: map[string][]float64{
			"x": {1}, "t": {target}, "layer1.w": {0}, "layer1.b": {bias},
		}})
		n := twin(m)
		n.SetParams([]float64{0, bias})
		want = make([]float64, 2)
		n.Gradients(want, [][]float64{{1}}, [][]float64{{target}})
		return slices.Concat(results["layer1.dw"], results["layer1.db"]), want
	}
	for _, a := range expr.Activations {
		for _, p := range settings(a.Params) {
			for _, kink := range append(a.Kinks(p), 0) {
				got, want := gradients(model(1, squared, false, dense(1, a.Name, p)), kink, 10)
				near(t, fmt.Sprint(a.Name, p, " at ", kink), got, want, 1e-12, 1e-12)
			}
		}
	}
	for _, l := range expr.Losses {
		for _, p := range settings(l.Params) {
			for _, kink := range append(l.Kinks(p), 0) {
				m := model(1, spec.Loss{Name: l.Name, Params: p}, false, dense(1, "linear", nil))
				got, want := gradients(m, kink+0.5, 0.5)
				near(t, fmt.Sprint(l.Name, p, " at ", kink), got, want, 1e-12, 1e-12)
			}
		}
	}
}
