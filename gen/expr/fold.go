package expr

import (
	"math"
	"slices"
)

// Fold computes what is constant and drops what has no effect: 1·x, x + 0,
// −(−x), a choice between equals. Every other operation stays as it is written,
// so the value keeps its bits, but for the sign of a zero.
func Fold(e Expr) Expr {
	e = rebuild(e, Fold)
	switch e := e.(type) {
	case Negate:
		return foldNegate(e)
	case Binary:
		return foldBinary(e)
	case Call:
		return foldCall(e)
	case Select:
		return foldSelect(e)
	}
	return e
}

// foldCall computes a function of constants.
func foldCall(e Call) Expr {
	if slices.ContainsFunc(e.Args, func(arg Expr) bool { return !isConst(arg) }) {
		return e
	}
	return constant(e)
}

// foldSelect makes a choice that is known, or between equals.
func foldSelect(e Select) Expr {
	switch {
	case Equal(e.Then, e.Else), Equal(e.Cond, one):
		return e.Then
	case Equal(e.Cond, zero):
		return e.Else
	}
	return e
}

// foldNegate computes −c, −(−x) = x and −(x − y) = y − x.
func foldNegate(e Negate) Expr {
	switch x := e.X.(type) {
	case Const:
		return Number(0 - x.Value) // 0 rather than −0
	case Negate:
		return x.X
	case Binary:
		if x.Op == OpSub {
			return foldBinary(Binary{OpSub, x.Y, x.X})
		}
	}
	return e
}

// foldBinary drops 0 and 1 where they have no effect and lets a minus sign
// merge with the operator. It keeps 0·x, which is NaN where x is, and c·(d·x),
// which rounds twice.
func foldBinary(e Binary) Expr {
	x, xConst := e.X.(Const)
	y, yConst := e.Y.(Const)
	if xConst && yConst {
		return constant(e)
	}
	switch e.Op {
	case OpAdd:
		switch {
		case Equal(e.X, zero):
			return e.Y
		case Equal(e.Y, zero):
			return e.X
		case yConst && y.Value < 0:
			return Sub(e.X, Number(-y.Value))
		}
		if minus, ok := e.Y.(Negate); ok {
			return Sub(e.X, minus.X)
		}
	case OpSub:
		switch {
		case Equal(e.X, zero):
			return foldNegate(Negate{e.Y})
		case Equal(e.Y, zero):
			return e.X
		case yConst && y.Value < 0:
			return Add(e.X, Number(-y.Value))
		}
		if minus, ok := e.Y.(Negate); ok {
			return Add(e.X, minus.X)
		}
	case OpMul:
		switch {
		case xConst && x.Value == 1:
			return e.Y
		case xConst && x.Value == -1:
			return foldNegate(Negate{e.Y})
		case yConst && y.Value == 1:
			return e.X
		case yConst && y.Value == -1:
			return foldNegate(Negate{e.X})
		}
	case OpDiv:
		if yConst && y.Value == 1 {
			return e.X
		}
	}
	return e
}

// constant returns the value of e, which has no variables; e itself where the
// value is not a finite number, which Go has no literal for.
func constant(e Expr) Expr {
	if v := Eval(e, nil); isFinite(v) {
		return Number(v)
	}
	return e
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
