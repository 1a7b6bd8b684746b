package runtime

import "math"

// References:
//
//	Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2017, arXiv:1608.03983.
//	Goyal et al., Accurate, Large Minibatch SGD, 2017, arXiv:1706.02677 (warm-up).

// Schedule gives the learning rate of every step. All schedules warm up: over
// the first Warmup epochs (a fraction is fine) the rate grows linearly, step by
// step, to the optimizer's rate η₀, which the last of these steps has. The clock
// e of a schedule, in epochs, starts after the warm-up.
type Schedule interface {
	// rate returns the learning rate of a step.
	rate(base float64, at moment) float64
	// settings lists the numbers to check.
	settings() []setting
}

// moment is a step, counted from 0, in a training of so many epochs.
type moment struct{ step, stepsPerEpoch, epochs int64 }

// warmup returns the factor of the rate in the warm-up, and the steps since its end.
func (m moment) warmup(epochs float64) (factor float64, since int64) {
	steps := math.Round(float64(epochs * float64(m.stepsPerEpoch)))
	if float64(m.step) < steps {
		return float64(m.step+1) / steps, 0
	}
	return 1, m.step - int64(steps)
}

// ConstantRate keeps the rate: η = η₀.
type ConstantRate struct{ Warmup float64 }

func (s ConstantRate) rate(base float64, at moment) float64 {
	factor, _ := at.warmup(s.Warmup)
	return float64(base * factor)
}

func (s ConstantRate) settings() []setting {
	return []setting{{"ConstantRate.Warmup", s.Warmup, atLeastZero}}
}

// Step multiplies the rate by Factor every so many epochs: η = η₀·Factor^⌊e/Every⌋.
type Step struct {
	Every          int
	Factor, Warmup float64
}

func (s Step) rate(base float64, at moment) float64 {
	factor, since := at.warmup(s.Warmup)
	return float64(base * factor * power(s.Factor, uint64(since/at.stepsPerEpoch/int64(s.Every))))
}

func (s Step) settings() []setting {
	return []setting{
		{"Step.Every", float64(s.Every), atLeastOne},
		{"Step.Factor", s.Factor, positive},
		{"Step.Warmup", s.Warmup, atLeastZero},
	}
}

// Exponential multiplies the rate by Factor after every epoch: η = η₀·Factor^⌊e⌋.
type Exponential struct{ Factor, Warmup float64 }

func (s Exponential) rate(base float64, at moment) float64 {
	return Step{Every: 1, Factor: s.Factor, Warmup: s.Warmup}.rate(base, at)
}

func (s Exponential) settings() []setting {
	return []setting{
		{"Exponential.Factor", s.Factor, positive},
		{"Exponential.Warmup", s.Warmup, atLeastZero},
	}
}

// Cosine lowers the rate, step by step, along half a cosine from η₀ to the rate
// Floor, over the E epochs that are left after the warm-up:
// η = Floor + ½·(η₀ − Floor)·(1 + cos(π·e/E)).
type Cosine struct{ Warmup, Floor float64 }

func (s Cosine) rate(base float64, at moment) float64 {
	factor, since := at.warmup(s.Warmup)
	if factor < 1 {
		return float64(base * factor)
	}
	left := at.epochs*at.stepsPerEpoch - (at.step - since)
	return s.Floor + float64((base-s.Floor)*halfCosine(float64(since)/float64(left)))
}

// halfCosine returns ½·(1 + cos π·x) for x from 0 to 1, that is ½ − ½·sin π·(x−½), by Taylor's series. math.Cos has other
// bits where a compiler fuses products with sums.
func halfCosine(x float64) float64 {
	a := float64(math.Pi * (x - 0.5))
	square := float64(a * a)
	fourth := float64(square * square)
	even, odd := 0.0, 0.0 // two sums side by side: each waits for half as many operations
	for _, c := range sineTaylor {
		even, odd = c[0]+float64(even*fourth), c[1]+float64(odd*fourth)
	}
	return 0.5 - float64(0.5*float64(a*(even+float64(odd*square))))
}

// sineTaylor are the coefficients of a²⁰ and a²², a¹⁶ and a¹⁸ … 1 and a² in sin a / a: 1/21! and 0, 1/17! and −1/19! … 1 and
// −1/3!. Up to ½·π what comes after them is below 2⁻⁵⁹.
var sineTaylor = [...][2]float64{
	{1.0 / 51090942171709440000, 0},
	{1.0 / 355687428096000, -1.0 / 121645100408832000},
	{1.0 / 6227020800, -1.0 / 1307674368000},
	{1.0 / 362880, -1.0 / 39916800},
	{1.0 / 120, -1.0 / 5040},
	{1, -1.0 / 6},
}

func (s Cosine) settings() []setting {
	return []setting{
		{"Cosine.Warmup", s.Warmup, atLeastZero},
		{"Cosine.Floor", s.Floor, atLeastZero},
	}
}
