package reference

import "math"

// CentralDifference returns the slope of the training loss along parameter i
// without any calculus: move the parameter a little both ways and see.
//
//	∂L/∂p ≈ (L(p + ε) − L(p − ε)) / 2ε
//
// The error is of order ε²·L‴ from the curve and 1e-16·L/ε from rounding;
// ε = 1e-6 balances the two. Near a kink the result is worthless, see
// [Network.Margin].
func CentralDifference(n *Network, i int, x, target [][]float64, eps float64) float64 {
	p := n.params[i]
	defer func() { n.params[i] = p }()

	n.params[i] = p + eps
	above := n.meanLoss(x, target, true)
	n.params[i] = p - eps
	below := n.meanLoss(x, target, true)
	return (above - below) / (2 * eps)
}

// Margin returns the smallest distance of any pre-activation or residual to a
// kink of its function over the rows of x, with dropout on; +Inf if there is no
// kink. Within a small margin a gradient is right to differ from a central
// difference, which sees both sides of the kink.
func (n *Network) Margin(x, target [][]float64) float64 {
	least := math.Inf(1)
	for row := range x {
		n.rowLoss(x[row], target[row], Mode{Training: true, Row: row})
		for _, layer := range n.layers {
			least = min(least, margin(layer))
		}
		least = min(least, margin(n.loss))
	}
	return least
}

// margin returns how near the last Forward of a layer or loss came to a kink.
func margin(link any) float64 {
	if k, ok := link.(interface{ margin() float64 }); ok {
		return k.margin()
	}
	return math.Inf(1)
}

// distance returns the smallest |v − kink|, +Inf if there is none.
func distance(v float64, kinks []float64) float64 {
	least := math.Inf(1)
	for _, k := range kinks {
		least = min(least, math.Abs(v-k))
	}
	return least
}
