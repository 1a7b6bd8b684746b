package reference

import "math"

// Both cross entropies take logits, not probabilities: together with the
// sigmoid or softmax inside, the formulas get stable and the derivative simple.

// binaryCrossEntropy is l = −t·log p − (1 − t)·log(1 − p), where p = σ(y).
// Since log p = y − log(1 + eʸ) and log(1 − p) = −log(1 + eʸ):
//
//	l = log(1 + eʸ) − y·t;  l′ = σ(y) − t
//
// Label smoothing ε puts t + ε·(½ − t) in the place of t.
type binaryCrossEntropy struct {
	smooth
	smoothing float64
}

func (b binaryCrossEntropy) target(t float64) float64        { return t + b.smoothing*(0.5-t) }
func (b binaryCrossEntropy) value(y, t float64) float64      { return logOnePlusExp(y) - y*b.target(t) }
func (b binaryCrossEntropy) derivative(y, t float64) float64 { return logistic(y) - b.target(t) }

// softmaxCrossEntropy compares the classes' probabilities p = softmax(y) with a
// target row t, which is 1 for the right class and 0 elsewhere (one-hot), or
// any other distribution (soft):
//
//	p[o] = e^y[o] / Σₖ e^y[k]
//	L    = −Σₒ t[o]·log p[o]
//
// Label smoothing ε puts t[o] + ε·(1/classes − t[o]) in the place of t[o].
//
//	p, t, dy  [classes]
type softmaxCrossEntropy struct {
	smoothing float64
	p, t, dy  []float64
}

// Forward returns L = Σₒ t[o]·(log Σₖ e^y[k] − y[o]).
func (s *softmaxCrossEntropy) Forward(y, target []float64) float64 {
	s.p, s.t = sized(s.p, len(y)), sized(s.t, len(y))
	for o, to := range target {
		s.t[o] = to + s.smoothing*(1/float64(len(y))-to)
	}

	// Softmax is the same after a shift of all logits; with the largest at 0
	// no exponential overflows and their sum is at least 1.
	top := math.Inf(-1)
	for _, yo := range y {
		top = max(top, yo)
	}
	sum := 0.0
	for o, yo := range y {
		s.p[o] = math.Exp(yo - top)
		sum += s.p[o]
	}

	loss := 0.0
	logSum := top + math.Log(sum)
	for o, yo := range y {
		s.p[o] /= sum
		loss += s.t[o] * (logSum - yo)
	}
	return loss
}

// Backward returns dy[o] = p[o]·Σₖ t[k] − t[o]: the famous p − t for a target
// that sums to 1, and the true derivative for any other.
func (s *softmaxCrossEntropy) Backward() []float64 {
	s.dy = sized(s.dy, len(s.p))
	sum := 0.0
	for _, to := range s.t {
		sum += to
	}
	for o, p := range s.p {
		s.dy[o] = p*sum - s.t[o]
	}
	return s.dy
}
