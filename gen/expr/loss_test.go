package expr

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Against central differences, off the kinks.
func TestLossDerivatives(t *testing.T) {
	for _, l := range Losses {
		if l.Element == nil {
			continue
		}
		for _, p := range []map[string]float64{nil, {"delta": 0.7}, {"delta": 4}} {
			value, d := l.Value(p), l.Derivative(p)
			for _, v := range grid() {
				for _, target := range []float64{0, 0.99, 0.31} {
					at := func(v float64) float64 {
						return Eval(value, map[string]float64{"y": v, "t": target})
					}
					want := (at(v+1e-6) - at(v-1e-6)) / 2e-6
					if got := Eval(d, map[string]float64{"y": v, "t": target}); !near(got, want, 1e-6*(1+math.Abs(v))) {
						t.Errorf("%s %v at y = %g, t = %g: ∂L/∂y = %g, want %g", l.Name, p, v, target, got, want)
					}
				}
			}
		}
	}
}

// The documented subgradient of the one loss with a kink. The slope of huber
// does not jump: its line touches its parabola.
func TestLossKinks(t *testing.T) {
	for _, l := range Losses {
		var want []float64
		if l.Name == "mean_absolute_error" {
			want = []float64{0}
		}
		if diff := cmp.Diff(want, l.Kinks(nil)); diff != "" && len(want)+len(l.Kinks(nil)) > 0 {
			t.Errorf("%s: %s", l.Name, diff)
		}
	}
	mae, _ := LookupLoss("mean_absolute_error")
	if got := Eval(mae.Derivative(nil), map[string]float64{"y": 2, "t": 2}); got != 0 {
		t.Errorf("mean_absolute_error at y = t: ∂L/∂y = %g, want 0", got)
	}
}

// NaN is not lost, and large errors do not overflow.
func TestLossesAtTheirLimits(t *testing.T) {
	for _, l := range Losses {
		if l.Element == nil {
			continue
		}
		nan := map[string]float64{"y": math.NaN(), "t": 1}
		if got := Eval(l.Value(nil), nan); !math.IsNaN(got) {
			t.Errorf("%s of NaN = %g", l.Name, got)
		}
		if got := Eval(l.Derivative(nil), nan); got == 0 {
			t.Errorf("%s of NaN: ∂L/∂y = 0", l.Name)
		}
		for _, v := range []float64{1e4, -1e4, 1e15, -1e15} {
			env := map[string]float64{"y": v, "t": 1}
			if d, got := eval32(l.Derivative(nil), env), eval32(l.Value(nil), env); !isFinite(d) || !isFinite(got) {
				t.Errorf("%s at y = %g: L = %g, ∂L/∂y = %g", l.Name, v, got, d)
			}
		}
	}
}

// The names that specs use, and entries that are complete.
func TestLossRegistry(t *testing.T) {
	names := []string{"mean_squared_error", "half_squared_error", "mean_absolute_error", "huber",
		"binary_cross_entropy", "softmax_cross_entropy"}
	if diff := cmp.Diff(names, LossNames()); diff != "" {
		t.Error(diff)
	}
	for _, l := range Losses {
		if found, ok := LookupLoss(l.Name); !ok || found != l {
			t.Errorf("LookupLoss(%q) = %v, %v", l.Name, found, ok)
		}
		checkEntry(t, l.Name, l.Formula, l.Doc, l.Params)
		if l.Logits != (l.Link != "") {
			t.Errorf("%s: logits %v, link %q", l.Name, l.Logits, l.Link)
		}
		if l.Element == nil && (l.Value(nil) != nil || l.Derivative(nil) != nil || l.Kinks(nil) != nil) {
			t.Errorf("%s has no element, but a formula", l.Name)
		}
	}
	if l, ok := LookupLoss("mse"); ok {
		t.Errorf("LookupLoss of an unknown name = %v", l)
	}
}
