package vector

// normals are the constants of the normal distribution: Φ(−a)·e^(a²/2) = over(a)/under(a), minimax fits from the highest
// coefficient on, relative error below, for a from least, where Φ is ½, to most, where it is taken for 0.
type normals struct {
	least, most float64
	high        uint64 // the upper half of a mantissa, whose square is exact
	over, under []float64
}

var normalsOf = map[Element]*normals{
	Float32: { // 4.5e-9
		least: 0x1p-40, most: 12.626, high: 0xfffff000,
		over: []float64{
			0.0039652618329604559155, 0.039611307479067182754, 0.18019548680820501725, 0.43417686601081103232,
			0.50000000227130080876,
		},
		under: []float64{
			0.0099392793718552942664, 0.099298779691378501141, 0.46144766809262027582, 1.189853249853597151,
			1.6662386193907602529, 1,
		},
	},
	Float64: { // 4.7e-17
		least: 0x1p-60, most: 37.158, high: 0xfffffffff8000000,
		over: []float64{
			1.3659227692929497304e-6, 0.000036809500509452046064, 0.00048551703291157443263,
			0.0040554013072132327239, 0.023462650732627367151, 0.097176050895799580227,
			0.28816603642427821312, 0.5924120427537744842, 0.77374525587920999416, 0.49999999999999997659,
		},
		under: []float64{
			3.4238606344841208876e-6, 0.000092267734749581734012, 0.0012204345833700147304,
			0.010257651304020523239, 0.060022307188185961328, 0.25356507233807741449,
			0.77873775419674566938, 1.7091287663350452231, 2.5561626451963874239, 2.3453750725612760936, 1,
		},
	},
}

// normalCDF returns Φ(x), the probability that a number from the standard normal distribution is below x, within 8.5 ULP
// where it is larger than 1e-36 (1e-301 for float64), and smaller ones as 0.
func (l *lowering) normalCDF(x value) value {
	c, shift := normalsOf[l.Element], powersOf[l.Element].vanishing()
	a := l.atMost(l.atLeast(l.absolute(x), c.least), c.most)
	// e^(−a²/2) with a²/2 = b·c + (a − b)·(½a + c), where b = 2c has so few bits that b·c is exact
	half := l.op(Mul, a, l.number(0.5))
	b, halfB := l.op(And, a, l.pattern(c.high)), l.op(And, half, l.pattern(c.high))
	t, n := l.rounded(l.op(Mul, a, half), -1, shift)
	r := l.less(l.op(Mul, b, halfB), n, -1)
	r = l.op(Fma, l.op(Sub, a, b), l.op(Add, half, halfB), r)
	e := l.exponential(r, l.raised(t), -1, shift, 0)
	y := l.op(Div, l.op(Mul, e, l.polynomial(a, c.over)), l.polynomial(a, c.under))
	return l.choose(l.compare(Less, x, l.number(0)), y, l.op(Sub, l.number(1), y))
}
