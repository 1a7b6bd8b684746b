package expr

// Loss is an entry of the registry: the loss of one output as a formula in the
// network's output y and its target t. A batch's loss is the mean over its
// rows of the sum, or the mean, over the outputs.
type Loss struct {
	Name    string
	Formula string // as a textbook writes it
	Doc     string // one sentence
	Params  []Param

	// Logits: y is a score before the Link, so the last layer must be linear.
	Logits bool
	// Link turns the output into a prediction: "sigmoid", "softmax", or ""
	// where the output is the prediction.
	Link string
	// Mean over the outputs; otherwise their sum.
	Mean bool
	// Element is the loss of one output, in y and t; p has a value for every
	// param. It is nil for softmax_cross_entropy, which couples the outputs
	// and is an op of the graph with its own pullback.
	Element func(p map[string]float64) Expr
}

// Losses lists the registry in the order of the documentation. To add a loss,
// add an entry.
var Losses = []*Loss{
	{
		Name:    "mean_squared_error",
		Formula: "L = mean (y − t)²",
		Doc:     "Mean over outputs and rows of the squared error.",
		Mean:    true,
		Element: func(map[string]float64) Expr { return Mul(r, r) },
	},
	{
		Name:    "half_squared_error",
		Formula: "L = ½·Σ (y − t)²",
		Doc:     "Half the squared error, summed over the outputs, mean over rows, as textbooks write it.",
		Element: func(map[string]float64) Expr { return Mul(Mul(half, r), r) },
	},
	{
		Name:    "mean_absolute_error",
		Formula: "L = mean |y − t|",
		Doc:     "Mean over outputs and rows of the absolute error; its derivative is 0 where y = t.",
		Mean:    true,
		Element: func(map[string]float64) Expr { return Abs.Of(r) },
	},
	{
		Name:    "huber",
		Formula: "L = mean of ½·(y − t)² if |y − t| ≤ delta, else delta·(|y − t| − ½·delta)",
		Doc:     "Squared for small errors, absolute for large ones, so that outliers pull with at most delta.",
		Params:  []Param{{"delta", 1, 1e-6, 1e6, "error at which the parabola becomes a line"}},
		Mean:    true,
		// Three branches instead of |r| and sign(r): the derivative is then r,
		// clipped to −delta and delta.
		Element: func(p map[string]float64) Expr {
			delta, halfDelta := Number(p["delta"]), Number(p["delta"]/2)
			below := Mul(Neg(delta), Add(r, halfDelta))
			above := Mul(delta, Sub(r, halfDelta))
			return If(Less(r, Neg(delta)), below, If(Less(delta, r), above, Mul(Mul(half, r), r)))
		},
	},
	{
		Name:    "binary_cross_entropy",
		Formula: "L = mean of −t·log(p) − (1 − t)·log(1 − p), with p = sigmoid(y)",
		Doc:     "Cross-entropy of independent yes-or-no outputs, from logits.",
		Params:  []Param{labelSmoothing},
		Logits:  true,
		Link:    "sigmoid",
		Mean:    true,
		// −t·log(p) − (1 − t)·log(1 − p) with log(p) = −softplus(−y) and
		// log(1 − p) = −softplus(y): finite for every y.
		// Smoothing moves every target towards ½.
		Element: func(p map[string]float64) Expr {
			smooth := t
			if e := p[labelSmoothing.Name]; e > 0 {
				smooth = Add(Mul(Number(1-e), t), Number(e/2))
			}
			return Sub(Softplus.Of(y), Mul(y, smooth))
		},
	},
	{
		Name:    "softmax_cross_entropy",
		Formula: "L = −Σ t·log(p), with p = softmax(y)",
		Doc:     "Cross-entropy of one class among several, from logits.",
		Params:  []Param{labelSmoothing},
		Logits:  true,
		Link:    "softmax",
	},
}

// labelSmoothing is a share ε of every target that is spread evenly over what the target can be: (1 − ε)·t + ε/K among K
// classes. A network is then not rewarded for ever larger logits (Szegedy et al. 2016).
var labelSmoothing = Param{"label_smoothing", 0, 0, 1, "share of the target that is spread evenly over the classes"}

// r is the residual.
var r = Sub(y, t)

// LookupLoss returns the loss called name.
func LookupLoss(name string) (*Loss, bool) {
	for _, l := range Losses {
		if l.Name == name {
			return l, true
		}
	}
	return nil, false
}

// LossNames returns the names of the registry, in its order.
func LossNames() []string {
	names := make([]string, len(Losses))
	for i, l := range Losses {
		names[i] = l.Name
	}
	return names
}
