package runtime

import "math"

// References:
//
//	Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013, arXiv:1211.5063.

// Clip bounds the gradient before an update. 0 means no bound; with both, Value
// comes first. Frozen parameters do not count.
type Clip struct {
	Norm  float64 // of the whole gradient: g ← g·min(1, Norm/(‖g‖₂ + 1e-6))
	Value float64 // of every element: g ← min(max(g, −Value), Value)
}

// clipGradient bounds the gradients of the runs and reports whether they, and their norm,
// are finite. The norm is summed in float64.
func clipGradient[F Float](runs []run[F], c Clip) bool {
	for _, r := range runs {
		if !allFinite(r.g) {
			return false
		}
	}
	if c.Value > 0 {
		limit := F(c.Value)
		for _, r := range runs {
			for i, v := range r.g {
				r.g[i] = min(max(v, -limit), limit)
			}
		}
	}
	if c.Norm == 0 {
		return true
	}
	sum := 0.0
	for _, r := range runs {
		for _, v := range r.g {
			sum += float64(float64(v) * float64(v))
		}
	}
	if !finite(sum) {
		return false
	}
	// The 1e-6 is PyTorch's, against a norm of 0.
	if factor := c.Norm / (math.Sqrt(sum) + 1e-6); factor < 1 {
		for _, r := range runs {
			for i, v := range r.g {
				r.g[i] = v * F(factor)
			}
		}
	}
	return true
}

// allFinite reports whether no element is infinite or NaN.
func allFinite[F Float](v []F) bool {
	for _, x := range v {
		if !finite(x) {
			return false
		}
	}
	return true
}
