package vector

// elementary computes a function of package expr. Its doc comments state the largest error in units in the last place
// (ULP); the tests of this package measure it.
func (l *lowering) elementary(name string, args []value) value {
	switch name {
	case "max", "min":
		return l.extreme(name, args)
	case "abs":
		return l.op(And, args[0], l.pattern(l.Element.signBit()-1))
	case "sqrt":
		return l.op(Sqrt, args[0])
	case "keep":
		return l.kept(l.keeps(args[0]), args[1])
	case "where":
		return l.kept(l.compare(Equal, args[0], args[1]), args[2])
	}
	unary := map[string]func(value) value{
		"exp": l.exp, "expm1": l.expm1, "log": l.log, "log1p": l.log1p,
		"tanh": l.tanh, "sigmoid": l.sigmoid, "softplus": l.softplus,
		"tanhSoftplus": l.tanhSoftplus, "normalCDF": l.normalCDF,
	}[name]
	if unary == nil {
		l.failf("function %s has no vector form", name)
	}
	return unary(l.ready(args[0]))
}

// tame computes a function of arguments that need no care, as kernel.Function says.
func (l *lowering) tame(name string, args []value) value {
	switch name {
	case "max":
		return l.op(Max, args[0], args[1])
	case "exp":
		return l.vanishing(l.ready(args[0]), 1)
	case "log":
		return l.logarithm(l.ready(args[0]), nil)
	}
	return l.elementary(name, args)
}

// extreme returns the largest or the smallest of its arguments, NaN if one of them is NaN. Of zeros it returns one.
func (l *lowering) extreme(name string, args []value) value {
	op := Max
	if name == "min" {
		op = Min
	}
	m := args[0]
	for _, x := range args[1:] {
		if isNumber(x) {
			m, x = x, m
		}
		if isNumber(m) { // the operation itself passes NaN in its second argument on
			m = l.op(op, m, x)
			continue
		}
		m = l.ready(m)
		either := l.op(op, m, x)
		m = l.choose(l.compare(Unordered, m, m), m, either)
	}
	return l.settled(m)
}

// isNumber tells whether a value is a constant.
func isNumber(v value) bool {
	if len(v.args) != 1 || v.product != nil {
		return false
	}
	_, ok := v.args[0].(Const)
	return ok
}

// atMost returns the smaller of x and a number, atLeast the larger. NaN stays NaN.
func (l *lowering) atMost(x value, most float64) value   { return l.op(Min, l.number(most), x) }
func (l *lowering) atLeast(x value, least float64) value { return l.op(Max, l.number(least), x) }

// polynomial evaluates one from the highest coefficient on: by Horner's rule where some copies advance side by side, whose
// registers another rule would take; else by Estrin's, of which fewer operations wait for each other.
func (l *lowering) polynomial(x value, c []float64) value {
	if l.alone(x) && len(c) > 3 && !l.Kernel.Exact {
		return l.estrin(x, c)
	}
	y := l.number(c[0])
	for _, c := range c[1:] {
		y = l.op(Fma, y, x, l.number(c))
	}
	return y
}

// alone tells whether nothing advances side by side with a value, although there are registers for it.
func (l *lowering) alone(x value) bool {
	if len(x.args) > 1 || l.group == 0 {
		return len(x.args) == 1
	}
	_, limited := l.limits[l.bundles[l.group-1].bundleKind]
	return !limited
}

// estrin evaluates a polynomial in pairs of terms, those in pairs, and so on. The constant, to which the others add little,
// comes last: they are rounded as what they are.
func (l *lowering) estrin(x value, c []float64) value {
	n := len(c) - 1
	terms := []value{l.op(Mul, x, l.number(c[n-1]))}
	for k := n - 2; k >= 0; k -= 2 {
		pair := l.number(c[k])
		if k > 0 {
			pair = l.op(Fma, x, l.number(c[k-1]), pair)
		}
		terms = append(terms, pair)
	}
	for len(terms) > 1 {
		x = l.op(Mul, x, x)
		var pairs []value
		for i := 0; i+1 < len(terms); i += 2 {
			pairs = append(pairs, l.op(Fma, terms[i+1], x, terms[i]))
		}
		if len(terms)%2 == 1 {
			pairs = append(pairs, terms[len(terms)-1])
		}
		terms = pairs
	}
	return l.op(Add, terms[0], l.number(c[n]))
}

// square returns x² of x ≥ 0 for a polynomial whose higher terms do not matter where x is small: there it is that of 2⁻⁶⁰,
// so that it is not denormal.
func (l *lowering) square(x value) value {
	x = l.atLeast(x, 0x1p-60)
	return l.op(Mul, x, x)
}

// withSign returns y, which is not below 0 where x is not, with the sign of x.
func (l *lowering) withSign(y, x value) value {
	return l.op(Or, y, l.op(And, x, l.pattern(l.Element.signBit())))
}

// absolute returns |x|.
func (l *lowering) absolute(x value) value {
	return l.op(And, x, l.pattern(l.Element.signBit()-1))
}
