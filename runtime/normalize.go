package runtime

import (
	"fmt"
	"math"
	"slices"
)

// References:
//
//	Welford, Note on a method for calculating corrected sums of squares and products, 1962.
//	Hyndman, Fan, Sample quantiles in statistical packages, 1996 (their type 7).

// Normalization says by which offset and scale a number v becomes (v − offset)/scale.
type Normalization uint8

// The normalizations. A scale that would be 0, as that of a column with one value, is 1.
const (
	NormalizeNone     Normalization = iota // 0 and 1
	NormalizeStandard                      // mean and standard deviation
	NormalizeMinMax                        // minimum and range
	NormalizeRobust                        // median and interquartile range
)

// Normalizer says how the elements of a row are normalised: the network is trained on (v[i] − offset[i])/scale[i].
type Normalizer struct {
	Methods       []Normalization // one per element, or one for all
	Offset, Scale Tensor          // where in the parameters they are kept
}

// method returns how element i is normalised.
func (z *Normalizer) method(i int) Normalization {
	if len(z.Methods) == 1 {
		return z.Methods[0]
	}
	return z.Methods[i]
}

// check reports what does not fit.
func (z *Normalizer) check(params int) error {
	for _, t := range []Tensor{z.Offset, z.Scale} {
		if err := t.check(params); err != nil {
			return err
		}
	}
	if n := z.Offset.Len(); z.Scale.Len() != n || len(z.Methods) != 1 && len(z.Methods) != n {
		return fmt.Errorf("tensor %s: has %d elements for %d scales and %d methods", z.Offset.Name, n, z.Scale.Len(), len(z.Methods))
	}
	return nil
}

// isIdentity tells whether offsets and scales change nothing, as those of a network that was never trained.
func isIdentity[F Float](z *Normalizer, params []F) bool {
	for i := range z.Offset.Len() {
		if params[z.Offset.At(i)] != 0 || params[z.Scale.At(i)] != 1 {
			return false
		}
	}
	return true
}

// fit sets the offsets and scales by n rows.
func fit[F Float](z *Normalizer, params []F, n int, row func(i int) []F) {
	column := make([]float64, n)
	for i := range z.Offset.Len() {
		if z.method(i) == NormalizeNone {
			continue
		}
		for k := range column {
			column[k] = float64(row(k)[i])
		}
		offset, scale := z.method(i).fit(column)
		params[z.Offset.At(i)] = F(offset)
		params[z.Scale.At(i)] = usable(F(scale))
	}
}

// usable returns a scale, or 1 where dividing by it would make nothing of a number, or infinity.
func usable[F Float](scale F) F {
	const least = 1e-30
	if !(scale >= least) || !finite(scale) {
		return 1
	}
	return scale
}

// fit returns offset and scale for the numbers of a column, which it may reorder.
func (m Normalization) fit(column []float64) (offset, scale float64) {
	switch m {
	case NormalizeStandard:
		return meanDeviation(column)
	case NormalizeMinMax:
		low := slices.Min(column)
		return low, slices.Max(column) - low
	case NormalizeRobust:
		slices.Sort(column)
		return quantile(column, 0.5), quantile(column, 0.75) - quantile(column, 0.25)
	}
	return 0, 1
}

// meanDeviation returns the mean and the standard deviation, which is exactly 0 for equal numbers.
func meanDeviation(column []float64) (mean, deviation float64) {
	sum := 0.0
	for k, v := range column {
		before := v - mean
		mean += before / float64(k+1)
		sum += float64(before * (v - mean))
	}
	return mean, math.Sqrt(sum / float64(len(column)))
}

// quantile interpolates between the two numbers of an ascending column that are nearest to a share of it.
func quantile(column []float64, share float64) float64 {
	at := float64(share * float64(len(column)-1))
	below := int(at)
	above := min(below+1, len(column)-1)
	return column[below] + float64((at-float64(below))*(column[above]-column[below]))
}

// normalize sets a row to what the network is trained on.
func normalize[F Float](z *Normalizer, params, row []F) {
	for i := range row {
		row[i] = (row[i] - params[z.Offset.At(i)]) / params[z.Scale.At(i)]
	}
}

// Stored returns every tensor that a weights file holds: the weights and biases, and what the rows are normalised by.
func (n *Network[F, X, T]) Stored() []Tensor {
	stored := slices.Clone(n.Tensors)
	for _, z := range []*Normalizer{n.Inputs, n.Targets} {
		if z != nil {
			stored = append(stored, z.Offset, z.Scale)
		}
	}
	return stored
}

// normalized fits the normalizers on some of the rows, unless they were set before: then training goes on with them. It
// returns all rows as the network is trained on them: copies, or the rows themselves where nothing is normalised.
func (n *Network[F, X, T]) normalized(x []X, target []T, train []int) ([]X, []T) {
	known := n.Unfold != nil && n.Unfold()
	if z := n.Inputs; z != nil {
		x = slices.Clone(x)
		if !known && isIdentity(z, n.Params) {
			fit(z, n.Params, len(train), func(i int) []F { return n.Row(&x[train[i]]) })
		}
		for i := range x {
			normalize(z, n.Params, n.Row(&x[i]))
		}
	}
	if z := n.Targets; z != nil {
		target = slices.Clone(target)
		if !known && isIdentity(z, n.Params) {
			fit(z, n.Params, len(train), func(i int) []F { return n.TargetRow(&target[train[i]]) })
		}
		for i := range target {
			normalize(z, n.Params, n.TargetRow(&target[i]))
		}
	}
	return x, target
}
