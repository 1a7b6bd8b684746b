package graph

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// Reduce folds its argument over the letters that are not kept: "no->n".
// Mean may not be taken over the sample axis: that is what Scale is for.
type Reduce struct {
	Kind Kind
	Sub  string
}

// Kind is how Reduce folds.
type Kind int

// The kinds of Reduce. Where several elements are the largest, the gradient of
// Max goes to the first in the order of the argument's letters. NaN is larger
// than every number.
const (
	Sum Kind = iota
	Mean
	Max
)

// String returns the kind's name.
func (k Kind) String() string { return [...]string{"sum", "mean", "max"}[k] }

// sumTo returns the op that sums away the letters of from that are not in to;
// there may be none.
func sumTo(from, to string) Op { return Reduce{Sum, JoinSub([]string{from}, to)} }

// String implements Op.
func (r Reduce) String() string { return fmt.Sprintf("reduce %v %q", r.Kind, r.Sub) }

// Reduced returns the letters that are not kept.
func (r Reduce) Reduced() string {
	subs, out := ParseSub(r.Sub)
	return without(subs[0], out)
}

// Equation implements Op: L[n] = meanₒ e[n,o].
func (r Reduce) Equation(name Namer, outs, args []*Value) string {
	subs, out := ParseSub(r.Sub)
	operator := [...]string{"Σ", "mean", "max"}[r.Kind]
	right := indexed(name(args[0]), subs[0])
	if reduced := r.Reduced(); reduced != "" {
		right = over(operator, reduced) + " " + right
	}
	return indexed(name(outs[0]), out) + " = " + right
}

// Verify implements Op.
func (r Reduce) Verify(outs, args []*Value) error {
	if len(outs) != 1 || len(args) != 1 {
		return errors.New("wants one out and one argument")
	}
	if err := verifySub(r.Sub, outs[0], args); err != nil {
		return err
	}
	if subs, out := ParseSub(r.Sub); !contains(subs[0], out) {
		return fmt.Errorf("letter %s of the out is not in the argument", without(out, subs[0]))
	}
	if r.Kind == Mean && strings.Contains(r.Reduced(), "n") {
		return errors.New("mean over the samples: multiply by the scale and sum")
	}
	return nil
}

// Eval implements Op.
func (r Reduce) Eval(_ *Env, outs, args []Tensor) {
	subs, out := ParseSub(r.Sub)
	y, x := outs[0].Elems, args[0].Elems
	if r.Kind == Max {
		for i := range y {
			y[i] = math.Inf(-1)
		}
	}
	each(subs[0], []string{out, subs[0]}, []Tensor{outs[0], args[0]}, func(at []int) {
		if r.Kind == Max {
			y[at[0]] = max(y[at[0]], x[at[1]])
		} else {
			y[at[0]] += x[at[1]]
		}
	})
	if r.Kind == Mean {
		for i := range y {
			y[i] /= float64(len(x) / len(y))
		}
	}
}

// Pullback implements Op: a sum hands dy to each of its terms, a mean of k
// hands on dy/k, and a maximum hands dy to the element that it came from.
func (r Reduce) Pullback(s Section, n *Node, dOuts []*Value, _ []bool) []*Value {
	subs, out := ParseSub(r.Sub)
	x, dy := n.Args[0], dOuts[0]
	if r.Kind == Max {
		return []*Value{s.Gradient(MaxBackward{r.Sub}, x, x, dy)}
	}
	share := expr.Name("dy")
	if r.Kind == Mean {
		k := 1
		for i, c := range subs[0] {
			if !strings.ContainsRune(out, c) {
				k *= x.Axes[i].Size
			}
		}
		share = expr.Simplify(expr.Div(share, expr.Number(float64(k))))
	}
	op := Map{Expr: share, Vars: []string{"dy"}, Sub: JoinSub([]string{out}, subs[0])}
	return []*Value{s.Gradient(op, x, dy)}
}

// MaxBackward is the pullback of a Reduce of kind Max. From x and the gradient
// dy of its maxima, it sets dx to dy where x is the first largest, else to 0.
type MaxBackward struct{ Sub string } // that of the Reduce

// String implements Op.
func (m MaxBackward) String() string { return fmt.Sprintf("maxBackward %q", m.Sub) }

// Equation implements Op.
func (m MaxBackward) Equation(name Namer, outs, args []*Value) string {
	subs, out := ParseSub(m.Sub)
	reduced := without(subs[0], out)
	return fmt.Sprintf("%s = %s at the first %s %s, else 0", indexed(name(outs[0]), subs[0]),
		indexed(name(args[1]), out), over("argmax", reduced), indexed(name(args[0]), subs[0]))
}

// Verify implements Op.
func (m MaxBackward) Verify(outs, args []*Value) error {
	if len(outs) != 1 || len(args) != 2 {
		return errors.New("wants one out and the arguments x and dy")
	}
	if err := verifySub(m.Sub, args[1], args[:1]); err != nil {
		return err
	}
	return sameSizes(outs[0], args[0].Axes)
}

// Eval implements Op.
func (m MaxBackward) Eval(_ *Env, outs, args []Tensor) {
	subs, out := ParseSub(m.Sub)
	x, dy := args[0].Elems, args[1].Elems
	first := map[int]int{} // offset of a maximum → offset of the element it came from
	each(subs[0], []string{out, subs[0]}, []Tensor{args[1], args[0]}, func(at []int) {
		best, seen := first[at[0]]
		if v := x[at[1]]; !seen || v > x[best] || v != v && x[best] == x[best] {
			first[at[0]] = at[1]
		}
	})
	for from, to := range first {
		outs[0].Elems[to] = dy[from]
	}
}

// Pullback implements Op.
func (m MaxBackward) Pullback(_ Section, n *Node, _ []*Value, _ []bool) []*Value {
	panic(noPullback(n))
}
