package amd64_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
)

// bound is what the doc comment of a function says.
type bound struct {
	name string
	ulps [2]float64 // of float32, of float64
	want func(x, least float64) float64
}

var bounds = []bound{
	{"exp", [2]float64{1.5, 1.5}, func(x, least float64) float64 { return math.Exp(max(x, least)) }},
	{"expm1", [2]float64{2, 2}, func(x, _ float64) float64 { return math.Expm1(x) }},
	{"log", [2]float64{1.5, 1.5}, func(x, _ float64) float64 { return math.Log(x) }},
	{"log1p", [2]float64{2, 2}, func(x, _ float64) float64 { return math.Log1p(x) }},
	{"tanh", [2]float64{2, 2}, func(x, _ float64) float64 { return math.Tanh(x) }},
	{"sigmoid", [2]float64{2, 2}, func(x, least float64) float64 { return 1 / (1 + math.Exp(-max(x, least))) }},
	{"softplus", [2]float64{4, 4}, func(x, least float64) float64 {
		x = max(x, least)
		return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
	}},
	{"erf", [2]float64{2, 2}, func(x, _ float64) float64 { return math.Erf(x) }},
	{"sqrt", [2]float64{0.5, 0.5}, func(x, _ float64) float64 { return math.Sqrt(x) }},
	{"abs", [2]float64{0, 0}, func(x, _ float64) float64 { return math.Abs(x) }},
}

// arguments returns n numbers of all sizes, and those where functions change.
func arguments(e vector.Element, n int) []float64 {
	r := rand.New(rand.NewPCG(1, 2))
	x := []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1, -1, 0.5, 88.72, 88.73, 89, 90, -80, -81, -87, -88, -104, -1e30, 1e30,
		0x1p-126, 0x1p-127, 0x1p-149, -0x1p-149, 0x1.fffffep127, 0x1p-1022, 0x1p-1074, 709.7, 709.8, 711, -690, -700, -745, 0.921875, 0.92187506, 6, 5.9, -0.99999994, math.Nextafter(-1, 0)}
	for len(x) < n {
		switch u := 2*r.Float64() - 1; len(x) % 4 {
		case 0:
			x = append(x, u)
		case 1:
			x = append(x, 10*u)
		case 2:
			x = append(x, 100*u)
		case 3:
			x = append(x, math.Ldexp(u, r.IntN(280)-150))
		}
	}
	for i := range x {
		x[i] = vectortest.Round(e, x[i])
	}
	return x
}

// TestFunctions measures the error of every elementary function, assembled, on arguments of all sizes.
func TestFunctions(t *testing.T) {
	t.Parallel()
	const n = 50_003
	var samples []*sample
	which := map[*sample]bound{}
	for _, machine := range targets(t) {
		for _, e := range []vector.Element{vector.Float32, vector.Float64} {
			x := arguments(e, n)
			for _, b := range bounds {
				c := vectortest.Map(b.name, n, machine.Abreast, machine.Lanes(int(e)), func(x kernel.Expr) kernel.Expr { return vectortest.Call(b.name, x) })
				s := compiled(t, c, machine, e, len(samples))
				s.ops.Arrays["x"] = x
				samples, which[s] = append(samples, s), b
			}
		}
	}
	runAll(t, samples, func(s *sample, name string, got kernel.Operands, _ float64) {
		b, most, at := which[s], 0.0, 0.0
		least, k := -80.0, 0
		if s.element == vector.Float64 {
			least, k = -690, 1
		}
		for i, x := range s.ops.Arrays["x"] {
			if e := ulps(s.element, got.Arrays["y"][i], b.want(x, least)); e > most {
				most, at = e, x
			}
		}
		if most > b.ulps[k]+0.5*float64(k) { // math's own error
			t.Errorf("%s: %.2f ULP at %v, want %v", name, most, at, b.ulps[k])
		}
		t.Logf("%-45s %.2f ULP at %v", name, most, at)
	})
}

// ulps returns the error of a result in units in the last place of what it should be.
func ulps(e vector.Element, got, want float64) float64 {
	rounded := vectortest.Round(e, want)
	if got == rounded || got != got && want != want {
		return 0
	}
	if got != got || want != want || math.IsInf(got, 0) || math.IsInf(rounded, 0) {
		return math.Inf(1)
	}
	_, exp := math.Frexp(want)
	if e == vector.Float32 {
		return math.Abs(got-want) / math.Ldexp(1, max(exp-24, -149))
	}
	return math.Abs(got-want) / math.Ldexp(1, max(exp-53, -1074))
}
