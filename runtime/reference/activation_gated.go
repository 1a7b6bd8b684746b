package reference

import "math"

// The gated ones: y = z·g(z), where the gate g rises smoothly from 0 to 1. By
// the product rule y′ = g(z) + z·g′(z), and that is how each is written.

// gelu is y = z·Φ(z), where Φ(z) = ½·(1 + erf(z/√2)) is the distribution
// function of the standard normal, and its derivative φ(z) = e^(−z²/2)/√(2π).
//
// References: Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016).
type gelu struct{ smooth }

// gate returns Φ(z), by erfc, which unlike 1 + erf loses no digits on the left.
func (gelu) gate(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }

func (a gelu) value(z float64) float64 { return z * a.gate(z) }
func (a gelu) derivative(z, _ float64) float64 {
	phi := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
	return a.gate(z) + z*phi
}

// geluTanh is gelu with Φ(z) ≈ ½·(1 + tanh u), u = √(2/π)·(z + 0.044715·z³).
type geluTanh struct{ smooth }

const geluCubic = 0.044715

// gate returns tanh u and u′.
func (geluTanh) gate(z float64) (t, du float64) {
	c := math.Sqrt(2 / math.Pi)
	return math.Tanh(c * (z + geluCubic*z*z*z)), c * (1 + 3*geluCubic*z*z)
}

func (a geluTanh) value(z float64) float64 {
	t, _ := a.gate(z)
	return z * 0.5 * (1 + t)
}

func (a geluTanh) derivative(z, _ float64) float64 {
	t, du := a.gate(z)
	return 0.5*(1+t) + z*0.5*(1-t*t)*du
}

// silu, also called swish, is y = z·σ(z).
type silu struct{ smooth }

func (silu) value(z float64) float64 { return z * logistic(z) }
func (silu) derivative(z, _ float64) float64 {
	s := logistic(z)
	return s + z*s*(1-s)
}

// mish is y = z·tanh(softplus(z)); the gate's derivative is (1 − tanh²)·σ(z).
//
// References: Misra, "Mish: A Self Regularized Non-Monotonic Activation
// Function" (2019).
type mish struct{ smooth }

func (mish) value(z float64) float64 { return z * math.Tanh(logOnePlusExp(z)) }
func (mish) derivative(z, _ float64) float64 {
	t := math.Tanh(logOnePlusExp(z))
	return t + z*(1-t*t)*logistic(z)
}
