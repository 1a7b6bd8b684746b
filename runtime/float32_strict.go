package runtime

import "math"

// References: Cephes (Moshier) for the logarithm; the exponential and tanh are Chebyshev fits, the normal
// distribution a minimax fit.
//
// Networks whose numerics are strict call these functions. They have the bits of vector code without multiply-adds:
// the same polynomials on float32, step by step (gen/vector/elementary*.go), where a test compares them. Like vector
// code they take e⁻⁸⁰ and less for 0, so that no number is denormal. Every product is rounded by a conversion.

// strictScale returns n, the integer nearest to x/ln 2, and 2ⁿ⁻¹⁺ˢʰⁱᶠᵗ.
func strictScale(x, shift float32) (n, power float32) {
	const toInteger = 0x1.8p23 + 126 // adding it rounds to an integer, in the lowest bits: the exponent of 2ⁿ⁻¹
	t := float32(x*math.Log2E) + (toInteger + shift)
	return t - (toInteger + shift), math.Float32frombits(math.Float32bits(t) << 23)
}

// strictLess returns x − n·ln 2. It takes ln 2 in two parts, the first so short that n times it is exact.
func strictLess(x, n float32) float32 {
	return x - float32(n*0.693359375) - float32(n*-2.12194440e-4)
}

// strictSplit writes eˣ as eʳ·2ⁿ with n the integer nearest to x/ln 2, and returns r and 2ⁿ⁻¹⁺ˢʰⁱᶠᵗ.
func strictSplit(x, shift float32) (r, power float32) {
	n, power := strictScale(x, shift)
	return strictLess(x, n), power
}

// strictRest returns (eʳ − 1 − r)/r² for |r| ≤ ½·ln 2.
func strictRest(r float32) float32 {
	y := float32(0.00139261761199*r) + 0.00836317307451
	y = float32(y*r) + 0.0416665546621
	y = float32(y*r) + 0.166665770256
	return float32(y*r) + 0.5
}

// strictMinus1 returns eʳ − 1 for |r| ≤ ½·ln 2.
func strictMinus1(r float32) float32 {
	return float32(float32(strictRest(r)*r)*r) + r // not r², which is denormal where r is small
}

// strictPower returns eʳ for |r| ≤ ½·ln 2. All but 1 is added up first: with eʳ as 1 + r·(1 + …) it would fall once, at
// −0.24993926.
func strictPower(r float32) float32 { return strictMinus1(r) + 1 }

// StrictExp32 returns eˣ within 1.5 ULP from −79 on, and 0 from −80 down.
func StrictExp32(x float32) float32 {
	const least = -115 * math.Ln2
	if x > 89 {
		x = 89
	}
	if x < least {
		x = least
	}
	r, s := strictSplit(x, -11) // 2ⁿ⁻¹² is 0 where n is −115
	return float32(float32(strictPower(r)*0x1p12) * s)
}

// strictSigned returns y with one more bit, the sign of an argument.
func strictSigned(y float32, sign uint32) float32 {
	return math.Float32frombits(math.Float32bits(y) | sign)
}

// StrictExpm132 returns eˣ − 1 within 2 ULP.
func StrictExpm132(x float32) float32 {
	sign := math.Float32bits(x) & (1 << 31)
	if x < -20 {
		x = -20
	}
	if x > 89 {
		x = 89
	}
	r, s := strictSplit(x, 0)
	y := float32(strictMinus1(r)*s) + (s - 0.5)
	return strictSigned(y+y, sign)
}

// StrictSigmoid32 returns σ(x) = 1/(1 + e⁻ˣ) within 3 ULP from −79 on, and 0 from −80 down.
func StrictSigmoid32(x float32) float32 {
	const least = -115 * math.Ln2
	if x < least {
		x = least
	}
	if x > 40 {
		x = 40
	}
	r, s := strictSplit(-x, 14) // 2ⁿ⁺¹³ is infinite where n is 115
	return 1 / (float32(float32(strictPower(r)*0x1p-13)*s) + 1)
}

// StrictTanh32 returns, with the sign of x, a polynomial in |x| near 0 and 1 − 2/(e^2|x| + 1) elsewhere, within 2 ULP.
func StrictTanh32(x float32) float32 {
	sign := math.Float32bits(x) & (1 << 31)
	a := math.Float32frombits(math.Float32bits(x) &^ (1 << 31))
	if a > 10 {
		a = 10
	}
	if a > 0.55 {
		r, s := strictSplit(a+a, 0)
		y := 1 - 2/(float32(float32(strictPower(r)*2)*s)+1)
		return strictSigned(y, sign)
	}
	square := strictSquare(a)
	y := float32(-0.00661022783111*square) + 0.0213093886644
	y = float32(y*square) - 0.0539094288275
	y = float32(y*square) + 0.13333113729
	y = float32(y*square) - 0.33333332008
	y = float32(float32(y*square)*a) + a
	return strictSigned(y, sign)
}

