package amd64_test

import (
	"math"
	"slices"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
)

// TestLossOfNaN checks that a logit that is NaN or +Inf makes the loss and the gradients of its sample NaN, wherever it
// stands, and leaves those of other samples alone: the maximum may lose a NaN. A
// logit of −Inf has the probability 0.
func TestLossOfNaN(t *testing.T) {
	const outputs, samples = 7, 32
	for _, machine := range []*target.Vector{target.AVX2, target.AVX512} {
		all := kernels(t, "4-7", machine)
		loss := all[slices.IndexFunc(all, func(f *kernel.Func) bool { return f.Result != "" })]
		f, err := vector.Compile(loss, machine, vector.Float32)
		if err != nil {
			t.Fatal(err)
		}
		c := vectortest.Case{Func: loss, Counts: fullBlock(machine), Own: map[string][2]float64{"t": {0, 1}, "scale": {0.1, 0.1}}}
		calm := c.Operands(vector.Float32, 1)
		f.Run(calm)
		for _, bad := range []float64{math.NaN(), math.Inf(1)} {
			for o := range outputs {
				ops := c.Operands(vector.Float32, 1)
				sample := 5 * o
				ops.Arrays["z"][samples*o+sample] = bad
				if got := f.Run(ops); got == got {
					t.Errorf("%s: the loss is %v with z[%d,%d] = %v, want NaN", machine.Name, got, sample, o, bad)
				}
				for i, dz := range ops.Arrays["dz"] {
					want := calm.Arrays["dz"][i]
					if i%samples == sample {
						want = math.NaN()
					}
					if dz != want && (dz == dz || want == want) {
						t.Fatalf("%s: dz[%d,%d] is %v with z[%d,%d] = %v, want %v", machine.Name, i%samples, i/samples, dz, sample, o, bad, want)
					}
				}
			}
		}
		for o := range outputs { // −Inf is as good as any number whose exponential vanishes
			got, want := c.Operands(vector.Float32, 1), c.Operands(vector.Float32, 1)
			got.Arrays["z"][samples*o], want.Arrays["z"][samples*o] = math.Inf(-1), -1e4
			if got, want := f.Run(got), f.Run(want); got != want {
				t.Errorf("%s: the loss is %v with z[0,%d] = −Inf, want %v", machine.Name, got, o, want)
			}
			if !slices.Equal(got.Arrays["dz"], want.Arrays["dz"]) {
				t.Errorf("%s: dz is not as it should be with z[0,%d] = −Inf", machine.Name, o)
			}
		}
	}
}
