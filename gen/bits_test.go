package gen_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/runtime"
)

// elementary32 and elementary64 are the functions that generated code calls, where they are not those of math.
var (
	elementary32 = map[string]func(float32) float32{
		"exp": runtime.Exp32, "expm1": runtime.Expm132, "log": runtime.Log32, "log1p": runtime.Log1p32, "tanh": runtime.Tanh32,
		"sigmoid": runtime.Sigmoid32, "softplus": runtime.Softplus32, "tanhSoftplus": runtime.TanhSoftplus32, "normalCDF": runtime.NormalCDF32, "sqrt": runtime.Sqrt32,
	}
	strict32 = map[string]func(float32) float32{
		"exp": runtime.StrictExp32, "expm1": runtime.StrictExpm132, "log": runtime.StrictLog32, "log1p": runtime.StrictLog1p32, "tanh": runtime.StrictTanh32,
		"sigmoid": runtime.StrictSigmoid32, "softplus": runtime.StrictSoftplus32, "tanhSoftplus": runtime.StrictTanhSoftplus32, "normalCDF": runtime.StrictNormalCDF32, "sqrt": runtime.Sqrt32,
	}
	elementary64 = map[string]func(float64) float64{
		"sigmoid": runtime.Sigmoid64, "softplus": runtime.Softplus64, "tanhSoftplus": runtime.TanhSoftplus64, "normalCDF": runtime.NormalCDF64,
	}
)

// machineOf computes as float32 code with these functions does.
func machineOf(elementary map[string]func(float32) float32) kernel.Machine {
	return kernel.Machine{
		Round: func(x float64) float64 { return float64(float32(x)) },
		Elementary: func(name string, args ...float64) (float64, bool) {
			f, ok := elementary[name]
			if !ok {
				return 0, false
			}
			return float64(f(float32(args[0]))), true
		},
	}
}

// machine32 computes as the portable code of a network does, strictMachine as one whose numerics are strict.
var machine32, strictMachine = machineOf(elementary32), machineOf(strict32)

// machine64 computes as float64 code does.
var machine64 = kernel.Machine{
	Elementary: func(name string, args ...float64) (float64, bool) {
		f, ok := elementary64[name]
		if !ok {
			return 0, false
		}
		return f(args[0]), true
	},
}

// mostTerms bounds the multiply-adds of a network whose kernels a test interprets.
const mostTerms = 300_000

// TestBits runs the kernels in the precision of their network: the compiled code has the same bits.
func TestBits(t *testing.T) {
	t.Parallel()
	f := theFleet(t)
	compared := 0
	for k, s := range f.subjects {
		if s.terms() > mostTerms {
			continue
		}
		compared++
		m := machine64
		switch {
		case s.model.Strict():
			m = strictMachine
		case s.float32():
			m = machine32
		}
		loss, values := m.Step(s.net.Program, s.env)
		if got := f.outcomes[k].loss; math.Float64bits(got) != math.Float64bits(loss) {
			t.Errorf("net %d: loss is %v compiled and %v interpreted\n%s", k, got, loss, s.text)
		}
		for i, want := range s.gradient(values) {
			for j, w := range want {
				if got := f.outcomes[k].gradient[i][j]; math.Float64bits(got) != math.Float64bits(w) {
					t.Errorf("net %d: gradient of %s[%d] is %v compiled and %v interpreted\n%s", k, s.graph.Parameters()[i].Ref(), j, got, w, s.text)
					break
				}
			}
		}
	}
	t.Logf("%d of %d networks compared", compared, len(f.subjects))
}

// TestStrict compares every tier's bits of the strict networks with those of portable code: losses, gradients, outputs and
// predictions.
func TestStrict(t *testing.T) {
	t.Parallel()
	f := theFleet(t)
	networks, tiers := 0, 0
	for k, s := range f.subjects {
		if !s.model.Strict() {
			continue
		}
		networks++
		for tier, outcomes := range f.tiers {
			tiers++
			if what := f.outcomes[k].differs(outcomes[k]); what != "" {
				t.Errorf("net %d: %s is not the same on %v\n%s", k, what, tier, s.text)
			}
		}
	}
	if networks == 0 {
		t.Fatal("no network is strict")
	}
	t.Logf("%d networks on %d tiers each", networks, tiers/networks)
}

// differs says which number has other bits.
func (o outcome) differs(other outcome) string {
	same := func(a, b []float64) bool {
		return slices.EqualFunc(a, b, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })
	}
	switch {
	case !same([]float64{o.loss}, []float64{other.loss}):
		return fmt.Sprintf("the loss, %v and %v,", o.loss, other.loss)
	case !slices.EqualFunc(o.gradient, other.gradient, same):
		return "the gradient"
	case !same([]float64{o.calmLoss}, []float64{other.calmLoss}):
		return fmt.Sprintf("the loss without dropout, %v and %v,", o.calmLoss, other.calmLoss)
	case !same(o.output, other.output):
		return "an output"
	case !same(o.prediction, other.prediction):
		return "a prediction"
	}
	return ""
}

// terms returns the multiply-adds of a training step.
func (s *subject) terms() int {
	terms := 0
	for _, g := range s.net.Program.Plan.Groups {
		terms += g.Terms * s.env.Rows
	}
	return terms
}
