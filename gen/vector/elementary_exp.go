package vector

import (
	"math"
	"slices"
)

// powers are the constants of eˣ = eʳ·2ⁿ with n the integer nearest to x/ln 2 and |r| ≤ ½·ln 2.
type powers struct {
	// mantissa is the number of its bits; adding toInteger rounds to an integer, in the lowest bits, and adds to it what
	// makes it the exponent of 2ⁿ⁻¹.
	mantissa  int
	toInteger float64
	// ln2 in two parts: n·high is exact.
	high, low float64
	// lowest is the n below which eˣ is 0: no result is denormal, nor is it after a division by some thousands. most bounds
	// x from above, where eˣ is +Inf.
	lowest int
	most   float64
	// one bounds the arguments of expm1, tanh and sigmoid: beyond it they are 1, or −1.
	one float64
	// rest is (eʳ − 1 − r)/r², from the highest coefficient on: Chebyshev fits, relative error of eʳ below.
	rest []float64
}

var powersOf = map[Element]*powers{
	Float32: { // 8e-9
		mantissa: 23, toInteger: 0x1.8p23 + 126, high: 0.693359375, low: -2.12194440e-4, lowest: -114, most: 89, one: 20,
		rest: []float64{0.00139261761199, 0.00836317307451, 0.0416665546621, 0.166665770256, 0.5},
	},
	Float64: { // 1.3e-17
		mantissa: 52, toInteger: 0x1.8p52 + 1022, high: 6.93147180369123816490e-01, low: 1.90821492927058770002e-10,
		lowest: -995, most: 710, one: 42,
		rest: []float64{
			2.5100375832561233664e-8, 2.7620075879983366586e-7, 2.7557268480310025526e-6, 0.000024801521322368693266,
			0.00019841269863040545271, 0.0013888888917196719077, 0.0083333333333300644495, 0.041666666666624161903,
			0.16666666666666667452, 0.50000000000000010211,
		},
	},
}

// split returns r and s = 2ⁿ⁻¹ of eˣ = eʳ·2ⁿ, with shift s = 2ⁿ⁻¹⁺ˢʰⁱᶠᵗ. With sign −1 they are those of e⁻ˣ, and r has
// the other sign.
func (l *lowering) split(x value, sign float64, shift int) (r, s value) {
	t, n := l.rounded(x, sign, shift)
	r = l.less(x, n, sign)
	return r, l.raised(t)
}

// rounded returns n of split, and t, which has the exponent of s in its lowest bits.
func (l *lowering) rounded(x value, sign float64, shift int) (t, n value) {
	toInteger := l.number(powersOf[l.Element].toInteger + float64(shift))
	t = l.op(Fma, x, l.number(sign*math.Log2E), toInteger)
	return t, l.op(Sub, t, toInteger)
}

// raised returns s of split.
func (l *lowering) raised(t value) value { return l.shift(ShiftLeft, t, powersOf[l.Element].mantissa) }

// less returns r of split: x − n·ln 2, or x + n·ln 2 with sign −1.
func (l *lowering) less(x, n value, sign float64) value {
	p, reduce := powersOf[l.Element], Fnma
	if sign < 0 {
		reduce = Fma
	}
	return l.op(reduce, n, l.number(p.low), l.op(reduce, n, l.number(p.high), x))
}

// exponential returns 2·eʳ·s, or 2·e⁻ʳ·s with sign −1, divided by 2 to the power of shift, plus a number.
func (l *lowering) exponential(r, s value, sign float64, shift int, plus float64) value {
	var c []float64
	for _, q := range append(slices.Clone(powersOf[l.Element].rest), 1, 1) {
		c = append(c, math.Ldexp(q, 1-shift))
	}
	for i := len(c) - 2; i >= 0; i -= 2 {
		c[i] *= sign
	}
	var y value
	if last := len(c) - 2; l.Kernel.Exact {
		// All but 1 is added up first: with eʳ as 1 + r·(1 + …) it would fall once, at −0.24993926.
		y = l.op(Mul, l.op(Mul, l.polynomial(r, c[:last]), r), r)
		y = l.op(Add, l.op(Add, y, l.op(Mul, r, l.number(c[last]))), l.number(c[last+1]))
	} else {
		y = l.polynomial(r, c)
	}
	if plus == 0 {
		return l.op(Mul, y, s)
	}
	return l.op(Fma, y, s, l.number(plus))
}

