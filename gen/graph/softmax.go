package graph

import (
	"errors"
	"fmt"
	"math"
)

// SoftmaxCrossEntropy is the loss of logits z[n,o] against a target, which is
// a class index t[n] or a row of weights t[n,o] (one-hot, or soft):
// L[n] = Σₒ t[n,o]·(log Σⱼ exp z[n,j] − z[n,o]). With Smoothing ε, the target
// is (1 − ε)·t[n,o] + ε/K in place of t[n,o], where K is the number of classes.
//
// An index that is no class stands for zeros where a class has a one:
// L[n] = log Σⱼ exp z[n,j], without smoothing.
type SoftmaxCrossEntropy struct{ Smoothing float64 }

// String implements Op.
func (op SoftmaxCrossEntropy) String() string {
	return "softmaxCrossEntropy" + smoothingText(op.Smoothing, " ")
}

// smoothingText returns, after a separator, what a smoothed target is; "" where it is not smoothed.
func smoothingText(smoothing float64, separator string) string {
	if smoothing == 0 {
		return ""
	}
	return fmt.Sprintf("%slabel smoothing %g", separator, smoothing)
}

// Equation implements Op.
func (op SoftmaxCrossEntropy) Equation(name Namer, outs, args []*Value) string {
	return op.equation(name, outs, args) + smoothingText(op.Smoothing, ";  ")
}

func (SoftmaxCrossEntropy) equation(name Namer, outs, args []*Value) string {
	l, z, t := name(outs[0]), name(args[0]), name(args[1])
	if len(args[1].Axes) == 1 {
		return fmt.Sprintf("%s[n] = log Σⱼ exp %s[n,j] − %s[n,%s[n]]", l, z, z, t)
	}
	return fmt.Sprintf("%s[n] = Σₒ %s[n,o]·(log Σⱼ exp %s[n,j] − %s[n,o])", l, t, z, z)
}

// Verify implements Op.
func (SoftmaxCrossEntropy) Verify(outs, args []*Value) error {
	if len(outs) != 1 || len(args) != 2 {
		return errors.New("wants one out and the arguments z and t")
	}
	if err := verifyLogits(args[0], args[1]); err != nil {
		return err
	}
	return sameSizes(outs[0], []Axis{Samples})
}

// verifyLogits reports whether t is a target for the logits z.
func verifyLogits(z, t *Value) error {
	if len(z.Axes) != 2 || z.Axes[0].Size != 0 || z.Axes[1].Size == 0 {
		return fmt.Errorf("%s has axes %v, want samples and classes", z.Ref(), z.Axes)
	}
	return sameSizes(t, z.Axes[:min(2, max(1, len(t.Axes)))])
}

// Eval implements Op.
func (op SoftmaxCrossEntropy) Eval(_ *Env, outs, args []Tensor) {
	op.eachRow(args[0], args[1], func(row int, z, t []float64) {
		m, lse := softmaxTotal(z)
		for o, weight := range t {
			if weight != 0 {
				outs[0].Elems[row] += weight * (lse - (z[o] - m))
			}
		}
		if op.noClass(args[1], row, len(z)) {
			outs[0].Elems[row] += (1 - op.Smoothing) * (lse + m)
		}
	})
}

// noClass tells whether the target of a row is an index that is none of so many classes.
func (SoftmaxCrossEntropy) noClass(t Tensor, row, classes int) bool {
	return len(t.Shape) == 1 && (t.Elems[row] < 0 || t.Elems[row] >= float64(classes))
}

// eachRow calls f with each row of logits and its target, smoothed, as weights.
func (op SoftmaxCrossEntropy) eachRow(z, t Tensor, f func(row int, z, t []float64)) {
	rows, classes := z.Shape[0], z.Shape[1]
	for row := range rows {
		weights := make([]float64, classes)
		switch {
		case len(t.Shape) == 2:
			copy(weights, t.Elems[row*classes:])
		case !op.noClass(t, row, classes):
			weights[int(t.Elems[row])] = 1
		}
		for o := range weights {
			weights[o] = (1-op.Smoothing)*weights[o] + op.Smoothing/float64(classes)
		}
		f(row, z.Elems[row*classes:][:classes], weights)
	}
}

