package vector

import "math"

// logs are the constants of log x = e·ln 2 + log(1 + f) with √½ ≤ 1 + f < √2.
type logs struct {
	one, root uint64  // the bits of 1 and of √½
	exponent  uint64  // the bits of 2^mantissa: with an integer in the lowest bits it is that integer more
	bias      float64 // 2^mantissa + the bias of exponents
	normal    float64 // smallest number that is not denormal
	lift      float64 // exponent of the power of two that makes denormal numbers normal
	c         []float64
}

var logsOf = map[Element]*logs{
	Float32: { // Cephes: log(1 + f) = f − f²/2 + f³·c(f)
		one: 0x3f800000, root: 0x3f3504f3, exponent: 0x4b000000, bias: 0x1p23 + 127, normal: 0x1p-126, lift: 23,
		c: []float64{
			7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
			-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
		},
	},
	Float64: { // FreeBSD's e_log.c: log(1 + f) = f − f²/2 + s·(f²/2 + s²·c(s²)), s = f/(2 + f)
		one: 0x3ff0000000000000, root: 0x3fe6a09e667f3bcd, exponent: 0x4330000000000000, bias: 0x1p52 + 1023,
		normal: 0x1p-1022, lift: 52,
		c: []float64{
			1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01, 2.222219843214978396e-01,
			2.857142874366239149e-01, 3.999999999940941908e-01, 6.666666666666735130e-01,
		},
	},
}

// logarithm returns log u for u > 0 that is neither denormal nor infinite; with rest, log(u + rest·u).
func (l *lowering) logarithm(u value, rest *value) value {
	c := logsOf[l.Element]
	mantissa := powersOf[l.Element].mantissa
	i := l.op(AddInt, u, l.pattern(c.one-c.root))
	e := l.op(Or, l.shift(ShiftRight, i, mantissa), l.pattern(c.exponent))
	return l.logarithmOf(i, l.op(Sub, e, l.number(c.bias)), rest)
}

// logarithmOf returns the logarithm, given the mantissa in the bits of i, and the exponent e.
func (l *lowering) logarithmOf(i, e value, rest *value) value {
	c, p := logsOf[l.Element], powersOf[l.Element]
	m := l.op(AddInt, l.op(And, i, l.pattern(1<<p.mantissa-1)), l.pattern(c.root))
	f := l.op(Sub, m, l.number(1))
	square := l.op(Mul, f, f)
	var y value
	switch {
	case l.Element == Float32 && rest == nil && !l.Kernel.Exact:
		// e·high + (f + (f³·c(f) + (e·low − f²/2))): few operations wait for each other, as a loss at the end of a chain does.
		low := l.op(Fnma, square, l.number(0.5), l.op(Mul, e, l.number(p.low)))
		y = l.op(Fma, l.estrin(f, c.c), l.op(Mul, f, square), low)
	case l.Element == Float32:
		y = l.op(Mul, l.op(Mul, l.polynomial(f, c.c), f), square)
		y = l.op(Fma, e, l.number(p.low), y)
		y = l.op(Fnma, square, l.number(0.5), y)
	default:
		s := l.op(Div, f, l.op(Add, f, l.number(2)))
		z, half := l.op(Mul, s, s), l.op(Mul, square, l.number(0.5))
		y = l.op(Fma, z, l.polynomial(z, c.c), half)
		y = l.op(Fma, s, y, l.op(Mul, e, l.number(p.low)))
		y = l.op(Sub, y, half)
	}
	if rest != nil {
		y = l.op(Add, y, *rest)
	}
	return l.op(Fma, e, l.number(p.high), l.op(Add, f, y))
}

// log returns the natural logarithm within 1.5 ULP, of denormal numbers, too.
func (l *lowering) log(x value) value {
	c := logsOf[l.Element]
	small := l.compare(Less, x, l.number(c.normal))
	u := l.choose(small, l.op(Mul, x, l.number(math.Ldexp(1, int(c.lift)))), x)
	i := l.op(AddInt, u, l.pattern(c.one-c.root))
	e := l.op(Or, l.shift(ShiftRight, i, powersOf[l.Element].mantissa), l.pattern(c.exponent))
	e = l.op(Sub, e, l.number(c.bias))
	e = l.op(Sub, e, l.keep(small, l.number(c.lift)))
	return l.outside(l.logarithmOf(i, e, nil), x)
}

// outside replaces a logarithm where its argument x is not a positive number: by −Inf at 0, NaN below, x if it is +Inf
// or NaN.
func (l *lowering) outside(y, x value) value {
	y = l.choose(l.compare(LessEqual, x, l.number(0)), l.number(math.Inf(-1)), y)
	y = l.choose(l.compare(Less, x, l.number(0)), l.number(math.NaN()), y)
	return l.choose(l.compare(NotLess, x, l.number(math.Inf(1))), x, y)
}

// onePlus returns u = 1 + x, rounded, and what was rounded off.
func (l *lowering) onePlus(x value) (u, rest value) {
	u = l.op(Add, x, l.number(1))
	return u, l.op(Sub, x, l.op(Sub, u, l.number(1)))
}

// log1p returns log(1 + x) within 2 ULP, with the sign of x.
func (l *lowering) log1p(x value) value {
	u, rest := l.onePlus(x)
	rest = l.op(Div, rest, u)
	return l.withSign(l.outside(l.logarithm(u, &rest), u), x)
}
