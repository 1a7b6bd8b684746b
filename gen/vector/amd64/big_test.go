package amd64_test

import (
	"math"
	"math/big"
)

// precision is the number of bits of the exact functions: enough for what cancels.
const precision = 320

func num(x float64) *big.Float         { return big.NewFloat(x).SetPrec(precision) }
func fresh() *big.Float                { return new(big.Float).SetPrec(precision) }
func plus(x, y *big.Float) *big.Float  { return fresh().Add(x, y) }
func minus(x, y *big.Float) *big.Float { return fresh().Sub(x, y) }
func over(x, y *big.Float) *big.Float  { return fresh().Quo(x, y) }

// bigExp returns eˣ: the Taylor series of x/2ⁿ, squared n times.
func bigExp(x *big.Float) *big.Float {
	halvings := max(0, x.MantExp(nil)+10)
	r := fresh().SetMantExp(x, -halvings)
	sum, term := num(1), num(1)
	for k := 1; k < 40; k++ {
		term = over(fresh().Mul(term, r), num(float64(k)))
		sum = plus(sum, term)
	}
	for range halvings {
		sum = fresh().Mul(sum, sum)
	}
	return sum
}

// bigExpm1 returns eˣ − 1.
func bigExpm1(x *big.Float) *big.Float {
	if x.MantExp(nil) < -200 {
		return x
	}
	return minus(bigExp(x), num(1))
}

// bigLog returns log x by Newton's method: each step has three times as many digits.
func bigLog(x *big.Float) *big.Float {
	m, e := fresh(), 0
	e = x.MantExp(m)
	at, _ := m.Float64()
	y := num(math.Log(at) + float64(e)*math.Ln2)
	for range 3 {
		p := bigExp(y)
		y = plus(y, over(fresh().Mul(num(2), minus(x, p)), plus(x, p)))
	}
	return y
}

// bigLog1p returns log(1 + x).
func bigLog1p(x *big.Float) *big.Float {
	if x.MantExp(nil) < -100 {
		return minus(x, over(fresh().Mul(x, x), num(2)))
	}
	return bigLog(plus(num(1), x))
}

func bigTanh(x *big.Float) *big.Float {
	if x.MantExp(nil) > 8 {
		return num(float64(x.Sign()))
	}
	e := bigExpm1(fresh().Mul(num(2), x))
	return over(e, plus(e, num(2)))
}

func bigSigmoid(x *big.Float) *big.Float {
	if x.MantExp(nil) > 12 {
		return num(1)
	}
	return over(num(1), plus(num(1), bigExp(fresh().Neg(x))))
}

func bigSoftplus(x *big.Float) *big.Float {
	y := num(0)
	if x.Sign() > 0 {
		y = x
	}
	if x.MantExp(nil) > 12 {
		return y
	}
	return plus(y, bigLog1p(bigExp(fresh().Neg(fresh().Abs(x)))))
}

func bigTanhSoftplus(x *big.Float) *big.Float {
	if x.MantExp(nil) > 12 {
		return num(float64((x.Sign() + 1) / 2))
	}
	e := bigExp(x)
	n := fresh().Mul(e, plus(e, num(2)))
	return over(n, plus(n, num(2)))
}

// bigNormalCDF returns erfc(−x/√2)/2 by that of a float64 next to −x/√2 and the slope there.
func bigNormalCDF(x *big.Float) *big.Float {
	u := over(fresh().Neg(x), fresh().Sqrt(num(2)))
	near, _ := u.Float64()
	rest, _ := plus(u, num(-near)).Float64()
	return num(math.Erfc(near)/2 - math.Exp(-near*near)/math.Sqrt(math.Pi)*rest)
}
