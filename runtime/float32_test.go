package runtime

import (
	"encoding/binary"
	"flag"
	"hash/fnv"
	"math"
	"testing"
)

// stride of the samples over the bits of all float32 numbers. With 1, every
// number is tested; that takes about 20 minutes.
var stride = flag.Uint("stride", 6007, "test every n-th float32")

// float32Functions lists what is tested: the function, the same in float64, the
// largest error in ULP and what TestFloat32Bits expects. With every number
// tested, the largest errors are 0.5024 0.5013 0.5013 0.5024 0.5010 0.5013
// 0.5031 0.5027 0.5000.
var float32Functions = []struct {
	name  string
	f     func(float32) float32
	exact func(float64) float64
	ulp   float64
	bits  uint64
}{
	{"Exp32", Exp32, math.Exp, 0.503, 0x73d5a26669883a29},
	{"Expm132", Expm132, math.Expm1, 0.502, 0x2f9e2b8037b2c815},
	{"Tanh32", Tanh32, math.Tanh, 0.502, 0x43f3013b180e3770},
	{"Sigmoid32", Sigmoid32, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, 0.503, 0x25502af9821b9116},
	{"Log32", Log32, math.Log, 0.502, 0x17e1b0cc0c068ce2},
	{"Log1p32", Log1p32, math.Log1p, 0.502, 0x556230d4ebffc476},
	{"Softplus32", Softplus32, softplus, 0.504, 0xfe7fdcb8a26809a8},
	{"Erf32", Erf32, math.Erf, 0.503, 0xc6a8c3201c2eeeb1},
	{"Sqrt32", Sqrt32, math.Sqrt, 0.5, 0xd42d8bcf8147c93c},
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
// a float32 near want. NaN and infinities are either right, 0, or wrong, Inf.
func ulpError(got float32, want float64) float64 {
	switch {
	case want != want || math.IsInf(float64(float32(want)), 0) || math.IsInf(float64(got), 0):
		if got == float32(want) || got != got && want != want {
			return 0
		}
		return math.Inf(1)
	case want == 0 && math.Signbit(float64(got)) != math.Signbit(want):
		return math.Inf(1)
	}
	_, exponent := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(exponent, -125)-24)
}

// TestFloat32Edges tests where the functions change over from one case to another.
func TestFloat32Edges(t *testing.T) {
	edges := []float64{
		0, 0x1p-126, 0x1p-20, 0.5, 0.701171875, 1, 1.40234375, math.MaxFloat32, math.Inf(1), math.NaN(),
		math.Log(math.MaxFloat32), 149 * math.Ln2, 150 * math.Ln2, 25 * math.Ln2, // results at the ends of what float32 holds
		256, 512, 12, 9.011, 3.8325, 3.9375, math.Ln2 / 64, 1. / 32, // of ranges
	}
	for _, c := range float32Functions {
		for _, edge := range edges {
			for _, sign := range []float64{1, -1} {
				middle := math.Float32bits(float32(sign * edge))
				for b := middle - 5; b != middle+6; b++ { // 0 has neighbors, too: NaN and the smallest numbers
					x := math.Float32frombits(b)
					if e := ulpError(c.f(x), c.exact(float64(x))); e > c.ulp {
						t.Errorf("%s(%v): got %v, want %v", c.name, x, c.f(x), c.exact(float64(x)))
					}
				}
			}
		}
	}
}

// TestFloat32Bits checks that the results have the same bits on every machine:
// it passes or fails on all of them alike.
func TestFloat32Bits(t *testing.T) {
	for _, c := range float32Functions {
		h := fnv.New64a()
		for b := uint64(0); b < 1<<32; b += 65521 {
			bits := math.Float32bits(c.f(math.Float32frombits(uint32(b))))
			if bits&^(1<<31) > 0x7f800000 {
				bits = 0x7fc00000 // the bits of a NaN are up to the machine
			}
			var word [4]byte
			binary.LittleEndian.PutUint32(word[:], bits)
			h.Write(word[:])
		}
		if got := h.Sum64(); got != c.bits {
			t.Errorf("%s: hash of the results is %#x, want %#x", c.name, got, c.bits)
		}
	}
}

// BenchmarkFloat32 measures throughput, on numbers as layers meet them. The
// functions are called directly, as generated code does.
func BenchmarkFloat32(b *testing.B) {
	var x, positive, y [1024]float32
	Normal(x[:], 0, 2, InitRand(1, "x"))
	for i, v := range x {
		positive[i] = max(v, -v)
	}
	b.Run("Exp32", func(b *testing.B) {
		for n := range b.N {
			y[n%1024] = Exp32(x[n%1024])
		}
	})
	b.Run("Expm132", func(b *testing.B) {
		for n := range b.N {
			y[n%1024] = Expm132(x[n%1024])
		}
	})
	b.Run("Tanh32", func(b *testing.B) {
		for n := range b.N {
			y[n%1024] = Tanh32(x[n%1024])
		}
	})
	b.Run("Sigmoid32", func(b *testing.B) {
		for n := range b.N {
			y[n%1024] = Sigmoid32(x[n%1024])
		}
	})
	b.Run("Log32", func(b *testing.B) {
		for n := range b.N {
			y[n%1024] = Log32(positive[n%1024])
		}
	})
	b.Run("Log1p32", func(b *testing.B) {
		for n := range b.N {
			y[n%1024] = Log1p32(positive[n%1024])
		}
	})
	b.Run("Softplus32", func(b *testing.B) {
		for n := range b.N {
			y[n%1024] = Softplus32(x[n%1024])
		}
	})
	b.Run("Erf32", func(b *testing.B) {
		for n := range b.N {
			y[n%1024] = Erf32(x[n%1024])
		}
	})
}
