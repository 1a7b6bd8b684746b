package runtime

import "math"

// logTable holds pairs of 1/c, a multiple of 1/128, and ln c for one c in each
// sixteenth of the octave from 0.70 to 1.40; the sixteenth around 1 has c = 1,
// so that logarithms near 0 keep all their digits. It is only read.
var logTable = [16]struct{ inverse, log float64 }{
	{0x1.66p+00, -0x1.5767717455a6cp-02}, {0x1.56p+00, -0x1.2895a13de86a3p-02},
	{0x1.48p+00, -0x1.fb9186d5e3e2bp-03}, {0x1.3cp+00, -0x1.af3c94e80bff3p-03},
	{0x1.3p+00, -0x1.5ff3070a793d4p-03}, {0x1.26p+00, -0x1.1b72ad52f67ap-03},
	{0x1.1cp+00, -0x1.a926d3a4ad563p-04}, {0x1.12p+00, -0x1.16536eea37ae1p-04},
	{0x1.08p+00, -0x1.f829b0e7833p-06}, {0x1p+00, 0},
	{0x1.e4p-01, 0x1.ccb73cdddb2ccp-05}, {0x1.c8p-01, 0x1.da727638446a2p-04},
	{0x1.bp-01, 0x1.5bf406b543db2p-03}, {0x1.9cp-01, 0x1.bd087383bd8adp-03},
	{0x1.88p-01, 0x1.1178e8227e47cp-02}, {0x1.74p-01, 0x1.4718dc271c41bp-02},
}

// logSplit writes ln w, for a finite w > 0 that is not subnormal, as
// base + ln(1+r): w = 2^k·c·(1+r) with an integer k, c from the table and
// |r| ≤ 0.031; base = k·ln 2 + ln c.
func logSplit(w float64) (base, r float64) {
	const low = 0x3fe6700000000000 // bits of 0.70, where the table's octave begins
	b := math.Float64bits(w) - low
	c := &logTable[b>>48%16]
	m := math.Float64frombits(low + b&(1<<52-1)) // w / 2^k
	return float64(float64(int64(b)>>52)*math.Ln2) + c.log, float64(m*c.inverse) - 1
}

// logSeries returns ln(1+r) for |r| ≤ 0.031, within 1.3e-10 of its value, as
// r - r²/2 + r³/3 - r⁴/4 + r⁵/5 - r⁶/6.
func logSeries(r float64) float64 {
	r2 := float64(r * r)
	high := -1.0/4 + float64(1.0/5*r) - float64(1.0/6*r2)
	return r + float64(r2*(-1.0/2+float64(1.0/3*r)+float64(r2*high)))
}

// Log32 returns ln x, within 0.502 ULP: -Inf for 0, NaN for x < 0.
func Log32(x float32) float32 {
	b := math.Float32bits(x)
	w := math.Float64frombits(uint64(b)<<29 + 896<<52) // x, if that is normal and not negative
	if b-0x00800000 >= 0x7f800000-0x00800000 {         // no normal positive number
		switch {
		case x == 0:
			return float32(math.Inf(-1))
		case x < 0:
			return float32(math.NaN())
		case x > math.MaxFloat32 || x != x:
			return x
		}
		w = float64(x) // subnormal as a float32, not as a float64
	}
	base, r := logSplit(w)
	return float32(base + logSeries(r))
}

// Log1p32 returns ln(1+x), within 0.502 ULP also near 0: -Inf for -1, NaN for
// x < -1; the sign of 0 is kept.
func Log1p32(x float32) float32 {
	b := math.Float32bits(x)
	z := float64(widen(b) * 0x1p896)                             // x, if that is finite
	if b&^(1<<31)-0x35800000 < 0x7f800000-0x35800000 && x > -1 { // 2⁻²⁰ ≤ |x| < Inf
		base, r := logSplit(1 + z) // 1 + z is exact, or off by less than one part in 2⁵³
		return float32(base + logSeries(r))
	}
	switch {
	case x < -1:
		return float32(math.NaN())
	case x == -1:
		return float32(math.Inf(-1))
	case x < 1: // ln(1+x) = x - x²/2 ...
		return float32(z - float64(float64(0.5*z)*z))
	}
	return x
}

// Softplus32 returns ln(1 + eˣ), within 0.504 ULP.
func Softplus32(x float32) float32 {
	b := math.Float32bits(x)
	if b&^(1<<31) >= 0x44000000 { // |x| ≥ 512, or NaN
		if x < 0 {
			return 0
		}
		return x
	}
	s, t := exp2Split(float64(widen(b) * (0x1p896 * 32 / math.Ln2)))
	u := s + float64(s*exp2Cubic(t))
	if x < -12 { // 1 + u would round u too much: ln(1+u) = u - u²/2 ...
		return float32(u - float64(float64(0.5*u)*u))
	}
	base, r := logSplit(1 + u)
	return float32(base + logSeries(r))
}
