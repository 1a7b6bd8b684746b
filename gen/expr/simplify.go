package expr

import "slices"

// Simplify returns the formula that a person would write: like terms and
// factors gathered, constants in front, nothing without effect. It reckons
// with real numbers: where e is finite the result is equal up to rounding,
// but x − x becomes 0 and x/x becomes 1 for every x.
//
// The first round leaves square roots of constants symbolic so that they can
// cancel: (√½·z)·(√½·z) is 0.5·z² and not 0.5000000000000001·z². The second
// gathers the numbers that are left of them.
func Simplify(e Expr) Expr { return Fold(normal(Fold(normal(e)))) }

// normal brings e to the normal form, a sum of products of powers, at every
// level.
func normal(e Expr) Expr {
	switch e := e.(type) {
	case Negate:
		return normalSum(e)
	case Binary:
		switch e.Op {
		case OpAdd, OpSub:
			return normalSum(e)
		case OpMul, OpDiv:
			return normalProduct(e)
		}
	case Call:
		call := rebuild(e, normal)
		if _, ok := constantRoot(call); ok {
			return call
		}
		return foldCall(call.(Call))
	case Select:
		return normalSelect(e)
	}
	return e
}

// normalSum gathers the terms of a sum or a difference.
func normalSum(e Expr) Expr {
	var s sum
	s.collect(e, 1, normal)
	s.mergeSelects()
	return s.expr()
}

// normalProduct gathers the factors of a product or a quotient.
func normalProduct(e Expr) Expr {
	p := product{coef: 1}
	p.collect(e, 1, normal)
	p.cancelSigns()
	if pushed, ok := p.pushIntoSelect(); ok {
		return pushed
	}
	return p.expr()
}

// normalSelect normalizes the branches and drops a choice that is none.
func normalSelect(e Select) Expr {
	return foldSelect(Select{Fold(rebuild(e.Cond, normal)), normal(e.Then), normal(e.Else)})
}

// mergeSelects adds choices with the same condition branch by branch:
// (a if c, else b) + (d if c, else e) = a + d if c, else b + e.
func (s *sum) mergeSelects() {
	for i, p := range s.terms {
		a, ok := p.single().(Select)
		if !ok {
			continue
		}
		for j := i + 1; j < len(s.terms); j++ {
			q := s.terms[j]
			b, ok := q.single().(Select)
			if !ok || !Equal(a.Cond, b.Cond) {
				continue
			}
			both := func(x, y Expr) Expr {
				return Add(Mul(Number(p.coef), x), Mul(Number(q.coef), y))
			}
			merged := normalSelect(Select{a.Cond, both(a.Then, b.Then), both(a.Else, b.Else)})
			s.terms = slices.Delete(s.terms, j, j+1)
			s.terms = slices.Delete(s.terms, i, i+1)
			s.collect(merged, 1, asIs)
			s.mergeSelects()
			return
		}
	}
}

// cancelSigns applies x·sign(x) = |x|.
func (p *product) cancelSigns() {
	for _, f := range p.factors {
		s, ok := f.base.(Select)
		if !ok || f.exp != 1 {
			continue
		}
		cond, ok := s.Cond.(Binary)
		if !ok || !Equal(f.base, sign(cond.X)) || p.power(cond.X) < 1 {
			continue
		}
		p.multiply(f.base, -1)
		p.multiply(cond.X, -1)
		p.multiply(Abs.Of(cond.X), 1)
		p.cancelSigns()
		return
	}
}

// pushIntoSelect multiplies the branches of a choice by the factors beside it
// where that repeats no work: a branch is 0, or there is at most one variable
// beside it. dy·(0 if y ≤ 0, else 1) becomes 0 if y ≤ 0, else dy.
func (p *product) pushIntoSelect() (Expr, bool) {
	for _, f := range p.factors {
		s, ok := f.base.(Select)
		if !ok || f.exp != 1 {
			continue
		}
		rest := product{coef: p.coef}
		for _, other := range p.factors {
			if other.key != f.key {
				rest.multiply(other.base, other.exp)
			}
		}
		if rest.coef == 1 && len(rest.factors) == 0 {
			return nil, false
		}
		if rest.cheap() || Equal(s.Then, zero) || Equal(s.Else, zero) {
			beside := rest.expr()
			return normalSelect(Select{s.Cond, Mul(beside, s.Then), Mul(beside, s.Else)}), true
		}
	}
	return nil, false
}

// cheap reports whether p is a constant, a variable or a multiple of one.
func (p *product) cheap() bool {
	if len(p.factors) == 0 {
		return true
	}
	_, ok := p.single().(Var)
	return ok
}
