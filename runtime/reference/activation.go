package reference

import "math"

// function is a scalar function y = f(z) with its derivative. The derivative is
// given y too, which it was computed from z before: for many functions, such as
// tanh′ = 1 − y², that saves the expensive part.
type function interface {
	value(z float64) float64
	derivative(z, y float64) float64

	// kinks returns the z at which the derivative jumps. There, derivative
	// returns one of the two sides; which one is said at each function.
	kinks() []float64
}

// smooth is embedded by functions whose derivative never jumps.
type smooth struct{}

func (smooth) kinks() []float64 { return nil }

// functions lists the activations by their names in a spec.
var functions = []entry[function]{
	{"linear", nil, func(settings) function { return linear{} }},
	{"relu", nil, func(settings) function { return relu{} }},
	{"leaky_relu", settings{"negative_slope": 0.01}, func(s settings) function { return leakyReLU{s["negative_slope"]} }},
	{"elu", settings{"alpha": 1}, func(s settings) function { return elu{s["alpha"]} }},
	{"selu", nil, func(settings) function { return selu{} }},
	{"gelu", nil, func(settings) function { return gelu{} }},
	{"gelu_tanh", nil, func(settings) function { return geluTanh{} }},
	{"silu", nil, func(settings) function { return silu{} }},
	{"mish", nil, func(settings) function { return mish{} }},
	{"tanh", nil, func(settings) function { return tanh{} }},
	{"sigmoid", nil, func(settings) function { return sigmoid{} }},
	{"hard_sigmoid", nil, func(settings) function { return hardSigmoid{} }},
	{"hard_tanh", nil, func(settings) function { return hardTanh{} }},
	{"softplus", nil, func(settings) function { return softplus{} }},
	{"softsign", nil, func(settings) function { return softsign{} }},
	{"relu6", nil, func(settings) function { return relu6{} }},
}

// Activations returns the names that [NewActivation] knows.
func Activations() []string { return names(functions) }

// activation applies a function to every element.
//
//	z, dz  [n]  input
//	y      [n]  output
type activation struct {
	fixed
	function
	z, dz, y []float64
}

// NewActivation returns a layer that applies the named function to each
// element. Parameters that params does not mention have their defaults:
// negative_slope 0.01 of leaky_relu, alpha 1 of elu.
func NewActivation(name string, params map[string]float64) Layer {
	return &activation{function: build("activation", functions, name, params)}
}

// Forward returns y[i] = f(z[i]).
func (a *activation) Forward(z []float64, _ Mode) []float64 {
	a.z, a.y = z, sized(a.y, len(z))
	for i, zi := range z {
		a.y[i] = a.value(zi)
	}
	return a.y
}

// Backward returns dz[i] = dy[i]·f′(z[i]): y[i] depends on no other z.
func (a *activation) Backward(dy []float64) []float64 {
	a.dz = sized(a.dz, len(dy))
	for i, zi := range a.z {
		a.dz[i] = dy[i] * a.derivative(zi, a.y[i])
	}
	return a.dz
}

// margin returns the smallest distance of a z of the last Forward to a kink.
func (a *activation) margin() float64 {
	least := math.Inf(1)
	for _, z := range a.z {
		least = min(least, distance(z, a.kinks()))
	}
	return least
}
