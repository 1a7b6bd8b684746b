package runtime

import "math"

// Sigmoid64 returns 1/(1 + e⁻ˣ). The exponential is of −|x|, so that it does not overflow.
func Sigmoid64(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

// Softplus64 returns log(1 + eˣ) = max(x, 0) + log(1 + e^(−|x|)).
func Softplus64(x float64) float64 {
	return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}

// TanhSoftplus64 returns tanh(log(1 + eˣ)).
func TanhSoftplus64(x float64) float64 {
	return math.Tanh(Softplus64(x))
}

// NormalCDF64 returns Φ(x), the probability that a number from the standard normal distribution is below x.
func NormalCDF64(x float64) float64 {
	return float64(0.5 * math.Erfc(-x/math.Sqrt2))
}
