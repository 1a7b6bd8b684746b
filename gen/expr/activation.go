package expr

import "math"

// Param is a number that a spec may set on an activation or a loss.
type Param struct {
	Name     string
	Default  float64
	Min, Max float64 // both allowed
	Doc      string
}

// Activation is an entry of the registry: y as a formula in z.
//
// At a kink the derivative is that of the branch whose condition the kink
// bounds (see Diff): 0 for relu at 0 and for every clip at both its ends, the
// slope of the negative side for leaky_relu, elu and selu, as in PyTorch.
type Activation struct {
	Name    string
	Formula string // as a textbook writes it
	Doc     string // one sentence
	Params  []Param
	Y       func(p map[string]float64) Expr // in z; p has a value for every param

	// ReLUFamily: about z above zero and little below, which is what
	// He initialization is made for.
	ReLUFamily bool
	// Increasing: z passes each threshold k of the formula exactly when y
	// passes Y(k), so that y tells as well as z which branch was taken.
	Increasing bool
	// Identities tell parts of the derivative in y that do not show there as
	// y itself.
	Identities []Identity
}

// Identity says that the formula InZ, in z, equals InY, in y.
type Identity struct{ InZ, InY Expr }

// Activations lists the registry in the order of the documentation. To add an
// activation, add an entry.
var Activations = []*Activation{
	{
		Name:    "linear",
		Formula: "y = z",
		Doc:     "Passes z on; the default, and the last layer before a loss that takes logits.",
		Y:       func(map[string]float64) Expr { return z },
	},
	{
		Name:    "relu",
		Formula: "y = max(z, 0)",
		Doc:     "The rectified linear unit.",
		// Not max(z, 0): NaN in, NaN out, on every path of the generated code.
		Y: func(map[string]float64) Expr {
			return If(Less(z, zero), zero, z)
		},
		ReLUFamily: true,
		Increasing: true,
	},
	{
		Name:    "leaky_relu",
		Formula: "y = z if z ≥ 0, else negative_slope·z",
		Doc:     "A rectifier that keeps a small slope below zero, so that no unit dies.",
		Params:  []Param{{"negative_slope", 0.01, 0, 1, "slope below zero"}},
		Y: func(p map[string]float64) Expr {
			return If(Less(z, zero), Mul(Number(p["negative_slope"]), z), z)
		},
		ReLUFamily: true,
		Increasing: true,
	},
	{
		Name:    "elu",
		Formula: "y = z if z ≥ 0, else alpha·(eᶻ − 1)",
		Doc:     "The exponential linear unit: bends smoothly to −alpha below zero.",
		Params:  []Param{{"alpha", 1, 0, 100, "−alpha is the limit below zero"}},
		// expm1 and not exp(z) − 1, which cancels near 0.
		Y: func(p map[string]float64) Expr {
			return If(Less(z, zero), Mul(Number(p["alpha"]), Expm1.Of(z)), z)
		},
		ReLUFamily: true,
		Increasing: true,
	},
	{
		Name:    "selu",
		Formula: "y = λ·z if z ≥ 0, else λ·α·(eᶻ − 1), with λ = 1.0507… and α = 1.6732…",
		Doc:     "The scaled exponential linear unit: its constants keep mean 0 and variance 1 from layer to layer.",
		Y: func(map[string]float64) Expr {
			return If(Less(z, zero), Mul(Number(seluScale*seluAlpha), Expm1.Of(z)), Mul(Number(seluScale), z))
		},
		ReLUFamily: true,
		Increasing: true,
	},
	{
		Name:    "gelu",
		Formula: "y = z·Φ(z) = ½·z·(1 + erf(z/√2))",
		Doc:     "The Gaussian error linear unit, exact: z times the normal distribution's probability of a value below z.",
		// Φ and not 1 + erf, which cancels below zero.
		Y: func(map[string]float64) Expr {
			return Mul(z, NormalCDF.Of(z))
		},
		ReLUFamily: true,
	},
	{
		Name:    "gelu_tanh",
		Formula: "y = ½·z·(1 + tanh(√(2/π)·(z + 0.044715·z³)))",
		Doc:     "The tanh form of gelu, as GPT-2 and BERT have it.",
		// ½·(1 + tanh(u)) = sigmoid(2·u), and 1 + tanh cancels below zero.
		Y: func(map[string]float64) Expr {
			cubic := Mul(Mul(Mul(Number(0.044715), z), z), z)
			return Mul(z, Sigmoid.Of(Mul(Sqrt.Of(Number(8/math.Pi)), Add(z, cubic))))
		},
		ReLUFamily: true,
	},
	{
		Name:    "silu",
		Formula: "y = z·sigmoid(z)",
		Doc:     "The sigmoid linear unit, also called swish.",
		Y: func(map[string]float64) Expr {
			return Mul(z, Sigmoid.Of(z))
		},
		ReLUFamily: true,
	},
	{
		Name:    "mish",
		Formula: "y = z·tanh(softplus(z))",
		Doc:     "A smooth rectifier with a dip below zero, close to silu.",
		Y: func(map[string]float64) Expr {
			return Mul(z, TanhSoftplus.Of(z))
		},
		ReLUFamily: true,
	},
	{
		Name:    "tanh",
		Formula: "y = tanh(z)",
		Doc:     "The hyperbolic tangent, from −1 to 1.",
		Y:       func(map[string]float64) Expr { return Tanh.Of(z) },
	},
	{
		Name:    "sigmoid",
		Formula: "y = 1/(1 + e⁻ᶻ)",
		Doc:     "The logistic function, from 0 to 1.",
		Y:       func(map[string]float64) Expr { return Sigmoid.Of(z) },
	},
	{
		Name:    "hard_sigmoid",
		Formula: "y = (z + 3)/6, clipped to 0 and 1",
		Doc:     "A sigmoid of three straight lines, as PyTorch has it.",
		Y: func(map[string]float64) Expr {
			return If(Less(z, Number(-3)), zero, If(Less(Number(3), z), one, Div(Add(z, Number(3)), Number(6))))
		},
		Increasing: true,
	},
	{
		Name:    "hard_tanh",
		Formula: "y = z, clipped to −1 and 1",
		Doc:     "A tanh of three straight lines.",
		Y: func(map[string]float64) Expr {
			return If(Less(z, Number(-1)), Number(-1), If(Less(one, z), one, z))
		},
		Increasing: true,
	},
	{
		Name:    "softplus",
		Formula: "y = log(1 + eᶻ)",
		Doc:     "A smooth rectifier that is positive everywhere.",
		Y:       func(map[string]float64) Expr { return Softplus.Of(z) },
	},
	{
		Name:    "softsign",
		Formula: "y = z/(1 + |z|)",
		Doc:     "Like tanh, from −1 to 1, with slower tails and no exponential.",
		Y: func(map[string]float64) Expr {
			return Div(z, Add(one, Abs.Of(z)))
		},
		// |y| = |z|/(1 + |z|), hence 1 − |y| = 1/(1 + |z|).
		Identities: []Identity{{Add(one, Abs.Of(z)), Div(one, Sub(one, Abs.Of(y)))}},
	},
	{
		Name:    "relu6",
		Formula: "y = z, clipped to 0 and 6",
		Doc:     "A rectifier with a ceiling, for networks to be quantized.",
		Y: func(map[string]float64) Expr {
			return If(Less(z, zero), zero, If(Less(Number(6), z), Number(6), z))
		},
		ReLUFamily: true,
		Increasing: true,
	},
}

