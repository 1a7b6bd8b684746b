package runtime

import "math"

// References:
//
//	Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015, arXiv:1412.6980.
//	Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019, arXiv:1711.05101.

// Adam scales a running mean m of the gradient by the root of a running mean v
// of its square, both corrected for having started at zero:
//
//	d = g + weight_decay·p
//	m ← beta1·m + (1−beta1)·d
//	v ← beta2·v + (1−beta2)·d²
//	p ← p − η · m/(1−beta1ᵗ) / (√(v/(1−beta2ᵗ)) + epsilon)
//
// Defaults: learning rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8, weight decay 0.
type Adam struct{ LearningRate, Beta1, Beta2, Epsilon, WeightDecay float64 }

func (o Adam) rate() float64            { return o.LearningRate }
func (o Adam) float32() update[float32] { return adam(o, o.WeightDecay, 0, adamUpdate32) }
func (o Adam) float64() update[float64] { return adam(o, o.WeightDecay, 0, adamUpdate64) }
func (o Adam) settings() []setting      { return adamSettings("Adam.", o) }

// AdamW is Adam with the weight decay taken out of the gradient:
//
//	p ← p − η·weight_decay·p
//	then as Adam with d = g
//
// Defaults: those of Adam, but weight decay 0.01.
type AdamW struct{ LearningRate, Beta1, Beta2, Epsilon, WeightDecay float64 }

func (o AdamW) rate() float64            { return o.LearningRate }
func (o AdamW) float32() update[float32] { return adam(Adam(o), 0, o.WeightDecay, adamUpdate32) }
func (o AdamW) float64() update[float64] { return adam(Adam(o), 0, o.WeightDecay, adamUpdate64) }
func (o AdamW) settings() []setting      { return adamSettings("AdamW.", Adam(o)) }

func adamSettings(name string, o Adam) []setting {
	return []setting{
		{name + "LearningRate", o.LearningRate, positive},
		{name + "Beta1", o.Beta1, belowOne},
		{name + "Beta2", o.Beta2, belowOne},
		{name + "Epsilon", o.Epsilon, epsilonRange},
		{name + "WeightDecay", o.WeightDecay, atLeastZero},
	}
}

// adamKernel is an adamUpdate of some precision.
type adamKernel[F Float] func(p, m, v, g []F, eta, beta1, rest1, beta2, rest2, correct, epsilon, decay, keep F)

// adam is Adam with two decays: coupled is added to the gradient, decoupled
// shrinks the parameter itself.
func adam[F Float](o Adam, coupled, decoupled float64, apply adamKernel[F]) update[F] {
	powers1, powers2 := powersOf(o.Beta1), powersOf(o.Beta2)
	return update[F]{vectors: 2, apply: func(p, g []F, state [][]F, rate float64, t uint64) {
		// The corrections are numbers of the whole step, so they are made in float64.
		eta := rate / powers1.rest(t)
		correct := 1 / math.Sqrt(powers2.rest(t))
		keep := 1 - float64(rate*decoupled)
		apply(p, state[0], state[1], g, F(eta), F(o.Beta1), F(1-o.Beta1), F(o.Beta2), F(1-o.Beta2),
			F(correct), F(o.Epsilon), F(coupled), F(keep))
	}}
}