// softmaxTotal returns m = max z, which keeps exp from overflowing, and
// log Σ exp(z − m).
func softmaxTotal(z []float64) (m, lse float64) {
	m = math.Inf(-1)
	for _, v := range z {
		m = max(m, v)
	}
	total := 0.0
	for _, v := range z {
		total += math.Exp(v - m)
	}
	return m, math.Log(total)
}

// Pullback implements Op.
func (op SoftmaxCrossEntropy) Pullback(s Section, n *Node, dOuts []*Value, wanted []bool) []*Value {
	if wanted[1] {
		panic("graph: softmaxCrossEntropy has no gradient with respect to its target")
	}
	z, t := n.Args[0], n.Args[1]
	return []*Value{s.Gradient(SoftmaxCrossEntropyBackward(op), z, z, t, dOuts[0]), nil}
}

// SoftmaxCrossEntropyBackward is its pullback. From z, t and dL[n] (or dL, the
// same for every row) it sets dz[n,o] = (p[n,o]·Σⱼ t[n,j] − t[n,o])·dL[n] with
// p = softmax(z); for a class index the sum is 1. Smoothing changes t as there.
type SoftmaxCrossEntropyBackward struct{ Smoothing float64 }

// String implements Op.
func (op SoftmaxCrossEntropyBackward) String() string {
	return "softmaxCrossEntropyBackward" + smoothingText(op.Smoothing, " ")
}

// Equation implements Op.
func (op SoftmaxCrossEntropyBackward) Equation(name Namer, outs, args []*Value) string {
	return op.equation(name, outs, args) + smoothingText(op.Smoothing, ";  ")
}

func (SoftmaxCrossEntropyBackward) equation(name Namer, outs, args []*Value) string {
	dz, z, t := name(outs[0]), name(args[0]), name(args[1])
	dl := indexed(name(args[2]), "n"[:len(args[2].Axes)])
	if len(args[1].Axes) == 1 {
		return fmt.Sprintf("%s[n,o] = (softmax(%s)[n,o] − (1 if o = %s[n], else 0))·%s", dz, z, t, dl)
	}
	return fmt.Sprintf("%s[n,o] = (softmax(%s)[n,o]·Σⱼ %s[n,j] − %s[n,o])·%s", dz, z, t, t, dl)
}

// Verify implements Op.
func (SoftmaxCrossEntropyBackward) Verify(outs, args []*Value) error {
	if len(outs) != 1 || len(args) != 3 {
		return errors.New("wants one out and the arguments z, t and dL")
	}
	if err := verifyLogits(args[0], args[1]); err != nil {
		return err
	}
	if err := sameSizes(args[2], []Axis{Samples}[:min(1, len(args[2].Axes))]); err != nil {
		return err
	}
	return sameSizes(outs[0], args[0].Axes)
}

// Eval implements Op.
func (op SoftmaxCrossEntropyBackward) Eval(_ *Env, outs, args []Tensor) {
	dl := args[2].Elems
	SoftmaxCrossEntropy(op).eachRow(args[0], args[1], func(row int, z, t []float64) {
		m, lse := softmaxTotal(z)
		total := 0.0
		for _, weight := range t {
			total += weight
		}
		if SoftmaxCrossEntropy(op).noClass(args[1], row, len(z)) {
			total = 1
		}
		for o := range z {
			p := math.Exp(z[o] - m - lse)
			outs[0].Elems[row*len(z)+o] = (p*total - t[o]) * dl[min(row, len(dl)-1)]
		}
	})
}

// Pullback implements Op.
func (SoftmaxCrossEntropyBackward) Pullback(_ Section, n *Node, _ []*Value, _ []bool) []*Value {
	panic(noPullback(n))
}
