package vector

// erfs are the constants of the error function: below split it is x·near(x²), with a denser formula for float32, from
// there on 1 − e to the power of far.
type erfs struct {
	split, most float64 // from most on it is 1
	origin      float64 // far is a polynomial in |x| − origin
	near, far   []float64
}

var erfsOf = map[Element]*erfs{
	Float32: { // N. Juffa's coefficients
		split: 0.921875, most: 4, origin: 0,
		near: []float64{-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1},
		far: []float64{
			-1.72853470e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1,
		},
	},
	Float64: { // Chebyshev fit of erf(x)/x, and a fit of log(erfc(x)) weighted with erfc(x)
		split: 1, most: 6, origin: 2,
		near: []float64{
			-7.795898827002142242e-10, 1.37200645467776856e-8, -1.62084838018717059e-7,
			1.644742470331736241e-6, -0.00001492473690741966034, 0.0001205529490483970792,
			-0.0008548325975389692081, 0.005223977607116422732, -0.02686617064323777036, 0.1128379167094500627,
			-0.3761263890318354044, 1.128379167095512567,
		},
		far: []float64{
			1.7394995342806655682e-11, -8.4130398823722680215e-11, -1.5224903154757406207e-10, 2.6196711317635206208e-9,
			-1.4233583995868412151e-8, 5.7672127065025630836e-8, -1.7287544798705188036e-7, 2.0379301556753983252e-7,
			1.9520012576618430163e-6, -0.000020706536130962874291, 0.00013530938333919021443, -0.00073239935327671585821,
			0.003570756343114026262, -0.016465118140495440307, -0.92375084182399255468, -4.4181608059943322435,
			-5.3649412646166327397,
		},
	},
}

// erf returns the error function within 1.5 ULP.
func (l *lowering) erf(x value) value {
	c := erfsOf[l.Element]
	t := l.atMost(l.absolute(x), c.most)
	square := l.square(t)
	near := l.polynomial(square, c.near)
	var far value
	if l.Element == Float32 {
		near = l.op(Fma, near, x, x)
		far = l.polynomial(t, c.far)
		far = l.op(Fms, far, t, t)
	} else {
		near = l.op(Mul, near, x)
		far = l.polynomial(l.op(Sub, t, l.number(c.origin)), c.far)
	}
	far = l.op(Sub, l.number(1), l.power(far))
	return l.choose(l.compare(Greater, t, l.number(c.split)), l.withSign(far, x), near)
}
