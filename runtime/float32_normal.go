package runtime

import "math"

// NormalCDF32 returns Φ(x), the probability that a number from the standard normal distribution is below x, within
// 0.504 ULP also where it is small.
func NormalCDF32(x float32) float32 {
	b := math.Float32bits(x)
	if b&^(1<<31) >= 0x41700000 { // |x| ≥ 15, or NaN
		switch {
		case x > 0:
			return 1
		case x < 0:
			return 0
		}
		return x
	}
	a := float64(widen(b&^(1<<31)) * 0x1p896) // |x|, whose square is exact
	s, t := exp2Split(float64(float64(a*a) * (-16 / math.Ln2)))
	e := s + float64(s*exp2Cubic(t)) // e^(−a²/2)

	// Φ(−a)·e^(a²/2) = p/q for 0 ≤ a ≤ 14.3: a minimax fit, relative error 7.9e-11.
	p := float64(8.8243091818354633448e-4*a) + 0.011575179943377998053
	p = float64(p*a) + 0.071006856455230675138
	p = float64(p*a) + 0.24985971811841318813
	p = float64(p*a) + 0.5067363594455591503
	p = float64(p*a) + 0.49999999995997315745
	q := float64(2.2119292214235281465e-3*a) + 0.029014478362226267383
	q = float64(q*a) + 0.18020550286115399229
	q = float64(q*a) + 0.65521797817682713236
	q = float64(q*a) + 1.4449735551839933885
	q = float64(q*a) + 1.8113572720952110781
	q = float64(q*a) + 1
	y := float64(e*p) / q
	if x > 0 {
		y = 1 - y
	}
	return float32(y)
}
