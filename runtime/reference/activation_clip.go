package reference

// The clips: straight between two kinks, constant outside. At both kinks the
// derivative is that of the constant side, 0, as in PyTorch.

// clip returns z, or the bound that it exceeds; NaN stays NaN.
func clip(z, lo, hi float64) float64 {
	if z < lo {
		return lo
	}
	if z > hi {
		return hi
	}
	return z
}

// gate returns the derivative of clip by z: 0 from the bounds outward, else 1.
func gate(z, lo, hi float64) float64 {
	if z <= lo || z >= hi {
		return 0
	}
	return 1
}

// relu6 is y = min(max(z, 0), 6).
type relu6 struct{}

func (relu6) value(z float64) float64         { return clip(z, 0, 6) }
func (relu6) derivative(z, _ float64) float64 { return gate(z, 0, 6) }
func (relu6) kinks() []float64                { return []float64{0, 6} }

// hardTanh is y = min(max(z, −1), 1).
type hardTanh struct{}

func (hardTanh) value(z float64) float64         { return clip(z, -1, 1) }
func (hardTanh) derivative(z, _ float64) float64 { return gate(z, -1, 1) }
func (hardTanh) kinks() []float64                { return []float64{-1, 1} }

// hardSigmoid is y = relu6(z + 3)/6.
type hardSigmoid struct{}

func (hardSigmoid) value(z float64) float64         { return clip(z+3, 0, 6) / 6 }
func (hardSigmoid) derivative(z, _ float64) float64 { return gate(z, -3, 3) / 6 }
func (hardSigmoid) kinks() []float64                { return []float64{-3, 3} }
