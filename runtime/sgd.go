package runtime

// References:
//
//	Robbins and Monro, A Stochastic Approximation Method, 1951.
//	Polyak, Some methods of speeding up the convergence of iteration methods, 1964.
//	Nesterov, A method of solving a convex programming problem with convergence rate O(1/k²), 1983.
//	Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum in deep learning, 2013.

// SGD is plain stochastic gradient descent:
//
//	p ← p − η·(g + weight_decay·p)
//
// Defaults: weight decay 0.
type SGD struct{ LearningRate, WeightDecay float64 }

func (o SGD) rate() float64            { return o.LearningRate }
func (o SGD) float32() update[float32] { return sgd(o, sgdUpdate32) }
func (o SGD) float64() update[float64] { return sgd(o, sgdUpdate64) }
func (o SGD) settings() []setting {
	return []setting{
		{"SGD.LearningRate", o.LearningRate, positive},
		{"SGD.WeightDecay", o.WeightDecay, atLeastZero},
	}
}

func sgd[F Float](o SGD, apply func(p, g []F, eta, decay F)) update[F] {
	return update[F]{apply: func(p, g []F, _ [][]F, rate float64, _ uint64) {
		apply(p, g, F(rate), F(o.WeightDecay))
	}}
}

// Momentum is gradient descent with a velocity v (heavy ball, without dampening):
//
//	d = g + weight_decay·p
//	v ← momentum·v + d
//	p ← p − η·v
//
// Defaults: momentum 0.9 is customary, weight decay 0.
type Momentum struct{ LearningRate, Momentum, WeightDecay float64 }

func (o Momentum) rate() float64            { return o.LearningRate }
func (o Momentum) float32() update[float32] { return momentum(o, momentumUpdate32) }
func (o Momentum) float64() update[float64] { return momentum(o, momentumUpdate64) }
func (o Momentum) settings() []setting {
	return []setting{
		{"Momentum.LearningRate", o.LearningRate, positive},
		{"Momentum.Momentum", o.Momentum, belowOne},
		{"Momentum.WeightDecay", o.WeightDecay, atLeastZero},
	}
}

// Nesterov is gradient descent with momentum that looks ahead:
//
//	d = g + weight_decay·p
//	v ← momentum·v + d
//	p ← p − η·(d + momentum·v)
//
// Defaults: momentum 0.9 is customary, weight decay 0.
type Nesterov struct{ LearningRate, Momentum, WeightDecay float64 }

func (o Nesterov) rate() float64            { return o.LearningRate }
func (o Nesterov) float32() update[float32] { return momentum(Momentum(o), nesterovUpdate32) }
func (o Nesterov) float64() update[float64] { return momentum(Momentum(o), nesterovUpdate64) }
func (o Nesterov) settings() []setting {
	return []setting{
		{"Nesterov.LearningRate", o.LearningRate, positive},
		{"Nesterov.Momentum", o.Momentum, belowOne},
		{"Nesterov.WeightDecay", o.WeightDecay, atLeastZero},
	}
}

func momentum[F Float](o Momentum, apply func(p, v, g []F, eta, mu, decay F)) update[F] {
	return update[F]{vectors: 1, apply: func(p, g []F, state [][]F, rate float64, _ uint64) {
		apply(p, state[0], g, F(rate), F(o.Momentum), F(o.WeightDecay))
	}}
}

// UpdateSGD32 subtracts rate times g from p: the end of a step whose gradient generated code has not subtracted already.
func UpdateSGD32(p, g []float32, rate float32) { sgdUpdate32(p, g, rate, 0) }

// UpdateSGD64 is UpdateSGD32 in double precision.
func UpdateSGD64(p, g []float64, rate float64) { sgdUpdate64(p, g, rate, 0) }
