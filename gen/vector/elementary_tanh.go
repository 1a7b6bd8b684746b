package vector

// tanhNear is (tanh(x) − x)/x³ in x² for |x| ≤ tanhSplit, from the highest coefficient on: Chebyshev fits.
var tanhNear = map[Element][]float64{
	Float32: {-0.00661022783111, 0.0213093886644, -0.0539094288275, 0.13333113729, -0.33333332008},
	Float64: {
		-0.0000206027653763663416, 0.00008511313685577671516, -0.0002346347410887237144, 0.000588936052007405777,
		-0.001455661830100716034, 0.003592110378689023877, -0.008863234397814354838, 0.0218694884936669419,
		-0.0539682539674340145, 0.1333333333333271483, -0.3333333333333333256,
	},
}

const tanhSplit = 0.55 // tanh 0.55 = 0.5005

// tanh returns, with the sign of x, a polynomial in |x| near 0 and 1 − 2/(e^2|x| + 1) elsewhere, within 2 ULP. The polynomial
// in x would make +0 of −0.
func (l *lowering) tanh(x value) value {
	a := l.atMost(l.absolute(x), powersOf[l.Element].one/2)
	r, s := l.split(l.op(Add, a, a), 1, 0)
	y := l.op(Div, l.number(2), l.exponential(r, s, 1, 0, 1))
	far := l.op(Sub, l.number(1), y)
	square := l.square(a)
	near := l.op(Mul, l.polynomial(square, tanhNear[l.Element]), square)
	return l.withSign(l.choose(l.compare(Greater, a, l.number(tanhSplit)), far, l.op(Fma, near, a, a)), x)
}
