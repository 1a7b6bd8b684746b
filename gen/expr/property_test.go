package expr

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawExpr draws a formula in z and y that is finite for small z and y:
// denominators and the arguments of log and sqrt are kept off zero.
func drawExpr(t *rapid.T, depth int) Expr {
	if depth == 0 {
		leaves := []Expr{z, z, y, Number(-2), half, one, Number(3)}
		return rapid.SampledFrom(leaves).Draw(t, "leaf")
	}
	sub := func() Expr { return drawExpr(t, depth-1) }
	switch rapid.IntRange(0, 7).Draw(t, "kind") {
	case 0:
		return drawExpr(t, 0)
	case 1:
		return Neg(sub())
	case 2:
		return Add(sub(), sub())
	case 3:
		return Sub(sub(), sub())
	case 4:
		return Mul(sub(), sub())
	case 5:
		return Div(sub(), Add(one, Abs.Of(sub())))
	case 6:
		op := rapid.SampledFrom([]Op{OpLess, OpLessEq}).Draw(t, "op")
		return If(Binary{op, sub(), sub()}, sub(), sub())
	}
	f := rapid.SampledFrom(Functions).Draw(t, "function")
	args := []Expr{sub(), sub()}[:f.Arity]
	switch f {
	case Log, Sqrt:
		args[0] = Add(half, Mul(args[0], args[0]))
	case Log1p:
		args[0] = Abs.Of(args[0])
	case Exp, Expm1:
		args[0] = Min.Of(args[0], Number(3))
	}
	return f.Of(args...)
}

// drawPoint draws values for z and y.
func drawPoint(t *rapid.T) map[string]float64 {
	coordinate := rapid.Float64Range(-2, 2)
	return map[string]float64{"z": coordinate.Draw(t, "z"), "y": coordinate.Draw(t, "y")}
}

// course is what there is to know about one evaluation: the size of the largest
// intermediate value, and how each comparison, open or hidden in a function,
// came out.
func course(e Expr, env map[string]float64) (largest float64, taken []bool, margin float64) {
	margin = math.Inf(1)
	compare := func(x, y Expr) {
		a, b := Eval(x, env), Eval(y, env)
		taken = append(taken, a < b)
		margin = min(margin, math.Abs(a-b))
	}
	Walk(e, func(e Expr) {
		largest = max(largest, math.Abs(Eval(e, env)))
		switch e := e.(type) {
		case Binary:
			if e.Op.Compares() {
				compare(e.X, e.Y)
			}
		case Call:
			switch e.Fn {
			case Abs:
				compare(e.Args[0], zero)
			case Max, Min:
				compare(e.Args[0], e.Args[1])
			}
		}
	})
	return largest, taken, margin
}

// The derivative of any formula, as it falls out and simplified, is the slope
// wherever there is one.
func TestDiffAgainstCentralDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, env := drawExpr(t, 4), drawPoint(t)
		largest, taken, margin := course(e, env)
		if largest > 1e3 || margin < 1e-9 {
			t.Skip("large values or a kink")
		}
		at := func(h float64) float64 {
			moved := map[string]float64{"z": env["z"] + h, "y": env["y"]}
			if _, now, _ := course(e, moved); !slices.Equal(now, taken) {
				t.Skip("a kink nearby")
			}
			return Eval(e, moved)
		}
		slope := func(h float64) float64 { return (at(h) - at(-h)) / (2 * h) }
		want := slope(1e-5)
		tolerance := 1e-5 * (1 + math.Abs(want) + largest)
		if math.Abs(want-slope(2e-5)) > tolerance/4 {
			t.Skip("too curved for differences")
		}
		d := Diff(e, "z")
		if got := Eval(d, env); math.Abs(got-want) > tolerance {
			t.Fatalf("∂/∂z %s = %s = %g at %v, want %g", e, d, got, env, want)
		}
		if got := Eval(Simplify(d), env); math.Abs(got-want) > tolerance {
			t.Fatalf("∂/∂z %s = %s = %g at %v, want %g", e, Simplify(d), got, env, want)
		}
	})
}

// Fold keeps every bit of a value, Simplify all but rounding.
func TestSimplifyKeepsValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, env := drawExpr(t, 4), drawPoint(t)
		largest, _, margin := course(e, env)
		if largest > 1e3 || margin < 1e-9 {
			t.Skip("large values or a comparison of nearly equal ones")
		}
		want := Eval(e, env)
		if got := Eval(Fold(e), env); got != want {
			t.Fatalf("Fold(%s) = %s = %g at %v, want %g exactly", e, Fold(e), got, env, want)
		}
		if got := Eval(Simplify(e), env); math.Abs(got-want) > 1e-9*(1+largest) {
			t.Fatalf("Simplify(%s) = %s = %g at %v, want %g", e, Simplify(e), got, env, want)
		}
	})
}

// What is simple stays as it is.
func TestSimplifyIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawExpr(t, 4)
		for _, f := range []func(Expr) Expr{Fold, Simplify} {
			if once := f(e); !Equal(f(once), once) {
				t.Fatalf("%s → %s → %s", e, once, f(once))
			}
		}
	})
}

// After Share nothing worth a name stands twice, and putting the bindings back
// gives the formula again.
func TestShareNamesEveryRepetition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawExpr(t, 5)
		lets, body := Share(e)
		parts := []Expr{body}
		for i := len(lets) - 1; i >= 0; i-- {
			if slices.Contains(Vars(e), lets[i].Name) {
				t.Fatalf("%s takes the name of a variable of %s", lets[i].Name, e)
			}
			parts = append(parts, lets[i].Value)
		}
		var seen []Expr
		for _, part := range parts {
			Walk(part, func(e Expr) {
				if worthNaming(e) && slices.ContainsFunc(seen, func(s Expr) bool { return Equal(s, e) }) {
					t.Fatalf("%s stands twice in %v, %s", e, lets, body)
				}
				seen = append(seen, e)
			})
		}
		for i := len(lets) - 1; i >= 0; i-- {
			body = Replace(body, Name(lets[i].Name), lets[i].Value)
		}
		if !Equal(body, e) {
			t.Fatalf("Share(%s) expands to %s", e, body)
		}
	})
}
