package reference

import "math"

// The relu family: straight for positive z, damped for negative z. At 0 each
// takes the derivative of the negative side, as PyTorch does. The comparisons
// are such that NaN in gives NaN out.

// linear is y = z, the activation of a layer that has none.
type linear struct{ smooth }

func (linear) value(z float64) float64         { return z }
func (linear) derivative(_, _ float64) float64 { return 1 }

// relu is y = max(z, 0); y′(0) = 0.
type relu struct{}

func (relu) value(z float64) float64 {
	if z < 0 {
		return 0
	}
	return z
}

func (relu) derivative(_, y float64) float64 {
	if y <= 0 {
		return 0
	}
	return 1
}

func (relu) kinks() []float64 { return []float64{0} }

// leakyReLU is y = z for z ≥ 0, s·z below; y′(0) = s.
type leakyReLU struct{ s float64 }

func (a leakyReLU) value(z float64) float64 {
	if z < 0 {
		return a.s * z
	}
	return z
}

func (a leakyReLU) derivative(z, _ float64) float64 {
	if z <= 0 {
		return a.s
	}
	return 1
}

func (leakyReLU) kinks() []float64 { return []float64{0} }

// elu is y = z for z > 0, α·(eᶻ − 1) below, where y′ = α·eᶻ = y + α;
// y′(0) = α, which is a kink unless α = 1.
type elu struct{ alpha float64 }

func (a elu) value(z float64) float64 {
	if z > 0 {
		return z
	}
	return a.alpha * math.Expm1(z)
}

func (a elu) derivative(z, y float64) float64 {
	if z > 0 {
		return 1
	}
	return y + a.alpha
}

func (a elu) kinks() []float64 {
	if a.alpha == 1 {
		return nil
	}
	return []float64{0}
}

// selu is y = λ·elu(z) with the α and λ that keep mean 0 and variance 1 from
// layer to layer; y′(0) = λ·α.
//
// References: Klambauer et al., "Self-Normalizing Neural Networks" (2017).
type selu struct{}

const (
	seluAlpha  = 1.6732632423543772848170429916717
	seluLambda = 1.0507009873554804934193349852946
)

func (selu) value(z float64) float64 {
	if z > 0 {
		return seluLambda * z
	}
	return seluLambda * seluAlpha * math.Expm1(z)
}

func (selu) derivative(z, y float64) float64 {
	if z > 0 {
		return seluLambda
	}
	return y + seluLambda*seluAlpha
}

func (selu) kinks() []float64 { return []float64{0} }
