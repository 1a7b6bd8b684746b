package reference

import "math"

// absolute is l = |y − t|, a term of mean_absolute_error. Its derivative is the
// sign of the residual, and 0 at 0.
type absolute struct{}

func (absolute) value(y, t float64) float64 { return math.Abs(y - t) }
func (absolute) derivative(y, t float64) float64 {
	switch r := y - t; {
	case r > 0:
		return 1
	case r < 0:
		return -1
	default:
		return r // 0, or NaN
	}
}
func (absolute) kinks() []float64 { return []float64{0} }

// huber is a parabola near the target that goes on as its tangents, so that an
// outlier pulls no harder than δ. With r = y − t:
//
//	l = ½·r² for |r| ≤ δ, else δ·(|r| − ½·δ);  l′ = r, clipped to ±δ
//
// References: Huber, "Robust Estimation of a Location Parameter" (1964).
type huber struct{ delta float64 }

func (h huber) value(y, t float64) float64 {
	r := math.Abs(y - t)
	if r > h.delta {
		return h.delta * (r - 0.5*h.delta)
	}
	return 0.5 * r * r
}

func (h huber) derivative(y, t float64) float64 { return clip(y-t, -h.delta, h.delta) }
func (huber) kinks() []float64                  { return nil } // l″ jumps, l′ does not
