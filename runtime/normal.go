package runtime

import (
	"math"
	"math/rand/v2"
)

// Reference: Marsaglia, Bray, "A convenient method for generating normal variables" (1964).

// normals draws from the normal distribution of mean 0 and variance 1, by the polar method: a point that is drawn evenly
// from the unit disk, at the square s of its distance from the centre, times √(−2·ln s / s) is two independent numbers.
// [rand.Rand.NormFloat64] asks math.Exp and math.Log for one number in a hundred, whose bits are not those of every
// processor; these are.
type normals struct {
	random *rand.Rand
	second float64 // of the latest point
	has    bool    // it
}

// next returns the next number. The logarithm is within 1.3e-10 of its value: the distribution is as near.
func (n *normals) next() float64 {
	if n.has {
		n.has = false
		return n.second
	}
	for {
		u, v := float64(2*n.random.Float64())-1, float64(2*n.random.Float64())-1
		s := float64(u*u) + float64(v*v)
		if s >= 1 || s == 0 {
			continue
		}
		base, r := logSplit(s)
		factor := math.Sqrt(-2 * (base + logSeries(r)) / s)
		n.second, n.has = float64(v*factor), true
		return float64(u * factor)
	}
}
