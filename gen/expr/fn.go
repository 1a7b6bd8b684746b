package expr

import (
	"fmt"
	"math"
)

// Fn is a primitive function. The emitters know each by name; everything else
// in this package is composed of them.
type Fn struct {
	Name  string
	Arity int
	// Eval computes the function in float64. NaN in gives NaN out.
	Eval func(x ...float64) float64
	// partials returns ∂y/∂x[i] for each argument; y is the call itself, so
	// that a rule can name its own result.
	partials func(y Expr, x []Expr) []Expr
}

// Of returns the call of f with args.
func (f *Fn) Of(args ...Expr) Expr {
	if len(args) != f.Arity {
		panic(fmt.Sprintf("expr: %s of %d arguments, want %d", f.Name, len(args), f.Arity))
	}
	return Call{f, args}
}

// The primitive functions. At a tie Max and Min take the derivative of their
// second argument, so that max(z, 0) is relu; Abs has derivative 0 at 0.
var (
	Exp   = unary("exp", math.Exp, func(y, x Expr) Expr { return y })
	Expm1 = unary("expm1", math.Expm1, func(y, x Expr) Expr { return Add(y, one) })
	Log   = unary("log", math.Log, func(y, x Expr) Expr { return Div(one, x) })
	Log1p = unary("log1p", math.Log1p, func(y, x Expr) Expr { return Div(one, Add(one, x)) })
	Sqrt  = unary("sqrt", math.Sqrt, func(y, x Expr) Expr { return Div(half, y) })
	Tanh  = unary("tanh", math.Tanh, func(y, x Expr) Expr { return Sub(one, Mul(y, y)) })
	Abs   = unary("abs", math.Abs, func(y, x Expr) Expr { return sign(x) })

	Sigmoid  = unary("sigmoid", sigmoid, func(y, x Expr) Expr { return Mul(y, Sub(one, y)) })
	Softplus = unary("softplus", softplus, func(y, x Expr) Expr { return Sigmoid.Of(x) })

	// TanhSoftplus is tanh(softplus(x)) rounded once.
	TanhSoftplus = unary("tanhSoftplus", func(x float64) float64 { return math.Tanh(softplus(x)) }, func(y, x Expr) Expr {
		return Mul(Sub(one, Mul(y, y)), Sigmoid.Of(x))
	})
	// NormalCDF is Φ(x), which has the density 1/√(2π)·exp(−½·x²).
	NormalCDF = unary("normalCDF", func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }, func(y, x Expr) Expr {
		return Mul(Div(one, Sqrt.Of(Number(2*math.Pi))), Exp.Of(Neg(Mul(half, Mul(x, x)))))
	})

	Max = binary("max", func(a, b float64) float64 { return max(a, b) },
		func(a, b Expr) Expr { return LessEq(a, b) })
	Min = binary("min", func(a, b float64) float64 { return min(a, b) },
		func(a, b Expr) Expr { return LessEq(b, a) })
)

// Functions lists every primitive; an emitter that knows these knows all.
var Functions = []*Fn{Exp, Expm1, Log, Log1p, Sqrt, Tanh, Sigmoid, Softplus, TanhSoftplus, NormalCDF, Abs, Max, Min}

var zero, half, one = Number(0), Number(0.5), Number(1)

func unary(name string, f func(float64) float64, rule func(y, x Expr) Expr) *Fn {
	return &Fn{
		Name:     name,
		Arity:    1,
		Eval:     func(x ...float64) float64 { return f(x[0]) },
		partials: func(y Expr, x []Expr) []Expr { return []Expr{rule(y, x[0])} },
	}
}

// binary makes a function that picks one of two arguments: the second where
// the condition second holds.
func binary(name string, f func(a, b float64) float64, second func(a, b Expr) Expr) *Fn {
	return &Fn{
		Name:  name,
		Arity: 2,
		Eval:  func(x ...float64) float64 { return f(x[0], x[1]) },
		partials: func(_ Expr, x []Expr) []Expr {
			cond := second(x[0], x[1])
			return []Expr{If(cond, zero, one), If(cond, one, zero)}
		},
	}
}

// sign returns −1, 0 or 1 by the sign of x; 1 for NaN, so that dy·sign(x)
// passes dy on, as relu does.
func sign(x Expr) Expr {
	return If(Less(x, zero), Number(-1), If(LessEq(x, zero), zero, one))
}

// sigmoid computes 1/(1+e⁻ˣ) without overflow on either side.
func sigmoid(x float64) float64 {
	if x < 0 {
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}

// softplus computes log(1+eˣ) without overflow: the larger of x and 0, and a
// correction of at most log 2.
func softplus(x float64) float64 {
	return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}
