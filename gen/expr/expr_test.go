package expr

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Parentheses are printed exactly where the tree needs them.
func TestString(t *testing.T) {
	a, b, c := Name("a"), Name("b"), Name("c")
	two, minusTwo := Number(2), Number(-2)
	for _, test := range []struct {
		e    Expr
		want string
	}{
		{Add(a, Add(b, c)), "a + (b + c)"},
		{Sub(Sub(a, b), c), "a − b − c"},
		{Sub(a, Sub(b, c)), "a − (b − c)"},
		{Mul(Add(a, b), c), "(a + b)·c"},
		{Mul(a, Mul(b, c)), "a·(b·c)"},
		{Mul(a, Div(b, c)), "a·(b/c)"},
		{Div(Mul(a, b), Mul(b, c)), "a·b/(b·c)"},
		{Div(a, Div(b, c)), "a/(b/c)"},
		{Div(a, Mul(b, b)), "a/b²"},
		{Mul(Mul(Mul(two, a), a), a), "2·a³"},
		{Mul(Mul(a, a), b), "a²·b"},
		{Mul(a, Mul(b, b)), "a·(b²)"},
		{Mul(Sub(a, b), Sub(a, b)), "(a − b)²"},
		{Mul(Neg(a), Neg(a)), "(−a)²"},
		{Mul(Mul(a, a), Mul(a, a)), "a²·(a²)"},
		{Mul(two, two), "2·2"},
		{Neg(Mul(a, b)), "−a·b"},
		{Neg(Add(a, b)), "−(a + b)"},
		{Neg(Neg(a)), "−(−a)"},
		{Add(Neg(a), b), "−a + b"},
		{Add(a, Neg(b)), "a + (−b)"},
		{Mul(minusTwo, a), "−2·a"},
		{Add(a, Mul(minusTwo, b)), "a + (−2·b)"},
		{Mul(a, minusTwo), "a·(−2)"},
		{Number(1e-9), "1e−09"},
		{Abs.Of(Sub(a, b)), "|a − b|"},
		{Abs.Of(Add(a, Abs.Of(b))), "abs(a + |b|)"},
		{Max.Of(a, zero), "max(a, 0)"},
		{Mul(a, Tanh.Of(Softplus.Of(a))), "a·tanh(softplus(a))"},
		{Less(a, zero), "a < 0"},
		{Less(zero, a), "a > 0"},
		{LessEq(zero, Add(a, b)), "a + b ≥ 0"},
		{If(Less(a, zero), zero, a), "0 if a < 0, else a"},
		{If(LessEq(a, zero), zero, If(LessEq(two, a), one, b)), "0 if a ≤ 0, 1 if a ≥ 2, else b"},
		{Mul(b, If(Less(a, zero), zero, a)), "b·(0 if a < 0, else a)"},
		{If(Less(a, zero), If(Less(b, zero), a, b), c), "(a if b < 0, else b) if a < 0, else c"},
	} {
		if got := test.e.String(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

// Vars, Replace, Walk and Equal.
func TestTrees(t *testing.T) {
	e := If(Less(z, zero), Mul(y, Exp.Of(Neg(z))), Max.Of(y, t0))
	if diff := cmp.Diff([]string{"t0", "y", "z"}, Vars(e)); diff != "" {
		t.Error(diff)
	}
	if got, want := Replace(e, Exp.Of(Neg(z)), y).String(), "y² if z < 0, else max(y, t0)"; got != want {
		t.Errorf("Replace: got %s, want %s", got, want)
	}
	if got, want := e.String(), "y·exp(−z) if z < 0, else max(y, t0)"; got != want {
		t.Errorf("Replace changed its argument to %s, want %s", got, want)
	}
	var order []string
	Walk(Sub(z, Exp.Of(y)), func(e Expr) { order = append(order, e.String()) })
	if diff := cmp.Diff([]string{"z − exp(y)", "z", "exp(y)", "y"}, order); diff != "" {
		t.Error(diff)
	}
	parts := []Expr{z, y, zero, one, Neg(z), Add(z, y), Sub(z, y), Add(y, z), Less(z, y), LessEq(z, y),
		Exp.Of(z), Exp.Of(y), Log.Of(z), Max.Of(z, y), If(Less(z, y), z, y), If(Less(z, y), y, z)}
	for i, a := range parts {
		for j, b := range parts {
			if Equal(a, b) != (i == j) {
				t.Errorf("Equal(%s, %s) = %v", a, b, i != j)
			}
		}
	}
}

var t0 = Name("t0")

// Fold is for values: it must not change a bit.
func TestFold(t *testing.T) {
	for _, test := range []struct {
		e    Expr
		want string
	}{
		{Add(Number(2), Mul(Number(3), Number(4))), "14"},
		{Exp.Of(zero), "1"},
		{Sqrt.Of(Number(-1)), "sqrt(−1)"},
		{Div(one, zero), "1/0"},
		{Neg(zero), "0"},
		{Neg(Neg(z)), "z"},
		{Neg(Sub(z, y)), "y − z"},
		{Add(z, Neg(y)), "z − y"},
		{Sub(z, Neg(y)), "z + y"},
		{Add(z, Number(-3)), "z − 3"},
		{Sub(z, Number(-3)), "z + 3"},
		{Add(zero, Sub(z, zero)), "z"},
		{Sub(zero, z), "−z"},
		{Mul(one, Div(Mul(z, one), one)), "z"},
		{Mul(Number(-1), Mul(z, Number(-1))), "z"},
		{Mul(zero, z), "0·z"}, // NaN in, NaN out
		{Mul(Number(2), Mul(Number(3), z)), "2·(3·z)"},
		{If(Less(one, zero), y, z), "z"},
		{If(LessEq(one, one), y, z), "y"},
		{If(Less(y, zero), z, Add(z, zero)), "z"},
	} {
		if got := Fold(test.e).String(); got != test.want {
			t.Errorf("Fold(%s) = %s, want %s", test.e, got, test.want)
		}
	}
}

// Simplify is for derivatives: it reckons with real numbers.
func TestSimplify(t *testing.T) {
	s := Sigmoid.Of(z)
	for _, test := range []struct {
		e    Expr
		want string
	}{
		{Add(z, z), "2·z"},
		{Sub(Add(z, y), z), "y"},
		{Sub(z, z), "0"},
		{Mul(zero, Exp.Of(z)), "0"},
		{Div(Mul(z, y), Mul(y, y)), "z/y"},
		{Div(one, Div(one, z)), "z"},
		{Mul(Mul(z, Number(3)), Mul(Number(2), z)), "6·z²"},
		{Add(Mul(Number(2), z), Mul(Number(2), y)), "2·(z + y)"},
		{Sub(Mul(Number(2), z), Mul(Number(2), y)), "2·(z − y)"},
		{Sub(Neg(z), y), "−z − y"},
		{Add(Neg(z), y), "y − z"},
		{Add(Mul(half, Sub(z, y)), Mul(half, Sub(z, y))), "z − y"},
		{Sub(Add(z, y), Add(y, z)), "0"},
		{Sub(Exp.Of(Add(z, y)), Exp.Of(Add(y, z))), "0"},
		{Sub(Mul(z, s), Mul(s, z)), "0"},
		{Mul(Sqrt.Of(half), Mul(z, Sqrt.Of(half))), "0.5·z"},
		{Div(z, Mul(Sqrt.Of(half), Sqrt.Of(half))), "2·z"},
		{Mul(z, sign(z)), "|z|"},
		{Mul(Mul(y, z), sign(z)), "y·|z|"},
		{Mul(Number(3), sign(z)), "−3 if z < 0, 0 if z ≤ 0, else 3"},
		{Mul(y, If(LessEq(z, zero), zero, one)), "0 if z ≤ 0, else y"},
		{Mul(Exp.Of(y), If(LessEq(z, zero), zero, one)), "0 if z ≤ 0, else exp(y)"},
		{Mul(Exp.Of(y), If(LessEq(z, zero), half, one)), "exp(y)·(0.5 if z ≤ 0, else 1)"},
		{Add(If(Less(z, y), zero, z), If(Less(z, y), y, zero)), "y if z < y, else z"},
		{Div(one, zero), "1/0"},
		{Mul(Number(1e300), Mul(Number(1e300), z)), "1e+300·1e+300·z"},
	} {
		if got := Simplify(test.e).String(); got != test.want {
			t.Errorf("Simplify(%s) = %s, want %s", test.e, got, test.want)
		}
	}
}

// One row per rule of Diff and per primitive function.
func TestDiff(t *testing.T) {
	for _, test := range []struct {
		e    Expr
		want string
	}{
		{y, "0"},
		{z, "1"},
		{Exp.Of(Neg(z)), "−exp(−z)"},
		{Expm1.Of(z), "expm1(z) + 1"},
		{Log.Of(z), "1/z"},
		{Log1p.Of(z), "1/(1 + z)"},
		{Sqrt.Of(z), "0.5/sqrt(z)"},
		{Tanh.Of(Mul(y, z)), "(1 − tanh(y·z)²)·y"},
		{Sigmoid.Of(z), "sigmoid(z)·(1 − sigmoid(z))"},
		{Softplus.Of(z), "sigmoid(z)"},
		{NormalCDF.Of(z), "0.3989422804014327·exp(−0.5·z²)"},
		{TanhSoftplus.Of(z), "(1 − tanhSoftplus(z)²)·sigmoid(z)"},
		{Abs.Of(z), "−1 if z < 0, 0 if z ≤ 0, else 1"},
		{Max.Of(z, zero), "0 if z ≤ 0, else 1"},
		{Max.Of(z, y), "0 if z ≤ y, else 1"},
		{Min.Of(Mul(Number(2), z), z), "1 if z ≤ 2·z, else 2"},
		{Div(z, y), "1/y"},
		{Div(y, z), "−y/z²"},
		{If(Less(z, zero), zero, Mul(z, z)), "0 if z ≤ 0, else 2·z"},
	} {
		if got := Simplify(Diff(test.e, "z")).String(); got != test.want {
			t.Errorf("Diff(%s) = %s, want %s", test.e, got, test.want)
		}
	}
}

// No overflow on either side, and NaN in gives NaN out.
func TestEvalOfFunctions(t *testing.T) {
	for _, test := range []struct {
		f       *Fn
		x, want float64
	}{
		{Sigmoid, -1000, 0}, {Sigmoid, 1000, 1}, {Sigmoid, 0, 0.5},
		{Softplus, -1000, 0}, {Softplus, 1000, 1000}, {Softplus, 0, math.Ln2},
	} {
		if got := test.f.Eval(test.x); got != test.want {
			t.Errorf("%s(%g) = %g, want %g", test.f.Name, test.x, got, test.want)
		}
	}
	for _, f := range Functions {
		args := slices.Repeat([]float64{1}, f.Arity)
		for i := range args {
			args[i] = math.NaN()
			if got := f.Eval(args...); !math.IsNaN(got) {
				t.Errorf("%s of NaN = %g", f.Name, got)
			}
			args[i] = math.Inf(1)
		}
	}
}

// Misuse is a bug of ours and panics.
func TestBugsPanic(t *testing.T) {
	for name, bug := range map[string]func(){
		"arity":               func() { Exp.Of(z, y) },
		"variable":            func() { Eval(z, nil) },
		"Diff of a condition": func() { Diff(Less(z, y), "z") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			bug()
		}()
	}
}
