package kernel_test

import (
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/pass/passtest"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/target"
)

const frozenSpec = `name: tuned
input: {shape: [8]}
layers:
  - dense: {units: 16, activation: relu, freeze: [weights, bias]}
  - dense: {units: 16, activation: relu, freeze: [weights, bias]}
  - dense: {units: 16, activation: relu, freeze: weights}
  - dense: {units: 3}
output: {classes: [a, b, c]}
loss: softmax_cross_entropy`

// What is frozen costs nothing on the way back, in portable and in vector code: it has no gradient, and what is frozen
// from the input on has no backward pass at all.
func TestFrozenCostsNothing(t *testing.T) {
	g := passtest.Graph(t, frozenSpec, true)
	for name, plan := range map[string]*schedule.Plan{
		"portable":            schedule.New(g, target.Generic),
		"vector, activations": schedule.Activations(g, target.AVX2, 4, false),
		"vector, gradients":   schedule.Updates(g, target.AVX2, 4),
		"vector, one row":     schedule.Lines(g, target.AVX2, 4, schedule.Training),
	} {
		backward := map[string]bool{} // layers of which a gradient is there, of activations or of parameters
		for _, f := range kernel.Lower(plan, "").Funcs {
			for _, a := range f.Arrays {
				of := a.Value.Of
				if of != nil && of.Role == graph.Frozen {
					t.Errorf("%s: %s has the gradient of %s, which is frozen", name, f.Name, of.Ref())
				}
				if of != nil {
					backward[of.Layer] = true
				}
			}
		}
		if backward["dense1"] || backward["dense2"] || !backward["dense3"] {
			t.Errorf("%s: the backward pass has the layers %v, want dense3 and those behind it", name, backward)
		}
	}
}
