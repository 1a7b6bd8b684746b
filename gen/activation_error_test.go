package gen_test

import (
	"flag"
	"fmt"
	"math"
	"testing"

	"github.com/chainrule-go/chainrule/gen/expr"
)

var stride = flag.Uint("stride", 1021, "compute activations of every n-th float32")

// activationErrors bounds the errors of activations in portable float32 code: units in the last place, and beyond that an
// absolute error per z. Factors of z smaller than 2⁻¹²⁶ are denormal, which matters where the result is not; the one of
// gelu_tanh has the error of its exponent. What is not listed is exact.
var activationErrors = []struct {
	name      string
	ulps, per float64
	want      func(z float64) float64
}{
	{"elu", 0.502, 0, func(z float64) float64 { return branch(z, z, math.Expm1(z)) }},
	{"selu", 2, 0, func(z float64) float64 {
		const scale, alpha = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
		return branch(z, scale*z, scale*alpha*math.Expm1(z))
	}},
	{"gelu", 1.5, 0x1p-150, func(z float64) float64 { return z * (0.5 * math.Erfc(-z*math.Sqrt(0.5))) }},
	{"gelu_tanh", 4.5, 0x1p-27, func(z float64) float64 { return z * logistic(2*math.Sqrt(2/math.Pi)*(z+0.044715*z*z*z)) }},
	{"silu", 1.5, 0x1p-150, func(z float64) float64 { return z * logistic(z) }},
	{"mish", 1.6, 0x1p-150, func(z float64) float64 { return z * math.Tanh(math.Max(z, 0)+math.Log1p(math.Exp(-math.Abs(z)))) }},
	{"tanh", 0.502, 0, math.Tanh},
	{"sigmoid", 0.503, 0, logistic},
	{"hard_sigmoid", 1.5, 0x1p-24, func(z float64) float64 { return min(max((z+3)/6, 0), 1) }},
	{"softplus", 0.504, 0, func(z float64) float64 { return math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }},
	{"softsign", 1.5, 0, func(z float64) float64 { return z / (1 + math.Abs(z)) }},
	{"leaky_relu", 1.1, 0, func(z float64) float64 { return branch(z, z, 0.01*z) }},
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func branch(z, above, below float64) float64 {
	if z < 0 {
		return below
	}
	return above
}

// TestActivationErrors computes activations as portable float32 code does, on numbers of all sizes, and measures the error where the
// result is neither denormal nor infinite.
func TestActivationErrors(t *testing.T) {
	t.Parallel()
	for _, c := range activationErrors {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, ok := expr.LookupActivation(c.name)
			if !ok {
				t.Fatalf("there is no %s", c.name)
			}
			y := float32Code(a.Value(nil))
			worst, at := 0.0, float32(0)
			for b := uint64(0); b < 1<<32; b += uint64(*stride) {
				z := math.Float32frombits(uint32(b))
				want := c.want(float64(z))
				if size := math.Abs(want); z-z != 0 || !(0x1p-126 <= size && size <= math.MaxFloat32) {
					continue
				}
				got := float64(y(z))
				if got == float64(float32(want)) {
					continue
				}
				got = min(max(got, -0x1p128), 0x1p128) // to which large numbers are rounded
				_, exponent := math.Frexp(want)
				off := max(0, math.Abs(got-want)-c.per*math.Abs(float64(z)))
				if e := math.Ldexp(off, 24-exponent); !(e <= worst) {
					worst, at = e, z
				}
			}
			if !(worst <= c.ulps) {
				t.Errorf("%.3f ULP at %v, want %v", worst, at, c.ulps)
			}
			t.Logf("%.3f ULP and %g·z, at %v", worst, c.per, at)
		})
	}
}

// float32Code returns a formula in z as a function that rounds every operation to float32, as the compiled code does.
func float32Code(e expr.Expr) func(z float32) float32 {
	switch e := e.(type) {
	case expr.Const:
		value := float32(e.Value)
		return func(float32) float32 { return value }
	case expr.Var:
		return func(z float32) float32 { return z }
	case expr.Negate:
		x := float32Code(e.X)
		return func(z float32) float32 { return -x(z) }
	case expr.Binary:
		x, y := float32Code(e.X), float32Code(e.Y)
		return map[expr.Op]func(z float32) float32{
			expr.OpAdd: func(z float32) float32 { return x(z) + y(z) }, expr.OpSub: func(z float32) float32 { return x(z) - y(z) },
			expr.OpMul: func(z float32) float32 { return x(z) * y(z) }, expr.OpDiv: func(z float32) float32 { return x(z) / y(z) },
		}[e.Op]
	case expr.Call:
		x := float32Code(e.Args[0])
		if e.Fn == expr.Abs {
			return func(z float32) float32 { return max(x(z), -x(z)) }
		}
		f := elementary32[e.Fn.Name]
		return func(z float32) float32 { return f(x(z)) }
	case expr.Select:
		cond := e.Cond.(expr.Binary) // of an activation it is always <
		x, y, then, other := float32Code(cond.X), float32Code(cond.Y), float32Code(e.Then), float32Code(e.Else)
		return func(z float32) float32 {
			if x(z) < y(z) {
				return then(z)
			}
			return other(z)
		}
	}
	panic(fmt.Sprintf("no code for %v", e))
}
