package runtime

import (
	"math"
	"slices"
)

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
// are finite. With strict, the norm has the same bits on every processor.
func clipGradient[F Float](runs []run[F], c Clip, strict bool) bool {
	for _, r := range runs {
		if !allFinite(r.g) {
			return false
		}
	}
	over := passesOf[F]()
	if c.Value > 0 {
		for _, r := range runs {
			over.clamp(r.g, F(-c.Value), F(c.Value))
		}
	}
	if c.Norm == 0 {
		return true
	}
	sum := 0.0
	for _, r := range runs {
		if strict {
			sum += strictSquares(r.g)
		} else {
			sum += squares(r.g)
		}
	}
	if !finite(sum) {
		return false
	}
	// The 1e-6 is PyTorch's, against a norm of 0.
	if factor := c.Norm / (math.Sqrt(sum) + 1e-6); factor < 1 {
		for _, r := range runs {
			over.scale(r.g, F(factor))
		}
	}
	return true
}

// callElements is the largest number of elements of one call of a pass: vector code
// cannot be interrupted, and takes some microseconds for so many.
const callElements = 1 << 14

// squareElements is the largest number of squares that are summed in the precision of
// the gradient: the sum is off by less than 2⁻¹⁵ of itself (float32).
const squareElements = 1 << 9

// passes are the passes over a gradient in one precision.
type passes[F Float] struct {
	scale              func(g []F, factor F)
	clamp              func(g []F, low, high F)
	subtract           func(g, v []F, factor F) // factor times v from g
	squares, notFinite func(g []F) F
}

var (
	passes32 = passes[float32]{scaleBy32, clampTo32, UpdateSGD32, sumOfSquares32, notFinite32}
	passes64 = passes[float64]{scaleBy64, clampTo64, UpdateSGD64, sumOfSquares64, notFinite64}
)

func passesOf[F Float]() *passes[F] {
	var of any = &passes32
	if p, ok := of.(*passes[F]); ok {
		return p
	}
	of = &passes64
	return of.(*passes[F])
}

// squares returns the sum of the squares, in float64 where they are too large for F.
func squares[F Float](v []F) float64 {
	over, sum := passesOf[F](), 0.0
	for part := range slices.Chunk(v, squareElements) {
		s := float64(over.squares(part))
		if !finite(s) {
			s = 0
			for _, x := range part {
				s += float64(float64(x) * float64(x))
			}
		}
		sum += s
	}
	return sum
}

// strictSquares returns the sum of the squares, in one order: eight sums side by
// side, so that no addition waits for the one before.
func strictSquares[F Float](v []F) float64 {
	var sums [8]float64
	for len(v) >= len(sums) {
		for k, x := range v[:len(sums)] {
			sums[k] += float64(float64(x) * float64(x))
		}
		v = v[len(sums):]
	}
	for k, x := range v {
		sums[k] += float64(float64(x) * float64(x))
	}
	sum := 0.0
	for _, s := range sums {
		sum += s
	}
	return sum
}

// allFinite reports whether no element is infinite or NaN.
func allFinite[F Float](v []F) bool {
	over := passesOf[F]()
	for part := range slices.Chunk(v, callElements) {
		if over.notFinite(part) != 0 {
			return false
		}
	}
	return true
}
