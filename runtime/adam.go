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
func (o Adam) float32() update[float32] { return adam[float32](o, o.WeightDecay, 0) }
func (o Adam) float64() update[float64] { return adam[float64](o, o.WeightDecay, 0) }
func (o Adam) settings() []setting      { return adamSettings("Adam.", o) }

// AdamW is Adam with the weight decay taken out of the gradient:
//
//	p ← p − η·weight_decay·p
//	then as Adam with d = g
//
// Defaults: those of Adam, but weight decay 0.01.
type AdamW struct{ LearningRate, Beta1, Beta2, Epsilon, WeightDecay float64 }

func (o AdamW) rate() float64            { return o.LearningRate }
func (o AdamW) float32() update[float32] { return adam[float32](Adam(o), 0, o.WeightDecay) }
func (o AdamW) float64() update[float64] { return adam[float64](Adam(o), 0, o.WeightDecay) }
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

// adam is Adam with two decays: coupled is added to the gradient, decoupled
// shrinks the parameter itself. It is not inlined, nor are its like: a copy of
// the closure would call math.Sqrt where the original has the instruction, and
// take twice the time (Go 1.26).
//
//go:noinline
func adam[F Float](o Adam, coupled, decoupled float64) update[F] {
	beta1, rest1 := F(o.Beta1), F(1-o.Beta1)
	beta2, rest2 := F(o.Beta2), F(1-o.Beta2)
	eps, decay := F(o.Epsilon), F(coupled)
	return update[F]{vectors: 2, apply: func(p, g []F, state [][]F, rate float64, t uint64) {
		// The corrections are numbers of the whole step, so they are made in float64.
		eta := F(rate / (1 - power(o.Beta1, t)))
		correct := F(math.Sqrt(1 - power(o.Beta2, t)))
		keep := F(1 - float64(rate*decoupled))
		g, m, v := g[:len(p)], state[0][:len(p)], state[1][:len(p)]
		for i, w := range p {
			d := g[i] + F(decay*w)
			mean := F(beta1*m[i]) + F(rest1*d)
			square := F(beta2*v[i]) + F(rest2*F(d*d))
			m[i], v[i] = mean, square
			p[i] = F(w*keep) - F(eta*(mean/(F(math.Sqrt(float64(square)))/correct+eps)))
		}
	}}
}
