package expr

import (
	"math"
	"slices"
	"strings"
)

// sum is Σ terms, in the order of first appearance, no two alike.
type sum struct{ terms []product }

// asIs is the leaf function of collect for what is normal already.
func asIs(e Expr) Expr { return e }

// collect adds coef·e to s. What is not itself a sum goes through leaf first.
func (s *sum) collect(e Expr, coef float64, leaf func(Expr) Expr) {
	switch e := e.(type) {
	case Negate:
		s.collect(e.X, -coef, leaf)
		return
	case Binary:
		if e.Op == OpAdd || e.Op == OpSub {
			s.collect(e.X, coef, leaf)
			if e.Op == OpSub {
				coef = -coef
			}
			s.collect(e.Y, coef, leaf)
			return
		}
	}
	// A leaf may have become a sum: its terms join those of s.
	n := leaf(e)
	if isSum(n) {
		s.collect(n, coef, asIs)
		return
	}
	p := productOf(n)
	p.coef *= coef
	s.add(p)
}

// add adds p to the term like it, or as a new one. A sum that is left with the
// factor ±1 dissolves: ½·(y − t) + ½·(y − t) is y − t.
func (s *sum) add(p product) {
	key := p.key()
	i := slices.IndexFunc(s.terms, func(q product) bool { return q.key() == key })
	if i < 0 {
		i = len(s.terms)
		s.terms = append(s.terms, product{0, p.factors})
	}
	s.terms[i].coef += p.coef
	coef, base := s.terms[i].coef, s.terms[i].single()
	switch {
	case coef == 0:
		s.terms = slices.Delete(s.terms, i, i+1)
	case math.Abs(coef) == 1 && base != nil && isSum(base):
		s.terms = slices.Delete(s.terms, i, i+1)
		s.collect(base, coef, asIs)
	}
}

// expr returns s as a tree, with the constant factor that all terms share in
// front: 2·(y − t).
func (s *sum) expr() Expr {
	scale := s.scale()
	if scale == 1 {
		return s.unscaled()
	}
	// Collect again: a term that is left with ±1 may dissolve.
	var inner sum
	for _, p := range s.terms {
		inner.add(product{p.coef / scale, p.factors})
	}
	p := product{coef: scale}
	p.collect(inner.expr(), 1, asIs)
	return p.expr()
}

// scale returns the size of the coefficients if they all have the same and
// no root of a constant goes with them, else 1.
func (s *sum) scale() float64 {
	if len(s.terms) < 2 {
		return 1
	}
	scale := math.Abs(s.terms[0].coef)
	for _, p := range s.terms {
		if math.Abs(p.coef) != scale {
			return 1
		}
		for _, f := range p.factors {
			if _, ok := constantRoot(f.base); ok {
				return 1
			}
		}
	}
	return scale
}

// unscaled returns s as a tree term by term, a positive one first if there is
// one.
func (s *sum) unscaled() Expr {
	terms := s.terms
	if i := slices.IndexFunc(terms, func(p product) bool { return p.coef > 0 }); i > 0 {
		terms = slices.Concat(terms[i:i+1], terms[:i], terms[i+1:])
	}
	e := zero
	for i, p := range terms {
		switch {
		case i == 0:
			e = p.expr()
		case p.coef < 0:
			p.coef = -p.coef
			e = Sub(e, p.expr())
		default:
			e = Add(e, p.expr())
		}
	}
	return e
}

// key names e, which is normal, whatever the order of its terms and factors.
func key(e Expr) string {
	switch n := e.(type) {
	case Negate, Binary:
		if b, ok := n.(Binary); ok && b.Op.Compares() {
			break
		}
		var s sum
		s.collect(e, 1, asIs)
		keys := make([]string, len(s.terms))
		for i, p := range s.terms {
			keys[i] = Number(p.coef).String() + "·" + p.key()
		}
		slices.Sort(keys)
		return "(" + strings.Join(keys, " + ") + ")"
	}
	if call, ok := e.(Call); ok {
		keys := make([]string, len(call.Args))
		for i, arg := range call.Args {
			keys[i] = key(arg)
		}
		return call.Fn.Name + "(" + strings.Join(keys, ", ") + ")"
	}
	return e.String()
}

// isSum reports whether e is a sum or a difference.
func isSum(e Expr) bool {
	b, ok := e.(Binary)
	return ok && (b.Op == OpAdd || b.Op == OpSub)
}
