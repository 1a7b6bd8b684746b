package expr

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// settings returns the defaults of an entry and, for each of its params, both
// bounds and a value between, so that every test sees more than one slope.
func settings(params []Param) []map[string]float64 {
	all := []map[string]float64{nil}
	for _, p := range params {
		for _, v := range []float64{p.Min, p.Max, (p.Min + p.Max) / 3, 0.7} {
			all = append(all, map[string]float64{p.Name: v})
		}
	}
	return all
}

// grid is −8 … 8 in steps that miss every kink of the registry, and what lies
// around zero.
func grid() []float64 {
	points := []float64{-1e-3, 1e-3, -1e-5, 1e-5}
	for v := -8.03; v < 8; v += 0.07 {
		points = append(points, v)
	}
	return points
}

// The derivative in z against central differences; in y, and times dy, against
// that in z.
func TestActivationDerivatives(t *testing.T) {
	for _, a := range Activations {
		for _, p := range settings(a.Params) {
			value, inZ, d, pullback := a.Value(p), a.DerivativeInZ(p), a.Derivative(p), a.Pullback(p)
			kinks := a.Kinks(p)
			for _, v := range grid() {
				if slices.ContainsFunc(kinks, func(k float64) bool { return math.Abs(v-k) < 1e-5 }) {
					continue
				}
				at := func(v float64) float64 { return Eval(value, map[string]float64{"z": v}) }
				env := map[string]float64{"z": v, "y": at(v), "dy": 3}
				want := (at(v+1e-6) - at(v-1e-6)) / 2e-6
				if got := Eval(inZ, env); !near(got, want, 1e-8*(1+math.Abs(env["y"]))) {
					t.Errorf("%s %v at z = %g: dy/dz = %g, want %g", a.Name, p, v, got, want)
				}
				want = Eval(inZ, env)
				if got := Eval(d, env); !near(got, want, 1e-12*(1+math.Abs(want))) {
					t.Errorf("%s %v at z = %g: %s = %g in y, %g in z", a.Name, p, v, d, got, want)
				}
				if got := Eval(pullback, env); !near(got, 3*want, 3e-12*(1+math.Abs(want))) {
					t.Errorf("%s %v at z = %g: %s = %g, want 3·%g", a.Name, p, v, pullback, got, want)
				}
			}
		}
	}
}

// near reports whether a and b are that close; a NaN never is.
func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

