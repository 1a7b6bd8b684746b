package runtime

// References:
//
//	Tieleman and Hinton, Lecture 6.5 – RMSProp, Coursera: Neural Networks for Machine Learning, 2012.
//	Duchi, Hazan and Singer, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, JMLR 12, 2011.

// RMSProp divides the gradient by a running root of its mean square s:
//
//	d = g + weight_decay·p
//	s ← alpha·s + (1−alpha)·d²
//	v ← momentum·v + d/(√s + epsilon)
//	p ← p − η·v
//
// Defaults: learning rate 0.01, alpha 0.99, epsilon 1e-8, momentum 0, weight decay 0.
type RMSProp struct{ LearningRate, Alpha, Epsilon, Momentum, WeightDecay float64 }

func (o RMSProp) rate() float64            { return o.LearningRate }
func (o RMSProp) float32() update[float32] { return rmsProp(o, rmsPropUpdate32) }
func (o RMSProp) float64() update[float64] { return rmsProp(o, rmsPropUpdate64) }
func (o RMSProp) settings() []setting {
	return []setting{
		{"RMSProp.LearningRate", o.LearningRate, positive},
		{"RMSProp.Alpha", o.Alpha, upToOne},
		{"RMSProp.Epsilon", o.Epsilon, epsilonRange},
		{"RMSProp.Momentum", o.Momentum, belowOne},
		{"RMSProp.WeightDecay", o.WeightDecay, atLeastZero},
	}
}

func rmsProp[F Float](o RMSProp, apply func(p, s, v, g []F, eta, alpha, rest, epsilon, mu, decay F)) update[F] {
	return update[F]{vectors: 2, apply: func(p, g []F, state [][]F, rate float64, _ uint64) {
		apply(p, state[0], state[1], g, F(rate), F(o.Alpha), F(1-o.Alpha), F(o.Epsilon), F(o.Momentum), F(o.WeightDecay))
	}}
}

// Adagrad divides the gradient by the root of the sum s of all its squares:
//
//	d = g + weight_decay·p
//	s ← s + d²                          (s = initial_accumulator at first)
//	p ← p − η/(1 + (t−1)·rate_decay) · d/(√s + epsilon)
//
// Defaults: learning rate 0.01, epsilon 1e-10, weight decay 0, rate decay 0,
// initial accumulator 0.
type Adagrad struct {
	LearningRate, Epsilon, WeightDecay float64
	RateDecay                          float64 // PyTorch's lr_decay
	InitialAccumulator                 float64
}

func (o Adagrad) rate() float64            { return o.LearningRate }
func (o Adagrad) float32() update[float32] { return adagrad(o, adagradUpdate32) }
func (o Adagrad) float64() update[float64] { return adagrad(o, adagradUpdate64) }
func (o Adagrad) settings() []setting {
	return []setting{
		{"Adagrad.LearningRate", o.LearningRate, positive},
		{"Adagrad.Epsilon", o.Epsilon, epsilonRange},
		{"Adagrad.WeightDecay", o.WeightDecay, atLeastZero},
		{"Adagrad.RateDecay", o.RateDecay, atLeastZero},
		{"Adagrad.InitialAccumulator", o.InitialAccumulator, atLeastZero},
	}
}

func adagrad[F Float](o Adagrad, apply func(p, s, g []F, eta, epsilon, decay F)) update[F] {
	return update[F]{vectors: 1, initial: F(o.InitialAccumulator), apply: func(p, g []F, state [][]F, rate float64, t uint64) {
		eta := rate / (1 + float64(float64(t-1)*o.RateDecay))
		apply(p, state[0], g, F(eta), F(o.Epsilon), F(o.WeightDecay))
	}}
}
