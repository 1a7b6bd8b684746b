package expr

import (
	"math"
	"slices"
)

// Value returns y as a formula in z.
func (a *Activation) Value(p map[string]float64) Expr { return Fold(a.Y(resolve(a.Params, p))) }

// Derivative returns dy/dz as a formula in y alone where that is possible,
// else in z or in both; Vars tells.
func (a *Activation) Derivative(p map[string]float64) Expr {
	d := a.DerivativeInZ(p)
	for _, id := range a.Identities {
		d = Replace(d, Simplify(id.InZ), id.InY)
	}
	value := Simplify(a.Y(resolve(a.Params, p)))
	return Simplify(a.tellBranch(nameResult(Simplify(d), value), a.Value(p)))
}

// DerivativeInZ returns dy/dz as a formula in z alone.
func (a *Activation) DerivativeInZ(p map[string]float64) Expr {
	return Simplify(Diff(a.Y(resolve(a.Params, p)), "z"))
}

// Pullback returns dz = dy·dy/dz as a formula in dy and the variables of
// Derivative. A shut gate gives 0 even for a dy that is not finite.
func (a *Activation) Pullback(p map[string]float64) Expr {
	return Simplify(Mul(dy, a.Derivative(p)))
}

// Kinks returns the values of z, ascending, where the derivative jumps.
func (a *Activation) Kinks(p map[string]float64) []float64 {
	return jumps(a.DerivativeInZ(p), "z")
}

// Value returns the loss of one output as a formula in y and t; nil when
// Element is.
func (l *Loss) Value(p map[string]float64) Expr {
	if l.Element == nil {
		return nil
	}
	return Fold(l.Element(resolve(l.Params, p)))
}

// Derivative returns ∂L/∂y of one output as a formula in y and t; nil when
// Element is.
func (l *Loss) Derivative(p map[string]float64) Expr {
	if l.Element == nil {
		return nil
	}
	return Simplify(Diff(l.Element(resolve(l.Params, p)), "y"))
}

// Kinks returns the values of the residual y − t, ascending, where the
// derivative jumps.
func (l *Loss) Kinks(p map[string]float64) []float64 {
	if l.Element == nil {
		return nil
	}
	return jumps(Replace(l.Derivative(p), r, Name("r")), "r")
}

// nameResult returns d with y for its own result, the formula value, wherever
// value shows in d. Where value chooses between formulas and d between their
// derivatives, y is the result of the chosen one.
func nameResult(d, value Expr) Expr {
	if v, ok := value.(Select); ok {
		if d, ok := d.(Select); ok && Equal(d.Cond, closed(v.Cond)) {
			return Select{d.Cond, nameResult(d.Then, v.Then), nameResult(d.Else, v.Else)}
		}
	}
	switch value.(type) {
	case Const, Var:
		return d
	}
	// α·expm1(z) does not show in α·(expm1(z) + 1), but in what that expands to.
	if named := replaceFactors(expand(d), value); !slices.Contains(Vars(named), "z") {
		return named
	}
	return replaceFactors(d, value)
}

// replaceFactors returns e with y for the factors of value in every product:
// z·s·(1 − s) is y·(1 − s) for the value z·s.
func replaceFactors(e, value Expr) Expr {
	p, v := productOf(e), productOf(value)
	if n := p.holds(v); n > 0 {
		q := product{coef: p.coef / math.Pow(v.coef, float64(n))}
		q.multiply(y, n)
		for _, f := range p.factors {
			if exp := f.exp - n*v.power(f.base); exp != 0 {
				q.multiply(replaceFactors(f.base, value), exp)
			}
		}
		return q.expr()
	}
	return rebuild(e, func(child Expr) Expr { return replaceFactors(child, value) })
}

// expand returns c·a + c·b for c·(a + b), where c is constant.
func expand(e Expr) Expr {
	p := productOf(e)
	base := p.single()
	if base == nil || !isSum(base) {
		return e
	}
	var inner, s sum
	inner.collect(base, 1, asIs)
	for _, term := range inner.terms {
		term.coef *= p.coef
		s.add(term)
	}
	return s.unscaled()
}

// tellBranch returns d with conditions on y for those on z if that rids d of
// z: y ≤ Y(k) for z ≤ k.
func (a *Activation) tellBranch(d, value Expr) Expr {
	if !a.Increasing {
		return d
	}
	told := rewrite(d, func(e Expr) Expr {
		b, ok := e.(Binary)
		if !ok || !b.Op.Compares() {
			return e
		}
		at := func(k Expr) Expr { return Number(Eval(value, map[string]float64{"z": k.(Const).Value})) }
		switch {
		case Equal(b.X, z) && isConst(b.Y):
			return Binary{b.Op, y, at(b.Y)}
		case Equal(b.Y, z) && isConst(b.X):
			return Binary{b.Op, at(b.X), y}
		}
		return e
	})
	if slices.Contains(Vars(told), "z") {
		return d
	}
	return told
}

// jumps returns where d, a formula in v with conditions of the form v < k,
// has different limits from below and above.
func jumps(d Expr, v string) []float64 {
	var at []float64
	Walk(d, func(e Expr) {
		b, ok := e.(Binary)
		if !ok || !b.Op.Compares() {
			return
		}
		for _, side := range []Expr{b.X, b.Y} {
			if k, ok := side.(Const); ok {
				at = append(at, k.Value)
			}
		}
	})
	slices.Sort(at)
	at = slices.Compact(at)
	return slices.DeleteFunc(at, func(k float64) bool {
		below := Eval(d, map[string]float64{v: math.Nextafter(k, math.Inf(-1))})
		above := Eval(d, map[string]float64{v: math.Nextafter(k, math.Inf(1))})
		return math.Abs(above-below) <= 1e-9*math.Abs(above)
	})
}
