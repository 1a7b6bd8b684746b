package reference

import "math"

// Loss measures how far the output y of one row is from its target: the last
// link of the chain, which turns a row into a number.
type Loss interface {
	// Forward returns L(y, target) and remembers what Backward needs.
	Forward(y, target []float64) float64

	// Backward returns dy for the row of the last Forward. The caller may
	// change it; it is valid until the next call.
	Backward() (dy []float64)
}

// losses lists the losses by their names in a spec.
var losses = []entry[Loss]{
	{"mean_squared_error", nil, func(settings) Loss { return &elementwise{term: squared{}, mean: true} }},
	{"half_squared_error", nil, func(settings) Loss { return &elementwise{term: halfSquared{}} }},
	{"mean_absolute_error", nil, func(settings) Loss { return &elementwise{term: absolute{}, mean: true} }},
	{"huber", settings{"delta": 1}, func(s settings) Loss { return &elementwise{term: huber{s["delta"]}, mean: true} }},
	{"binary_cross_entropy", settings{"label_smoothing": 0}, func(s settings) Loss {
		return &elementwise{term: binaryCrossEntropy{smoothing: s["label_smoothing"]}, mean: true}
	}},
	{"softmax_cross_entropy", settings{"label_smoothing": 0}, func(s settings) Loss {
		return &softmaxCrossEntropy{smoothing: s["label_smoothing"]}
	}},
}

// Losses returns the names that [NewLoss] knows.
func Losses() []string { return names(losses) }

// NewLoss returns the named loss. Parameters that params does not mention have
// their defaults: delta 1 of huber, label_smoothing 0 of the cross entropies.
func NewLoss(name string, params map[string]float64) Loss {
	return build("loss", losses, name, params)
}

// term is what one output adds to a loss, and its derivative by y.
type term interface {
	value(y, t float64) float64
	derivative(y, t float64) float64

	// kinks returns the residuals y − t at which the derivative jumps.
	kinks() []float64
}

// elementwise is a loss in which every output counts for itself:
//
//	L = s·Σₒ l(y[o], t[o]),  s = 1/outputs for a mean, 1 for a sum
//
//	y, t, dy  [outputs]
type elementwise struct {
	term
	mean     bool
	y, t, dy []float64
}

func (e *elementwise) scale() float64 {
	if e.mean {
		return 1 / float64(len(e.y))
	}
	return 1
}

// Forward returns L = s·Σₒ l(y[o], t[o]).
func (e *elementwise) Forward(y, target []float64) float64 {
	e.y, e.t = y, target
	sum := 0.0
	for o, yo := range y {
		sum += e.value(yo, target[o])
	}
	return sum * e.scale()
}

// Backward returns dy[o] = s·l′(y[o], t[o]).
func (e *elementwise) Backward() []float64 {
	e.dy = sized(e.dy, len(e.y))
	s := e.scale()
	for o, yo := range e.y {
		e.dy[o] = s * e.derivative(yo, e.t[o])
	}
	return e.dy
}

// margin returns the smallest distance of a residual of the last Forward to a
// kink.
func (e *elementwise) margin() float64 {
	least := math.Inf(1)
	for o, yo := range e.y {
		least = min(least, distance(yo-e.t[o], e.kinks()))
	}
	return least
}
