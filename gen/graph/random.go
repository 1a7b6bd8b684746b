package graph

import (
	"errors"
	"fmt"
)

// Random sets out to numbers in [0,1) that depend on nothing but the stream,
// the row and the index of the element in its row.
type Random struct{ Stream int }

// String implements Op.
func (r Random) String() string { return fmt.Sprintf("random %d", r.Stream) }

// Equation implements Op.
func (r Random) Equation(name Namer, outs, _ []*Value) string {
	letters := Letters(outs[0].Axes)
	return fmt.Sprintf("%s = random(stream %d, row n, element %s)", indexed(name(outs[0]), letters), r.Stream, letters[1:])
}

// Verify implements Op.
func (r Random) Verify(outs, args []*Value) error {
	if len(outs) != 1 || len(args) != 0 {
		return errors.New("wants one out and no arguments")
	}
	if axes := outs[0].Axes; len(axes) == 0 || axes[0] != Samples {
		return errors.New("wants the sample axis first")
	}
	return nil
}

// Eval implements Op.
func (r Random) Eval(env *Env, outs, _ []Tensor) {
	width := count(outs[0].Shape[1:])
	for i := range outs[0].Elems {
		outs[0].Elems[i] = env.Random(r.Stream, i/width, i%width)
	}
}

// Pullback implements Op: there is no argument to have a gradient.
func (r Random) Pullback(Section, *Node, []*Value, []bool) []*Value { return nil }
