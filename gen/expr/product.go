package expr

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// product is coef·Π base^exp, in the order of first appearance, no base twice.
type product struct {
	coef    float64
	factors []factor
}

type factor struct {
	base Expr
	exp  int    // not 0
	key  string // of base
}

// productOf returns the factors of e, which is normal.
func productOf(e Expr) product {
	p := product{coef: 1}
	p.collect(e, 1, asIs)
	return p
}

// collect multiplies p by e^exp. What is not itself a product goes through
// leaf first.
func (p *product) collect(e Expr, exp int, leaf func(Expr) Expr) {
	switch e := e.(type) {
	case Negate:
		if exp%2 != 0 {
			p.coef = -p.coef
		}
		p.collect(e.X, exp, leaf)
		return
	case Binary:
		if e.Op == OpMul || e.Op == OpDiv {
			p.collect(e.X, exp, leaf)
			if e.Op == OpDiv {
				exp = -exp
			}
			p.collect(e.Y, exp, leaf)
			return
		}
	}
	n := leaf(e)
	switch n := n.(type) {
	case Const:
		// What overflows, such as 1/0, stays a factor: Go has no literal for it.
		if coef := p.coef * math.Pow(n.Value, float64(exp)); isFinite(coef) {
			p.coef = coef
			return
		}
	case Negate, Binary:
		if !isSum(n) {
			p.collect(n, exp, asIs)
			return
		}
	}
	p.multiply(n, exp)
}

// multiply multiplies p by base^exp; √c·√c of a constant is c.
func (p *product) multiply(base Expr, exp int) {
	key := key(base)
	i := slices.IndexFunc(p.factors, func(f factor) bool { return f.key == key })
	if i < 0 {
		i = len(p.factors)
		p.factors = append(p.factors, factor{base: base, key: key})
	}
	p.factors[i].exp += exp
	// A root of a constant keeps exponent 1 or −1; its squares are numbers.
	if c, ok := constantRoot(base); ok {
		p.coef *= math.Pow(c, float64(p.factors[i].exp/2))
		p.factors[i].exp %= 2
	}
	if p.factors[i].exp == 0 {
		p.factors = slices.Delete(p.factors, i, i+1)
	}
}

// constantRoot returns c of sqrt(c).
func constantRoot(e Expr) (float64, bool) {
	if call, ok := e.(Call); ok && call.Fn == Sqrt {
		c, ok := call.Args[0].(Const)
		return c.Value, ok && c.Value > 0
	}
	return 0, false
}

// power returns the exponent of base in p.
func (p *product) power(base Expr) int {
	key := key(base)
	for _, f := range p.factors {
		if f.key == key {
			return f.exp
		}
	}
	return 0
}

// holds returns how often the factors of v are among those of p.
func (p *product) holds(v product) int {
	n := 0
	for i, f := range v.factors {
		if times := p.power(f.base) / f.exp; i == 0 || times < n {
			n = times
		}
	}
	return n
}

// single returns x where p is a multiple of x, else nil.
func (p *product) single() Expr {
	if len(p.factors) == 1 && p.factors[0].exp == 1 {
		return p.factors[0].base
	}
	return nil
}

// expr returns p as a tree: the constants, then the factors, over the factors
// with a negative exponent.
func (p *product) expr() Expr {
	if p.coef == 0 {
		return zero
	}
	constants := Number(p.coef)
	var above, below []Expr
	for _, f := range p.factors {
		switch _, root := constantRoot(f.base); {
		case root && f.exp < 0:
			constants = Div(constants, f.base)
		case root:
			constants = Mul(constants, f.base)
		case f.exp < 0:
			below = append(below, slices.Repeat([]Expr{f.base}, -f.exp)...)
		default:
			above = append(above, slices.Repeat([]Expr{f.base}, f.exp)...)
		}
	}
	// A constant ±1 shows only as a sign, except over a bare denominator.
	minus := Equal(constants, Number(-1))
	if !minus && !Equal(constants, one) || len(above) == 0 {
		above, minus = append([]Expr{constants}, above...), false
	}
	e := chain(above)
	if len(below) > 0 {
		e = Div(e, chain(below))
	}
	if minus {
		return Neg(e)
	}
	return e
}

// chain returns a·b·c of a, b, c.
func chain(factors []Expr) Expr {
	e := factors[0]
	for _, f := range factors[1:] {
		e = Mul(e, f)
	}
	return e
}

// key names p without its coefficient, whatever the order of its factors.
func (p *product) key() string {
	keys := make([]string, len(p.factors))
	for i, f := range p.factors {
		keys[i] = f.key + "^" + strconv.Itoa(f.exp)
	}
	slices.Sort(keys)
	return strings.Join(keys, "·")
}
