package layer_test

import (
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/layer"
	"github.com/chainrule-go/chainrule/gen/pass"
)

// References:
//
//	Matt Mazur, A Step by Step Backpropagation Example, 2015.

// TestMazur trains the network of the textbooks with the graph's own numbers.
func TestMazur(t *testing.T) {
	hidden, output := dense(2, "sigmoid", nil), dense(2, "sigmoid", nil)
	hidden.Dense.FreezeBias, output.Dense.FreezeBias = true, true
	m := model(2, squared, false, hidden, output)
	g, err := layer.Build(m, true)
	if err != nil {
		t.Fatal(err)
	}
	if g, err = pass.Run(g, true); err != nil {
		t.Fatal(err)
	}
	env := &graph.Env{Rows: 1, Leaves: map[string][]float64{
		"x": {.05, .10}, "t": {.01, .99},
		"layer1.w": {.15, .20, .25, .30}, "layer1.b": {.35, .35},
		"layer2.w": {.40, .45, .50, .55}, "layer2.b": {.60, .60},
	}}
	step := func() (loss float64, outputs []float64) {
		results := g.Eval(env)
		for _, p := range g.Gradients {
			for i, d := range results.Of(p.Value) {
				env.Leaves[p.Of.Ref()][i] -= 0.5 * d
			}
		}
		return results.Of(g.Loss)[0], results.Of(g.Output)
	}
	loss, outputs := step()
	near(t, "loss", []float64{loss}, []float64{0.2983711087600027}, 0, 1e-12)
	near(t, "outputs", outputs, []float64{0.7513650695523157, 0.7729284653214625}, 0, 1e-12)
	w1, w2 := env.Leaves["layer1.w"], env.Leaves["layer2.w"]
	near(t, "w1 w4 w5 w8", []float64{w1[0], w1[3], w2[0], w2[3]},
		[]float64{0.1497807161327628, 0.29950228726473915, 0.35891647971788465, 0.5613701211079891}, 0, 1e-12)

	loss, _ = step()
	near(t, "loss after a step", []float64{loss}, []float64{0.29102777369359933}, 0, 1e-12)
	for range 9998 {
		step()
	}
	loss, outputs = step()
	near(t, "loss after 10,000 steps", []float64{loss}, []float64{3.510187782978859e-05}, 0, 1e-9)
	near(t, "outputs after 10,000 steps", outputs, []float64{0.01591362044355068, 0.9840642735146238}, 0, 1e-9)
}
