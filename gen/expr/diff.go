package expr

import (
	"fmt"
	"slices"
)

// Diff returns ∂e/∂v by the chain rule, as it falls out; Simplify makes it
// readable.
//
// The derivative of a Select is the Select of the derivatives with its bound
// closed: where both sides of the comparison are equal, Then counts.
//
//	d/dz (0 if z < 0, else z) = 0 if z ≤ 0, else 1
//
// This one rule fixes the subgradient at every kink but that of Abs, which is 0.
func Diff(e Expr, v string) Expr {
	if !slices.Contains(Vars(e), v) {
		return zero
	}
	switch e := e.(type) {
	case Var:
		return one
	case Negate:
		return Neg(Diff(e.X, v))
	case Binary:
		return diffBinary(e, v)
	case Call:
		return diffCall(e, v)
	case Select:
		return If(closed(e.Cond), Diff(e.Then, v), Diff(e.Else, v))
	}
	panic(fmt.Sprintf("expr: Diff of %T", e))
}

// diffBinary is the sum, product and quotient rule.
func diffBinary(e Binary, v string) Expr {
	dx, dy := Diff(e.X, v), Diff(e.Y, v)
	switch e.Op {
	case OpAdd:
		return Add(dx, dy)
	case OpSub:
		return Sub(dx, dy)
	case OpMul: // (x·y)′ = x′·y + x·y′
		return Add(Mul(dx, e.Y), Mul(e.X, dy))
	case OpDiv: // (x/y)′ = (x′·y − x·y′)/(y·y)
		if Equal(dy, zero) {
			return Div(dx, e.Y)
		}
		return Div(Sub(Mul(dx, e.Y), Mul(e.X, dy)), Mul(e.Y, e.Y))
	}
	panic("expr: Diff of a condition: " + e.String())
}

// diffCall is the chain rule: f(x, …)′ = ∂f/∂x·x′ + …
func diffCall(e Call, v string) Expr {
	var sum Expr = zero
	for i, partial := range e.Fn.partials(e, e.Args) {
		sum = Add(sum, Mul(partial, Diff(e.Args[i], v)))
	}
	return sum
}

// closed returns x ≤ y for x < y.
func closed(cond Expr) Expr {
	c := cond.(Binary)
	return LessEq(c.X, c.Y)
}
