package reference

import "fmt"

// dropout silences random inputs while training, so that no output can rely on
// a single one, and amplifies the others, so that the expected sum stays.
//
//	x, dx  [n]  input
//	mask   [n]  0 where dropped, 1/(1−rate) where kept
//	y      [n]  output
//
// References: Srivastava et al., "Dropout: A Simple Way to Prevent Neural
// Networks from Overfitting", JMLR 15 (2014); here in the inverted form, which
// scales while training instead of afterwards.
type dropout struct {
	fixed
	scale float64
	keep  func(row, element int) bool

	mask, y, dx []float64
}

// NewDropout returns a layer that, while training, drops element i of a row
// unless keep(row, i), where row counts from 0 in the batch, and divides what
// it keeps by 1−rate. Otherwise it does nothing. Chance is the caller's affair:
// keep should be true with probability 1−rate, and must answer the same when
// asked again, or gradients cannot be checked.
func NewDropout(rate float64, keep func(row, element int) bool) Layer {
	if !(rate >= 0 && rate < 1) {
		panic(fmt.Sprintf("reference: dropout rate is %v, want it in [0, 1)", rate))
	}
	return &dropout{scale: 1 / (1 - rate), keep: keep}
}

// Forward returns y[i] = mask[i]·x[i] when training, else x.
func (d *dropout) Forward(x []float64, mode Mode) []float64 {
	if !mode.Training {
		return x
	}
	d.mask, d.y = sized(d.mask, len(x)), sized(d.y, len(x))
	for i, xi := range x {
		d.mask[i] = 0
		if d.keep(mode.Row, i) {
			d.mask[i] = d.scale
		}
		d.y[i] = d.mask[i] * xi
	}
	return d.y
}

// Backward returns dx[i] = mask[i]·dy[i].
func (d *dropout) Backward(dy []float64) []float64 {
	d.dx = sized(d.dx, len(dy))
	for i, m := range d.mask {
		d.dx[i] = m * dy[i]
	}
	return d.dx
}
