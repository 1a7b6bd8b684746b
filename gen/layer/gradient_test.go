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
)

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
					inside := model(3, squared, false, dense(4, a.Name, p), dense(2, a.Name, p))
					apart := model(2, squared, false, activation(a.Name, p), dense(3, "linear", nil),
						activation(a.Name, p), dropout(0.25), dense(2, "linear", nil))
					if !check(t, inside, rng) || !check(t, apart, rng) {
						t.Error("no rows fit")
					}
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
							if !check(t, model(3, loss, classes, dense(4, "tanh", nil), dense(units, "linear", nil)), rng) {
								t.Error("no rows fit")
							}
						}
					})
				}
			}
		}
	}
}

func TestRandomNetworks(t *testing.T) {
	checked := 0
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
		if check(t, m, rng) {
			checked++
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if checked < 50 {
		t.Errorf("only %d of 60 networks were fit for a check", checked)
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
