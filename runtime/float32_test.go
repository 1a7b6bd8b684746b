package runtime

import (
	"flag"
	"hash/fnv"
	"math"
	"testing"
)

// stride of the samples over the bits of all float32 numbers; 1 takes minutes.
var stride = flag.Uint("stride", 6007, "test every n-th float32")

// float32Functions lists what is tested: the function, the same in float64, the
// largest error in ULP and the hash of TestFloat32Bits.
var float32Functions = []struct {
	name  string
	f     func(float32) float32
	exact func(float64) float64
	ulp   float64
	bits  uint64
}{
	{"Exp32", Exp32, math.Exp, 0.503, 0},
	{"Expm132", Expm132, math.Expm1, 0.503, 0},
	{"Tanh32", Tanh32, math.Tanh, 0.503, 0},
	{"Sigmoid32", Sigmoid32, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, 0.503, 0},
	{"Log32", Log32, math.Log, 0.503, 0},
	{"Log1p32", Log1p32, math.Log1p, 0.503, 0},
	{"Softplus32", Softplus32, softplus, 0.503, 0},
	{"Erf32", Erf32, math.Erf, 0.503, 0},
	{"Sqrt32", Sqrt32, math.Sqrt, 0.5, 0},
}

// softplus is ln(1 + eˣ) in float64.
func softplus(x float64) float64 {
	if x > 40 {
		return x // e⁻⁴⁰ is less than half an ULP of 40
	}
	return math.Log1p(math.Exp(x))
}

func TestFloat32Error(t *testing.T) {
	step := uint64(*stride)
	if testing.Short() {
		step *= 16
	}
	for _, c := range float32Functions {
		t.Run(c.name, func(t *testing.T) {
			var worst float64
			var at float32
			for b := uint64(0); b < 1<<32; b += step {
				x := math.Float32frombits(uint32(b))
				if e := ulpError(c.f(x), c.exact(float64(x))); !(e <= worst) {
					worst, at = e, x
				}
			}
			t.Logf("%.4f ULP at %v", worst, at)
			if !(worst <= c.ulp) {
				t.Errorf("error is %.4f ULP at %v (%x), want at most %.4f", worst, at, at, c.ulp)
			}
		})
	}
}

// ulpError returns the distance of got from want in units of the last place of
// a float32 near want. Infinities and NaN are either right (0) or wrong (Inf).
func ulpError(got float32, want float64) float64 {
	switch {
	case want != want:
		if got != got {
			return 0
		}
		return math.Inf(1)
	case math.IsInf(float64(float32(want)), 0) || math.IsInf(float64(got), 0):
		if got == float32(want) {
			return 0
		}
		return math.Inf(1)
	}
	_, exponent := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(exponent, -125)-24)
}

var _ = fnv.New64a
