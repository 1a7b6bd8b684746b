package graph

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Scan runs a body once per index of an axis, in the manner of lax.scan. Its
// arguments are the initial carries, the per-step inputs and the constants; its
// outs are the final carries and the per-step outputs. What is per step is
// stacked along Axis, which comes right after the sample axis, or first where
// there is none.
type Scan struct {
	Body    *Graph
	In      []*Value // leaves of Body: carries, per-step inputs without Axis, constants
	Out     []*Value // values of Body: new carries, per-step outputs without Axis
	Carries int      // how many of In and of Out are carries
	Steps   int      // how many of In are per-step inputs
	Axis    Axis
	Reverse bool // from the last index to the first
}

// String implements Op.
func (sc Scan) String() string {
	text := fmt.Sprintf("scan %s over %v", sc.Body.Name, sc.Axis)
	if sc.Reverse {
		text += " reverse"
	}
	return text
}

// Equation implements Op: last, y[t] = cell(h, x[t], w). What the cell does,
// its own graph says.
func (sc Scan) Equation(name Namer, outs, args []*Value) string {
	letter := Letters([]Axis{sc.Axis})
	names := func(values []*Value, from, to int) string {
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = name(v)
			if from <= i && i < to {
				texts[i] = indexed(texts[i], letter)
			}
		}
		return strings.Join(texts, ", ")
	}
	return fmt.Sprintf("%s = %s(%s)", names(outs, sc.Carries, len(outs)), sc.Body.Name,
		names(args, sc.Carries, sc.Carries+sc.Steps))
}

// Verify implements Op.
func (sc Scan) Verify(outs, args []*Value) error {
	if len(args) != len(sc.In) || len(outs) != len(sc.Out) || sc.Carries > len(outs) || sc.Carries+sc.Steps > len(args) {
		return errors.New("the number of arguments or outs is not the body's")
	}
	for i, in := range sc.In {
		stacked := sc.Carries <= i && i < sc.Carries+sc.Steps
		if err := sc.matches(args[i], in, stacked); err != nil {
			return err
		}
	}
	for i, out := range sc.Out {
		if err := sc.matches(outs[i], out, i >= sc.Carries); err != nil {
			return err
		}
		if i < sc.Carries {
			if err := sameSizes(out, sc.In[i].Axes); err != nil {
				return fmt.Errorf("carry %d: %w", i, err)
			}
		}
	}
	return sc.Body.Verify()
}

// matches reports whether v has the axes of inner, a value of the body, and
// Axis besides when it is stacked.
func (sc Scan) matches(v, inner *Value, stacked bool) error {
	if stacked {
		return sameSizes(v, sc.stacked(inner))
	}
	return sameSizes(v, inner.Axes)
}

// stacked returns the axes of inner with Axis among them.
func (sc Scan) stacked(inner *Value) []Axis {
	return slices.Insert(slices.Clone(inner.Axes), stackAt(inner), sc.Axis)
}

// stackAt returns the index that Axis gets among the axes of inner.
func stackAt(inner *Value) int {
	if len(inner.Axes) > 0 && inner.Axes[0].Size == 0 {
		return 1
	}
	return 0
}

// Eval implements Op.
func (sc Scan) Eval(env *Env, outs, args []Tensor) {
	step := Env{Rows: env.Rows, Random: env.Random, Leaves: map[string][]float64{}}
	for i, in := range sc.In {
		step.Leaves[in.Ref()] = args[i].Elems
	}
	for k := range sc.Axis.Size {
		if sc.Reverse {
			k = sc.Axis.Size - 1 - k
		}
		for i, in := range sc.In[sc.Carries:][:sc.Steps] {
			x, part := args[sc.Carries+i], make([]float64, count(shape(in.Axes, env.Rows)))
			sc.at(k, in, len(part), env.Rows, func(at, stacked int) { part[at] = x.Elems[stacked] })
			step.Leaves[in.Ref()] = part
		}
		results := sc.Body.Eval(&step)
		for i, out := range sc.Out[sc.Carries:] {
			y, part := outs[sc.Carries+i], results.Of(out)
			sc.at(k, out, len(part), env.Rows, func(at, stacked int) { y.Elems[stacked] = part[at] })
		}
		for i, out := range sc.Out[:sc.Carries] {
			step.Leaves[sc.In[i].Ref()] = results.Of(out)
		}
	}
	for i, in := range sc.In[:sc.Carries] {
		copy(outs[i].Elems, step.Leaves[in.Ref()])
	}
}

// at calls f for each of the size elements of inner, a value of the body, with
// its offset there and its offset, at index k of Axis, in the stack.
func (sc Scan) at(k int, inner *Value, size, rows int, f func(at, stacked int)) {
	block := count(shape(inner.Axes[stackAt(inner):], rows))
	for i := range size {
		f(i, (i/block*sc.Axis.Size+k)*block+i%block)
	}
}