// The documented subgradients; the same as PyTorch's.
func TestActivationKinks(t *testing.T) {
	type kink struct {
		Name          string
		P             map[string]float64
		Z, Derivative float64
	}
	want := []kink{
		{"relu", nil, 0, 0},
		{"leaky_relu", nil, 0, 0.01},
		{"leaky_relu", map[string]float64{"negative_slope": 0.2}, 0, 0.2},
		{"elu", map[string]float64{"alpha": 0.5}, 0, 0.5},
		{"elu", map[string]float64{"alpha": 0}, 0, 0},
		{"selu", nil, 0, seluScale * seluAlpha},
		{"hard_sigmoid", nil, -3, 0},
		{"hard_sigmoid", nil, 3, 0},
		{"hard_tanh", nil, -1, 0},
		{"hard_tanh", nil, 1, 0},
		{"relu6", nil, 0, 0},
		{"relu6", nil, 6, 0},
	}
	params := map[string][]map[string]float64{
		"leaky_relu": {nil, {"negative_slope": 0.2}, {"negative_slope": 1}},
		"elu":        {nil, {"alpha": 0.5}, {"alpha": 0}},
	}
	var got []kink
	for _, a := range Activations {
		all, ok := params[a.Name]
		if !ok {
			all = []map[string]float64{nil}
		}
		for _, p := range all {
			for _, k := range a.Kinks(p) {
				env := map[string]float64{"z": k}
				env["y"] = Eval(a.Value(p), env)
				got = append(got, kink{a.Name, p, k, Eval(a.Derivative(p), env)})
				if inZ := Eval(a.DerivativeInZ(p), env); inZ != got[len(got)-1].Derivative {
					t.Errorf("%s at its kink %g: %g in z", a.Name, k, inZ)
				}
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Increasing is the promise that lets the derivative ask y for the branch. It
// is checked in float64 and float32, down to the smallest neighbors.
func TestActivationsIncreaseAtThresholds(t *testing.T) {
	for _, a := range Activations {
		for _, p := range settings(a.Params) {
			value, inZ, d := a.Value(p), a.DerivativeInZ(p), a.Derivative(p)
			if inY := !slices.Contains(Vars(d), "z"); a.Increasing && !inY {
				t.Errorf("%s is marked Increasing to no use: dy/dz = %s", a.Name, d)
			}
			if !a.Increasing {
				continue
			}
			for _, k := range jumps(inZ, "z") {
				for _, v := range []float64{k, k - 1e-30, k + 1e-30, k - 1e-6, k + 1e-6, -1e30, 1e30, -1, 1, 5} {
					for _, eval := range []func(Expr, map[string]float64) float64{Eval, eval32} {
						env := map[string]float64{"z": v}
						env["y"] = eval(value, env)
						if got, want := eval(d, env), eval(inZ, env); !near(got, want, 1e-6*(1+math.Abs(want))) {
							t.Errorf("%s %v at z = %g: %g in y = %g, %g in z", a.Name, p, v, got, env["y"], want)
						}
					}
				}
			}
		}
	}
}

// eval32 is Eval with every operation rounded to float32, as the generated
// code has it.
func eval32(e Expr, env map[string]float64) float64 {
	e = rebuild(e, func(child Expr) Expr {
		if b, ok := child.(Binary); ok && b.Op.Compares() {
			return Less(zero, Number(eval32(child, env)))
		}
		return Number(eval32(child, env))
	})
	return float64(float32(Eval(e, env)))
}

// In float32, far out, every formula is what it is in float64: no overflow in
// an exponential turns into NaN.
func TestActivationsStayFinite(t *testing.T) {
	for _, a := range Activations {
		// The cube in gelu_tanh overflows first: z² at 1.8e19 in float32.
		huge := []float64{20, 50, 89, 104, 710, 1e4, 1e10, 1e18, 1e38}
		if a.Name == "gelu_tanh" {
			huge = huge[:len(huge)-1]
		}
		for _, p := range settings(a.Params) {
			for _, size := range huge {
				for _, v := range []float64{size, -size} {
					env := map[string]float64{"z": float64(float32(v))}
					env["y"] = eval32(a.Value(p), env)
					for _, e := range []Expr{a.Value(p), a.DerivativeInZ(p), a.Derivative(p)} {
						want := Eval(e, env)
						if got := eval32(e, env); !near(got, want, 1e-5*(1+math.Abs(want))) {
							t.Errorf("%s %v at z = %g: %s = %g in float32, %g in float64", a.Name, p, v, e, got, want)
						}
					}
				}
			}
		}
	}
}

// A NaN must not be lost: the value is NaN, and the pullback passes dy on or is
// NaN as well, but never 0.
func TestActivationsPassNaN(t *testing.T) {
	env := map[string]float64{"z": math.NaN(), "y": math.NaN(), "dy": 1}
	for _, a := range Activations {
		for _, p := range settings(a.Params) {
			if got := Eval(a.Value(p), env); !math.IsNaN(got) {
				t.Errorf("%s(NaN) = %g", a.Name, got)
			}
			if got := Eval(a.Pullback(p), env); got == 0 {
				t.Errorf("%s at NaN: the pullback %s drops dy", a.Name, a.Pullback(p))
			}
		}
	}
}

// A shut gate gives 0, whatever comes down.
func TestPullbackIsShutForEveryGradient(t *testing.T) {
	a, _ := LookupActivation("relu")
	for _, v := range []float64{math.NaN(), math.Inf(1)} {
		if got := Eval(a.Pullback(nil), map[string]float64{"y": 0, "dy": v}); got != 0 {
			t.Errorf("shut relu, dy = %g: dz = %g", v, got)
		}
	}
}

// The names that specs use, the ReLU family, and entries that are complete.
func TestActivationRegistry(t *testing.T) {
	names := []string{"linear", "relu", "leaky_relu", "elu", "selu", "gelu", "gelu_tanh", "silu", "mish", "tanh",
		"sigmoid", "hard_sigmoid", "hard_tanh", "softplus", "softsign", "relu6"}
	if diff := cmp.Diff(names, ActivationNames()); diff != "" {
		t.Error(diff)
	}
	var family []string
	for _, a := range Activations {
		if found, ok := LookupActivation(a.Name); !ok || found != a {
			t.Errorf("LookupActivation(%q) = %v, %v", a.Name, found, ok)
		}
		checkEntry(t, a.Name, a.Formula, a.Doc, a.Params)
		if a.ReLUFamily {
			family = append(family, a.Name)
		}
		for _, id := range a.Identities {
			for _, v := range grid() {
				env := map[string]float64{"z": v}
				env["y"] = Eval(a.Value(nil), env)
				if got, want := Eval(id.InY, env), Eval(id.InZ, env); !near(got, want, 1e-12*want) {
					t.Errorf("%s at z = %g: %s = %g, %s = %g", a.Name, v, id.InY, got, id.InZ, want)
				}
			}
		}
	}
	if diff := cmp.Diff([]string{"relu", "leaky_relu", "elu", "selu", "gelu", "gelu_tanh", "silu", "mish", "relu6"},
		family); diff != "" {
		t.Error(diff)
	}
	if a, ok := LookupActivation("rleu"); ok {
		t.Errorf("LookupActivation of a misspelled name = %v", a)
	}
	leaky, _ := LookupActivation("leaky_relu")
	if diff := cmp.Diff(map[string]float64{"negative_slope": 0.01}, Defaults(leaky.Params)); diff != "" {
		t.Error(diff)
	}
}

// checkEntry checks what activations and losses have in common.
func checkEntry(t *testing.T, name, formula, doc string, params []Param) {
	t.Helper()
	if formula == "" || doc == "" || doc[len(doc)-1] != '.' {
		t.Errorf("%s: formula %q, doc %q", name, formula, doc)
	}
	for _, p := range params {
		if p.Default < p.Min || p.Default > p.Max || p.Doc == "" {
			t.Errorf("%s: param %+v", name, p)
		}
	}
}
