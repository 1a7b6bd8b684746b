package gen_test

import (
	"fmt"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/pass/passtest"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
)

// TestRegisters compiles the vector code of layers of small shapes: the tiles that the schedule chooses have to fit
// into the registers of every machine.
func TestRegisters(t *testing.T) {
	t.Parallel()
	step := 3 // no divisor of a number of lanes
	if testing.Short() {
		step = 7
	}
	for inputs := 1; inputs <= 70; inputs += step {
		for outputs := 1 + inputs%step; outputs <= 16; outputs += step {
			text := fmt.Sprintf("name: shape\ninput: {shape: [%d]}\nlayers:\n  - dense: {units: %d, activation: relu}\n  - dense: {units: %d}\n"+
				"output: {targets: [y0", inputs, outputs, inputs)
			for i := 1; i < inputs; i++ {
				text += fmt.Sprintf(", y%d", i)
			}
			g := passtest.Graph(t, text+"]}\nloss: mean_squared_error\n", true)
			for _, v := range []*target.Vector{target.AVX2, target.AVX512} {
				for _, e := range []vector.Element{vector.Float32, vector.Float64} {
					for _, p := range []*schedule.Plan{
						schedule.Activations(g, v, int(e), false), schedule.Activations(g, v, int(e), true),
						schedule.Updates(g, v, int(e)),
					} {
						for _, f := range kernel.Lower(p, "").Funcs {
							if _, err := vector.Compile(f, v, e); err != nil {
								t.Errorf("%d inputs, %d outputs, float%d: %v", inputs, outputs, 8*e, err)
							}
						}
					}
				}
			}
		}
	}
}
