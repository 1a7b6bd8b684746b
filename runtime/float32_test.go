package runtime

import (
	"encoding/binary"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"testing"
)

// stride of the samples over the bits of all float32 numbers. With 1, every number is tested; gen/TESTING.md has the figures.
var stride = flag.Uint("stride", 64, "test functions on every n-th float32")

// float32Function is a function under test: the same in float64, the largest error in ULP, what TestFloat32Bits expects,
// and properties. All of them that have an argument on either side of 0 rise, or stay where they are.
type float32Function struct {
	name  string
	f     func(float32) float32
	exact func(float64) float64
	ulp   float64
	bits  uint64
	odd   bool
	low   float32 // no result is smaller
	high  float32 // or larger
}

var inf = float32(math.Inf(1))

var float32Functions = []float32Function{
	{"Exp32", Exp32, math.Exp, 0.503, 0x73d5a26669883a29, false, 0, inf},
	{"Expm132", Expm132, math.Expm1, 0.502, 0x2f9e2b8037b2c815, false, -1, inf},
	{"Tanh32", Tanh32, math.Tanh, 0.502, 0x43f3013b180e3770, true, -1, 1},
	{"Sigmoid32", Sigmoid32, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, 0.503, 0x25502af9821b9116, false, 0, 1},
	{"Log32", Log32, math.Log, 0.502, 0x17e1b0cc0c068ce2, false, -inf, inf},
	{"Log1p32", Log1p32, math.Log1p, 0.502, 0x556230d4ebffc476, false, -inf, inf},
	{"Softplus32", Softplus32, softplus, 0.504, 0xfe7fdcb8a26809a8, false, 0, inf},
	{"TanhSoftplus32", TanhSoftplus32, func(x float64) float64 { return math.Tanh(softplus(x)) }, 0.503, 0xa63ddb95dbe9ca20, false, 0, 1},
	{"NormalCDF32", NormalCDF32, func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }, 0.504, 0x857bebac5da33072, false, 0, 1},
	{"Sqrt32", Sqrt32, math.Sqrt, 0.5, 0xd42d8bcf8147c93c, false, 0, inf},
}

// softplus is ln(1 + eˣ) in float64.
func softplus(x float64) float64 {
	if x > 40 {
		return x // e⁻⁴⁰ is less than half an ULP of 40
	}
	return math.Log1p(math.Exp(x))
}

// TestSweep measures the error of every function on float32 numbers of all kinds, and checks that it keeps its range, that
// it rises, and that it is odd where it should be: on every n-th number, and on all of the special bands.
func TestSweep(t *testing.T) {
	step := uint64(*stride)
	if testing.Short() {
		step *= 64
	}
	for _, c := range float32Functions {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := trial{float32Function: c}
			for _, sign := range []uint64{0, 1 << 31} {
				for b := sign; b <= sign|0x7f800000; b += step {
					s.try(uint32(b))
				}
				s.restart()
			}
			for b := uint64(0x7f800000); b < 1<<31; b += step { // NaN
				s.try(uint32(b))
				s.try(uint32(b | 1<<31))
			}
			for _, middle := range bands() {
				s.restart()
				for b := middle - 256; b != middle+257; b++ { // 0 has neighbours, too: NaN and the smallest numbers
					s.try(b)
				}
			}
			t.Logf("%.4f ULP at %v", s.worst, s.at)
			if !(s.worst <= c.ulp) {
				t.Errorf("error is %.4f ULP at %v (%x), want at most %.4f", s.worst, s.at, s.at, c.ulp)
			}
			if s.flaw != "" {
				t.Error(s.flaw)
			}
		})
	}
}

// bands returns the bits of numbers around which functions change over from one case to another: every power of two, the
// ends of what float32 holds, of their results, and of the ranges of their formulas.
func bands() []uint32 {
	middles := []float64{
		0, 0x1p-126, 0x1p-20, 0.5, 0.701171875, 1, 1.40234375, math.MaxFloat32, math.Inf(1), math.NaN(),
		math.Log(math.MaxFloat32), 149 * math.Ln2, 150 * math.Ln2, 25 * math.Ln2, 126 * math.Ln2,
		256, 512, 12, 9.011, 5.42, 13, 14.17, 15, math.Ln2 / 64, 1. / 32,
	}
	for exponent := -149; exponent < 128; exponent++ {
		middles = append(middles, math.Ldexp(1, exponent))
	}
	var all []uint32
	for _, m := range middles {
		b := math.Float32bits(float32(m))
		all = append(all, b, b^1<<31)
	}
	return all
}

// trial is what a function did so far.
type trial struct {
	float32Function
	worst  float64 // error in ULP
	at     float32 // where
	flaw   string  // the first property that did not hold
	before bool    // whether there are the two below
	x, y   float32 // the last argument, and its result
}

// restart forgets the last argument: the next one may lie anywhere.
func (s *trial) restart() { s.before = false }

// try runs the function on one number.
func (s *trial) try(b uint32) {
	x := math.Float32frombits(b)
	y := s.f(x)
	if e := ulpError(y, s.exact(float64(x))); !(e <= s.worst) {
		s.worst, s.at = e, x
	}
	if x != x || y != y {
		if x != x && y == y {
			s.fail("of %v is %v", x, y)
		}
		s.before = false
		return
	}
	if y < s.low || y > s.high {
		s.fail("(%v) is %v, which is out of its range", x, y)
	}
	if s.odd && math.Float32bits(s.f(-x)) != math.Float32bits(-y) {
		s.fail("is not odd at %v: %v", x, y)
	}
	if s.before && (x > s.x && y < s.y || x < s.x && y > s.y) {
		s.fail("does not rise at %v: %v", x, y)
	}
	s.before, s.x, s.y = true, x, y
}

func (s *trial) fail(format string, x, y float32) {
	if s.flaw == "" {
		s.flaw = s.name + " " + fmt.Sprintf(format, x, y)
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
	exponent := int64(math.Float64bits(want)>>52&0x7ff) - 1023
	perULP := math.Float64frombits(uint64(1023+23-max(exponent, -126)) << 52) // 1/ULP, a power of two
	return math.Abs(float64(got)-want) * perULP
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
	b.Run("TanhSoftplus32", func(b *testing.B) {
		for n := range b.N {
			y[n%1024] = TanhSoftplus32(x[n%1024])
		}
	})
	b.Run("NormalCDF32", func(b *testing.B) {
		for n := range b.N {
			y[n%1024] = NormalCDF32(x[n%1024])
		}
	})
}