// minus1 returns eʳ − 1.
func (l *lowering) minus1(r value) value {
	rest := l.op(Mul, l.polynomial(r, powersOf[l.Element].rest), r) // not r², which is denormal where r is small
	return l.op(Fma, rest, r, r)
}

// exp returns eˣ within 1.5 ULP from −79 on (−689 for float64), and 0 from −80 (−690) down. It never falls where x rises: all
// but the 1 of eʳ is added up first. As 1 + r·(1 + …) it would fall by one unit now and then, at −0.3465691 for one.
func (l *lowering) exp(x value) value {
	p := powersOf[l.Element]
	r, s := l.vanishingSplit(l.atMost(x, p.most), 1)
	y := l.op(Add, l.minus1(r), l.number(1))
	return l.op(Mul, l.op(Mul, y, l.number(math.Ldexp(1, 1-p.vanishing()))), s)
}

// vanishing returns eˣ, or e⁻ˣ with sign −1, as part of another function, for x that is not too large.
func (l *lowering) vanishing(x value, sign float64) value {
	r, s := l.vanishingSplit(x, sign)
	return l.exponential(r, s, sign, powersOf[l.Element].vanishing(), 0)
}

// vanishingSplit is split for a power that is 0 where n is below lowest: there the exponent of s is all zeros, and s is 0.
func (l *lowering) vanishingSplit(x value, sign float64) (r, s value) {
	p := powersOf[l.Element]
	end := sign * float64(p.lowest-1) * math.Ln2
	if sign > 0 {
		x = l.atLeast(x, end)
	} else {
		x = l.atMost(x, end)
	}
	return l.split(x, sign, p.vanishing())
}

// vanishing is the shift of a power that is 0 where n is below lowest.
func (p *powers) vanishing() int { return 2 - p.lowest - p.bias() }

// bias is that of exponents.
func (p *powers) bias() int { return int(p.toInteger-1.5*math.Ldexp(1, p.mantissa)) + 1 }

// expm1 returns eˣ − 1 within 2 ULP: with q = eʳ − 1 it is 2·(q·s + (s − ½)), and has the sign of x.
func (l *lowering) expm1(x value) value {
	p := powersOf[l.Element]
	r, s := l.split(l.atMost(l.atLeast(x, -p.one), p.most), 1, 0)
	y := l.op(Fma, l.minus1(r), s, l.op(Sub, s, l.number(0.5)))
	return l.withSign(l.op(Add, y, y), x)
}

// sigmoid returns 1/(1 + e⁻ˣ) within 3 ULP from −79 on (−689 for float64), and 0 from −80 (−690) down: there the exponent
// of s is all ones, and s is infinite.
func (l *lowering) sigmoid(x value) value {
	p := powersOf[l.Element]
	x = l.atMost(l.atLeast(x, float64(p.lowest-1)*math.Ln2), p.one+20)
	shift := p.bias() + 1 + p.lowest
	r, s := l.split(x, -1, shift)
	return l.op(Div, l.number(1), l.exponential(r, s, -1, shift, 1))
}

// softplus returns max(x, 0) + log(1 + e^−|x|) within 2.5 ULP from −79 on (−689 for float64), and 0 from −80 (−690) down.
func (l *lowering) softplus(x value) value {
	e := l.vanishing(l.absolute(x), -1)
	u, rest := l.onePlus(e)
	// 1/u, which only has to be right where u is 1: rest is that small.
	rest = l.op(Mul, rest, l.op(Fnma, u, l.number(0.5), l.number(1.5)))
	return l.op(Add, l.atLeast(x, 0), l.logarithm(u, &rest))
}

// tanhSoftplus returns tanh(log(1 + eˣ)) within 4.5 ULP from −79 on (−689 for float64), and 0 from −80 (−690) down: it is
// n/(n + 2) with n = eˣ·(eˣ + 2).
func (l *lowering) tanhSoftplus(x value) value {
	e := l.vanishing(l.atMost(x, powersOf[l.Element].one), 1)
	m := l.op(Add, e, l.number(2))
	return l.op(Div, l.op(Mul, e, m), l.op(Fma, e, m, l.number(2)))
}
