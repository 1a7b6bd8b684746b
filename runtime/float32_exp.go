package runtime

import "math"

// References: Tang, "Table-driven implementation of the exponential function in
// IEEE floating-point arithmetic" (1989); the constant that rounds to an integer
// and the arithmetic on exponents are as in ARM's optimized-routines.
//
// The float32_*.go files compute in float64 and round once at the end. Every
// product that meets an addition is written float64(a*b): that forbids a fused
// multiply-add, so the results have the same bits on every architecture.

// widen returns x·2⁻⁸⁹⁶, exactly, from the bits of a finite float32 x: sign,
// exponent and fraction move to where float64 has them, the exponent keeps the
// smaller bias. It takes the place of float64(x), whose instruction on amd64,
// CVTSS2SD, keeps the upper half of its destination and therefore may wait for
// what was last computed there: 7 to 13 ns per call in a loop instead of 3.
func widen(bits uint32) float64 {
	return math.Float64frombits(uint64(int64(int32(bits))<<29) &^ (7 << 60))
}

// exp2Table holds the bits of 2^(k/32), rounded to nearest. It is only read.
var exp2Table = [32]uint64{
	0x3ff0000000000000, 0x3ff059b0d3158574, 0x3ff0b5586cf9890f, 0x3ff11301d0125b51,
	0x3ff172b83c7d517b, 0x3ff1d4873168b9aa, 0x3ff2387a6e756238, 0x3ff29e9df51fdee1,
	0x3ff306fe0a31b715, 0x3ff371a7373aa9cb, 0x3ff3dea64c123422, 0x3ff44e086061892d,
	0x3ff4bfdad5362a27, 0x3ff5342b569d4f82, 0x3ff5ab07dd485429, 0x3ff6247eb03a5585,
	0x3ff6a09e667f3bcd, 0x3ff71f75e8ec5f74, 0x3ff7a11473eb0187, 0x3ff82589994cce13,
	0x3ff8ace5422aa0db, 0x3ff93737b0cdc5e5, 0x3ff9c49182a3f090, 0x3ffa5503b23e255d,
	0x3ffae89f995ad3ad, 0x3ffb7f76f2fb5e47, 0x3ffc199bdd85529c, 0x3ffcb720dcef9069,
	0x3ffd5818dcfba487, 0x3ffdfc97337b9b5f, 0x3ffea4afa2a490da, 0x3fff50765b6e4540,
}

// exp2Split writes 2^(u/32), |u| < 32·1022, as s·2^(t/32): s = 2^(k/32) with k
// the integer nearest to u, t = u - k, |t| ≤ ½. For eˣ, u is x·32/ln 2.
func exp2Split(u float64) (s, t float64) {
	const toInteger = 0x1.8p52 // so large that adding it rounds to an integer, in the lowest bits
	shifted := u + toInteger
	k := math.Float64bits(shifted)
	s = math.Float64frombits(exp2Table[k%32] + k>>5<<52) // k>>5 adds to the exponent
	return s, u - (shifted - toInteger)
}

// exp2Cubic returns 2^(t/32) - 1 for |t| ≤ ½, off by at most 1.5e-10. With
// a = t·ln2/32 that is a + a²/2 + a³/6 + a⁴/24. For the last term stands
// a²·m²/24, m = max|a| = ln2/64: off by m⁴/96, a quarter of what leaving it out costs.
func exp2Cubic(t float64) float64 {
	const c = math.Ln2 / 32
	return float64(c*t) + float64(float64(t*t)*(c*c/2*(1+c*c/48)+float64(c*c*c/6*t)))
}

// exp2Slope returns (2^(t/32) - 1)/t for |t| ≤ ½, within 1.2e-10 of its value:
// with a = t·ln2/32 that is ln2/32·(1 + a/2 + a²/6 + a³/24).
func exp2Slope(t float64) float64 {
	const c = math.Ln2 / 32
	return c + float64(c*c/2*t) + float64(float64(t*t)*(c*c*c/6+float64(c*c*c*c/24*t)))
}

// Exp32 returns eˣ, within 0.503 ULP.
func Exp32(x float32) float32 {
	b := math.Float32bits(x)
	if b&^(1<<31) >= 0x44000000 { // |x| ≥ 512, or NaN
		switch {
		case x > 0:
			return float32(math.Inf(1))
		case x < 0:
			return 0
		}
		return x
	}
	s, t := exp2Split(float64(widen(b) * (0x1p896 * 32 / math.Ln2)))
	return float32(s + float64(s*exp2Cubic(t)))
}

// Expm132 returns eˣ - 1, within 0.502 ULP also near 0; the sign of 0 is kept.
func Expm132(x float32) float32 {
	b := math.Float32bits(x)
	if b&^(1<<31) >= 0x44000000 { // |x| ≥ 512, or NaN
		switch {
		case x > 0:
			return float32(math.Inf(1))
		case x < 0:
			return -1
		}
		return x
	}
	// s·2^(t/32) - 1 = s·(2^(t/32) - 1) - (1 - s); near x = 0, s is 1
	s, t := exp2Split(float64(widen(b) * (0x1p896 * 32 / math.Ln2)))
	return float32(float64(float64(s*t)*exp2Slope(t)) - (1 - s))
}

// Tanh32 returns tanh x, within 0.502 ULP, and tanh -x = -tanh x; the sign of 0 is kept.
func Tanh32(x float32) float32 {
	b := math.Float32bits(x)
	if b&^(1<<31) >= 0x43800000 { // |x| ≥ 256, or NaN
		switch {
		case x > 0:
			return 1
		case x < 0:
			return -1
		}
		return x
	}
	// tanh |x| = e/(e + 2), e = exp(2|x|) - 1 as in Expm132
	s, t := exp2Split(float64(widen(b&^(1<<31)) * (0x1p896 * 64 / math.Ln2)))
	e := float64(float64(s*t)*exp2Slope(t)) - (1 - s)
	sign := math.Float64frombits(0x3ff<<52 | uint64(b>>31)<<63) // ±1
	return float32(float64(sign*e) / (e + 2))
}

// Sigmoid32 returns σ(x) = 1/(1 + e⁻ˣ), within 0.503 ULP.
func Sigmoid32(x float32) float32 {
	b := math.Float32bits(x)
	if b&^(1<<31) >= 0x44000000 { // |x| ≥ 512, or NaN
		switch {
		case x > 0:
			return 1
		case x < 0:
			return 0
		}
		return x
	}
	s, t := exp2Split(float64(widen(b) * (-0x1p896 * 32 / math.Ln2)))
	return float32(1 / (1 + s + float64(s*exp2Cubic(t))))
}

// TanhSoftplus32 returns tanh(ln(1 + eˣ)), by which mish multiplies x, within 0.503 ULP.
func TanhSoftplus32(x float32) float32 {
	b := math.Float32bits(x)
	if b&^(1<<31) >= 0x43800000 { // |x| ≥ 256, or NaN
		switch {
		case x > 0:
			return 1
		case x < 0:
			return 0
		}
		return x
	}
	// tanh u = (e²ᵘ − 1)/(e²ᵘ + 1) with eᵘ = 1 + eˣ
	s, t := exp2Split(float64(widen(b) * (0x1p896 * 32 / math.Ln2)))
	e := s + float64(s*exp2Cubic(t))
	n := float64(e * (e + 2))
	return float32(n / (n + 2))
}