// strictSquare returns x², and not a denormal number where x is small.
func strictSquare(x float32) float32 {
	if x < 0x1p-60 {
		x = 0x1p-60
	}
	return float32(x * x)
}

// strictLog returns log u + rest for u > 0 that is neither denormal nor infinite. lift is subtracted from its exponent.
func strictLog(u, rest, lift float32) float32 {
	const one, root = 0x3f800000, 0x3f3504f3 // the bits of 1 and of √½
	i := math.Float32bits(u) + (one - root)
	e := math.Float32frombits(i>>23|0x4b000000) - (0x1p23 + 127) - lift
	f := math.Float32frombits(i&(1<<23-1)+root) - 1 // log u = e·ln 2 + log(1 + f), √½ ≤ 1 + f < √2
	square := float32(f * f)
	y := float32(7.0376836292e-2*f) - 1.1514610310e-1
	y = float32(y*f) + 1.1676998740e-1
	y = float32(y*f) - 1.2420140846e-1
	y = float32(y*f) + 1.4249322787e-1
	y = float32(y*f) - 1.6668057665e-1
	y = float32(y*f) + 2.0000714765e-1
	y = float32(y*f) - 2.4999993993e-1
	y = float32(y*f) + 3.3333331174e-1
	y = float32(float32(y*f) * square)
	y = float32(e*-2.12194440e-4) + y
	y -= float32(square * 0.5)
	return float32(e*0.693359375) + (f + (y + rest))
}

// strictOutside returns y = log x, or what it is where x is not a positive number.
func strictOutside(y, x float32) float32 {
	switch {
	case !(x < float32(math.Inf(1))):
		return x
	case x < 0:
		return float32(math.NaN())
	case x == 0:
		return float32(math.Inf(-1))
	}
	return y
}

// StrictLog32 returns ln x within 1.5 ULP, of denormal numbers, too: −Inf for 0, NaN for x < 0.
func StrictLog32(x float32) float32 {
	u, lift := x, float32(0)
	if x < 0x1p-126 {
		u, lift = float32(x*0x1p23), 23
	}
	return strictOutside(strictLog(u, 0, lift), x)
}

// StrictLog1p32 returns ln(1+x) within 2 ULP: −Inf for −1, NaN for x < −1.
func StrictLog1p32(x float32) float32 {
	u := x + 1
	rest := x - (u - 1) // what was rounded off
	return strictSigned(strictOutside(strictLog(u, rest/u, 0), u), math.Float32bits(x)&(1<<31))
}

// StrictSoftplus32 returns ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|) within 2.5 ULP from −79 on, and 0 from −80 down.
func StrictSoftplus32(x float32) float32 {
	e := StrictExp32(math.Float32frombits(math.Float32bits(x) | 1<<31))
	u := e + 1
	rest := e - (u - 1)
	// 1/u, which only has to be right where u is 1: rest is that small
	rest = float32(rest * (1.5 - float32(u*0.5)))
	if x < 0 {
		return 0 + strictLog(u, rest, 0)
	}
	return x + strictLog(u, rest, 0)
}

// StrictTanhSoftplus32 returns tanh(ln(1 + eˣ)) within 4.5 ULP from −79 on, and 0 from −80 down.
func StrictTanhSoftplus32(x float32) float32 {
	if x > 20 {
		x = 20
	}
	e := StrictExp32(x)
	m := e + 2
	return float32(e*m) / (float32(e*m) + 2)
}

// StrictNormalCDF32 returns Φ(x) within 8.5 ULP where it is larger than 1e-36, and smaller ones as 0.
func StrictNormalCDF32(x float32) float32 {
	const least, most, high = 0x1p-40, 12.626, 0xfffff000
	a := math.Float32frombits(math.Float32bits(x) &^ (1 << 31))
	if a > most {
		a = most
	}
	if a < least {
		a = least
	}
	// e^(−a²/2) with a²/2 = b·c + (a − b)·(½a + c), where b = 2c has so few bits that b·c is exact
	half := float32(a * 0.5)
	b := math.Float32frombits(math.Float32bits(a) & high)
	c := math.Float32frombits(math.Float32bits(half) & high)
	n, s := strictScale(-float32(a*half), -11)
	r := strictLess(-float32(b*c), n) - float32((a-b)*(half+c))
	e := float32(float32(strictPower(r)*0x1p12) * s)

	p := float32(0.0039652618329604559155*a) + 0.039611307479067182754
	p = float32(p*a) + 0.18019548680820501725
	p = float32(p*a) + 0.43417686601081103232
	p = float32(p*a) + 0.50000000227130080876
	q := float32(0.0099392793718552942664*a) + 0.099298779691378501141
	q = float32(q*a) + 0.46144766809262027582
	q = float32(q*a) + 1.189853249853597151
	q = float32(q*a) + 1.6662386193907602529
	q = float32(q*a) + 1
	y := float32(e*p) / q
	if x < 0 {
		return y
	}
	return 1 - y
}