// The constants of Klambauer et al., "Self-Normalizing Neural Networks"
// (2017), in the digits that PyTorch has.
const (
	seluScale = 1.0507009873554804934193349852946
	seluAlpha = 1.6732632423543772848170429916717
)

// z is the pre-activation; y is the activation, or the network's output in a
// loss; t is the target; dy is ∂L/∂y.
var z, y, t, dy = Name("z"), Name("y"), Name("t"), Name("dy")

// LookupActivation returns the activation called name.
func LookupActivation(name string) (*Activation, bool) {
	for _, a := range Activations {
		if a.Name == name {
			return a, true
		}
	}
	return nil, false
}

// ActivationNames returns the names of the registry, in its order.
func ActivationNames() []string {
	names := make([]string, len(Activations))
	for i, a := range Activations {
		names[i] = a.Name
	}
	return names
}

// Defaults returns the default value of each param.
func Defaults(params []Param) map[string]float64 { return resolve(params, nil) }

// resolve returns p with the defaults for what p does not set, and without what
// params do not have.
func resolve(params []Param, p map[string]float64) map[string]float64 {
	all := make(map[string]float64, len(params))
	for _, param := range params {
		all[param.Name] = param.Default
		if v, ok := p[param.Name]; ok {
			all[param.Name] = v
		}
	}
	return all
}
