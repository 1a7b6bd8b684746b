package layer

import (
	"math"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// dropout adds, in training, a mask that zeroes elements with probability
// rate and scales the others so that their mean stays:
//
//	u[n,o] = random
//	m[n,o] = 0 if u < rate, else 1/(1−rate)
//	y[n,o] = x[n,o]·m[n,o]
//
// The random numbers are multiples of 2⁻²⁴, as many as fit into a float32. The
// rate is rounded to one of these, so that u < rate is the same in any precision.
func (b *builder) dropout(s graph.Section, d *spec.Dropout) *graph.Value {
	const steps = 1 << 24
	rate := min(math.Round(d.Rate*steps), steps-1) / steps
	if !b.training || rate == 0 {
		return b.x
	}
	axes := b.x.Axes
	u := s.Node(graph.Random{Stream: b.random}, graph.Noise, "u", axes)
	b.random++
	mask := graph.Map{
		Expr: expr.If(expr.Less(expr.Name("u"), expr.Number(rate)), expr.Number(0), expr.Number(1/(1-rate))),
		Vars: []string{"u"},
		Sub:  "no->no",
	}
	m := s.Node(mask, graph.Activation, "m", axes, u)
	product := graph.Map{
		Expr: expr.Mul(expr.Name("x"), expr.Name("m")),
		Vars: []string{"x", "m"},
		Sub:  "no,no->no",
	}
	return s.Node(product, graph.Activation, "y", axes, b.x, m)
}
