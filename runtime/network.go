package runtime

import (
	"fmt"
	"slices"
)

// Network is what a generated training package hands to [Train]: functions over
// one set of parameters and one scratch, so a Network serves one goroutine.
// F is the precision, X the type of a row of inputs, T that of a target.
type Network[F Float, X, T any] struct {
	Version Version // GeneratedCodeNeedsRuntime1
	Name    string
	Params  []F      // the parameters that the functions read, flat
	Tensors []Tensor // what lies where in Params

	// Strict says that the functions have the same bits on every processor.
	Strict bool
	// Fork returns a network on the same parameters for another goroutine; it
	// may be nil: Train then has one worker.
	Fork func() *Network[F, X, T]

	// Weighted says that the functions take a weight for every row, which is
	// nil for other networks: how often the row counts in the mean.
	Weighted bool

	// Row gives the elements of a row, for normalisation and for the checksum
	// of a checkpoint; nil only where there is neither.
	Row func(x *X) []F

	// Inputs and Targets say how rows are normalised before they get to
	// Gradients, StepSGD and Loss; nil: not at all. Then Row and TargetRow give
	// the elements of a row, which must be an array: a copy of it has its own
	// elements. Fold takes what is fitted into the parameters with which
	// Output predicts, to be called before it after every change. Unfold takes
	// it out of Params, where it has been folded into them, as Gradients need
	// it, and tells whether it has.
	Inputs, Targets *Normalizer
	TargetRow       func(target *T) []F
	Fold            func()
	Unfold          func() (folded bool)

	// Gradients sets g to the mean gradient over the rows and returns their
	// mean loss. Dropout masks are a function of (seed, step) and the row.
	Gradients func(g []F, x []X, target []T, weight []F, seed, step uint64) F
	// StepSGD does the same and then subtracts rate times the gradient from
	// the parameters that are not frozen; it returns the loss from before.
	// It may be nil: Train then does the same with Gradients.
	StepSGD func(x []X, target []T, weight []F, rate F, seed, step uint64) F
	// Loss returns the mean loss over the rows, without dropout.
	Loss func(x []X, target []T, weight []F) F

	// Output sets y, of length Outputs, to the prediction for one row: class
	// probabilities, or targets. One output for two classes is the
	// probability of the second. Neither the row nor what is predicted is
	// normalised.
	Output func(y []float64, x *X)
	// Target sets t, of length Outputs, to one target: one-hot for classes.
	Target func(t []float64, target *T)
	// Outputs is the number of outputs.
	Outputs int
	// Classes names the classes; nil for regression.
	Classes []string
	// ClassOf returns the class of a target; nil for regression.
	ClassOf func(target *T) int
}

// check reports what is missing or does not fit.
func (n *Network[F, X, T]) check() error {
	switch {
	case n.Version != GeneratedCodeNeedsRuntime1:
		return fmt.Errorf("network %s: version is %d, want %d: generate its code again", n.Name, n.Version, GeneratedCodeNeedsRuntime1)
	case n.Gradients == nil || n.Loss == nil || n.Output == nil || n.Target == nil:
		return fmt.Errorf("network %s: Gradients, Loss, Output or Target is nil", n.Name)
	case n.Outputs < 1:
		return fmt.Errorf("network %s: Outputs is %d, want at least 1", n.Name, n.Outputs)
	case (n.Classes == nil) != (n.ClassOf == nil):
		return fmt.Errorf("network %s: Classes and ClassOf go together, one of them is nil", n.Name)
	case n.Classes != nil && n.Outputs != len(n.Classes) && (n.Outputs != 1 || len(n.Classes) != 2):
		return fmt.Errorf("network %s: Outputs is %d for %d classes", n.Name, n.Outputs, len(n.Classes))
	}
	end := 0
	for _, t := range slices.SortedFunc(slices.Values(n.Tensors), byOffset) {
		if err := t.check(len(n.Params)); err != nil {
			return fmt.Errorf("network %s: %w", n.Name, err)
		}
		if t.Offset < end {
			return fmt.Errorf("network %s: tensor %s: begins at parameter %d inside another tensor", n.Name, t.Name, t.Offset)
		}
		end = t.Offset + t.Extent()
	}
	return n.checkNormalizers()
}

// checkNormalizers reports what does not fit of what rows are normalised by.
func (n *Network[F, X, T]) checkNormalizers() error {
	for _, z := range []*Normalizer{n.Inputs, n.Targets} {
		if z == nil {
			continue
		}
		if n.Fold == nil || n.Unfold == nil || z == n.Inputs && n.Row == nil || z == n.Targets && n.TargetRow == nil {
			return fmt.Errorf("network %s: is normalised, but Fold, Unfold, Row or TargetRow is nil", n.Name)
		}
		if err := z.check(len(n.Params)); err != nil {
			return fmt.Errorf("network %s: %w", n.Name, err)
		}
	}
	return nil
}

// span is a range of the flat parameters, from lo up to hi.
type span struct{ lo, hi int }

// trainable returns the ranges of the flat parameters that training changes,
// adjacent tensors joined. What belongs to no tensor is padding and left alone.
func (n *Network[F, X, T]) trainable() []span {
	return n.spans(func(t Tensor) bool { return !t.Frozen })
}

// trainableWeights returns those that hold weights, not biases.
func (n *Network[F, X, T]) trainableWeights() []span {
	return n.spans(func(t Tensor) bool { return !t.Frozen && len(t.Shape) > 1 })
}

// spans returns the ranges of the wanted tensors, adjacent ones joined.
func (n *Network[F, X, T]) spans(wanted func(Tensor) bool) []span {
	var spans []span
	for _, t := range slices.SortedFunc(slices.Values(n.Tensors), byOffset) {
		s := span{t.Offset, t.Offset + t.Extent()}
		switch last := len(spans) - 1; {
		case !wanted(t):
		case last >= 0 && spans[last].hi == s.lo:
			spans[last].hi = s.hi
		default:
			spans = append(spans, s)
		}
	}
	return spans
}

func byOffset(a, b Tensor) int { return a.Offset - b.Offset }
