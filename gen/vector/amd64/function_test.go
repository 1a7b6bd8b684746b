package amd64_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
)

// bound is what the doc comment of a function says, in units in the last place.
type bound struct {
	name  string
	ulps  float64
	want  func(x float64) float64 // for float32
	exact func(x *big.Float) *big.Float
}

var bounds = []bound{
	{"exp", 1.5, math.Exp, bigExp},
	{"expm1", 2, math.Expm1, bigExpm1},
	{"log", 1.5, math.Log, bigLog},
	{"log1p", 2, math.Log1p, bigLog1p},
	{"tanh", 2, math.Tanh, bigTanh},
	{"sigmoid", 3, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, bigSigmoid},
	{"softplus", 2.5, func(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }, bigSoftplus},
	{"tanhSoftplus", 4.5, func(x float64) float64 { return math.Tanh(max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))) }, bigTanhSoftplus},
	{"normalCDF", 8, func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }, bigNormalCDF},
	{"sqrt", 0, math.Sqrt, nil},
	{"abs", 0, math.Abs, nil},
}

// vanishing are the functions that take results for 0 that are less than vanished.
var vanishing = []string{"exp", "sigmoid", "softplus", "tanhSoftplus", "normalCDF"}

var vanished = map[vector.Element]float64{vector.Float32: 5e-35, vector.Float64: 1e-299}

// wants returns what a function should be of an argument.
func (b bound) wants(e vector.Element, x float64) float64 {
	if e == vector.Float32 || b.exact == nil || x != x || math.IsInf(x, 0) || x == 0 || x < -1 && b.name == "log1p" || x < 0 && b.name == "log" || math.Abs(x) > 800 && b.name != "log" && b.name != "log1p" {
		return b.want(x)
	}
	if x == -1 && b.name == "log1p" {
		return math.Inf(-1)
	}
	y, _ := b.exact(big.NewFloat(x).SetPrec(precision)).Float64()
	return y
}

// arguments returns n numbers of all sizes, and those where functions change.
func arguments(e vector.Element, n int) []float64 {
	r := rand.New(rand.NewPCG(1, 2))
	x := []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1, -1, 0.5, 88.72, 88.73, 89, 90, -80, -81, -87, -88, -104, -1e30, 1e30,
		0x1p-126, 0x1p-127, 0x1p-149, -0x1p-149, 0x1.fffffep127, 0x1p-1022, 0x1p-1074, 709.7, 709.8, 711, -690, -700, -745, -12.62, -12.63, -37.1, -37.2, 6, 5.9, -0.99999994, math.Nextafter(-1, 0)}
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
	var samples []*sample
	which := map[*sample]bound{}
	for _, machine := range targets(t) {
		for _, e := range []vector.Element{vector.Float32, vector.Float64} {
			n := 50_003
			if e == vector.Float64 {
				n = 2003
			}
			x := arguments(e, n)
			for _, b := range bounds {
				c := vectortest.Map(b.name, n, machine.Abreast, machine.Lanes(int(e)), func(x kernel.Expr) kernel.Expr { return vectortest.Call(b.name, x) })
				s := compiled(t, c, machine, e, len(samples))
				s.ops.Arrays["x"] = x
				samples, which[s] = append(samples, s), b
			}
		}
	}
	wants := map[string][]float64{}
	runAll(t, samples, func(s *sample, name string, got kernel.Operands, _ float64) {
		b, most, at := which[s], 0.0, 0.0
		if wants[b.name+fmt.Sprint(s.element)] == nil {
			for _, x := range s.ops.Arrays["x"] {
				wants[b.name+fmt.Sprint(s.element)] = append(wants[b.name+fmt.Sprint(s.element)], b.wants(s.element, x))
			}
		}
		for i, w := range wants[b.name+fmt.Sprint(s.element)] {
			y := got.Arrays["y"][i]
			if y == 0 && math.Abs(w) < vanished[s.element] && slices.Contains(vanishing, b.name) {
				continue
			}
			if e := ulps(s.element, y, w); e > most {
				most, at = e, s.ops.Arrays["x"][i]
			}
		}
		if most > b.ulps {
			t.Errorf("%s: %.2f ULP at %v, want %v", name, most, at, b.ulps)
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
