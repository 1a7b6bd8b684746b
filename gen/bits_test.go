package gen_test

import (
	"math"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/runtime"
)

// elementary32 and elementary64 are the functions that generated code calls, where they are not those of math.
var (
	elementary32 = map[string]func(float32) float32{
		"exp": runtime.Exp32, "expm1": runtime.Expm132, "log": runtime.Log32, "log1p": runtime.Log1p32, "tanh": runtime.Tanh32,
		"sigmoid": runtime.Sigmoid32, "softplus": runtime.Softplus32, "erf": runtime.Erf32, "sqrt": runtime.Sqrt32,
	}
	elementary64 = map[string]func(float64) float64{"sigmoid": runtime.Sigmoid64, "softplus": runtime.Softplus64}
)

// machine32 computes as float32 code does.
var machine32 = kernel.Machine{
	Round: func(x float64) float64 { return float64(float32(x)) },
	Elementary: func(name string, args ...float64) (float64, bool) {
		f, ok := elementary32[name]
		if !ok {
			return 0, false
		}
		return float64(f(float32(args[0]))), true
	},
}

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
		if s.float32() {
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

// terms returns the multiply-adds of a training step.
func (s *subject) terms() int {
	terms := 0
	for _, g := range s.net.Program.Plan.Groups {
		terms += g.Terms * s.env.Rows
	}
	return terms
}
