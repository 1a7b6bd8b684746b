package reference

import "math"

// The sigmoids: smooth, monotone, from one plateau to another; and softplus,
// the integral of one. Their derivatives are cheap in y.

// logistic returns σ(z) = 1/(1 + e⁻ᶻ). Where e⁻ᶻ overflows it is 0, as it should.
func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// sigmoid is y = σ(z), with y′ = y·(1 − y).
type sigmoid struct{ smooth }

func (sigmoid) value(z float64) float64         { return logistic(z) }
func (sigmoid) derivative(_, y float64) float64 { return y * (1 - y) }

// tanh is y = tanh z, with y′ = 1 − y².
type tanh struct{ smooth }

func (tanh) value(z float64) float64         { return math.Tanh(z) }
func (tanh) derivative(_, y float64) float64 { return 1 - y*y }

// softsign is y = z/(1 + |z|), with y′ = 1/(1 + |z|)².
type softsign struct{ smooth }

func (softsign) value(z float64) float64 { return z / (1 + math.Abs(z)) }
func (softsign) derivative(z, _ float64) float64 {
	d := 1 + math.Abs(z)
	return 1 / (d * d)
}

// logOnePlusExp returns log(1 + eᶻ) as max(z, 0) + log(1 + e^−|z|), in which
// nothing overflows.
func logOnePlusExp(z float64) float64 {
	return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
}

// softplus is y = log(1 + eᶻ), with y′ = σ(z).
type softplus struct{ smooth }

func (softplus) value(z float64) float64         { return logOnePlusExp(z) }
func (softplus) derivative(z, _ float64) float64 { return logistic(z) }
