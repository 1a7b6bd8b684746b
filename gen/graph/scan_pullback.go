package graph

import (
	"slices"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// References:
//
//	Werbos: Backpropagation through time: what it does and how to do it, Proc. IEEE 78, 1990.

// Pullback implements Op: backpropagation through time. The reverse scan walks
// the same axis backwards over a body that is the scan's own, differentiated.
//
//	its carries   the gradients of the carries, and the sums of those of the constants
//	per step      the carries that the step began with, its inputs, the gradients of its outputs
//	its outputs   the gradients of the per-step inputs
func (sc Scan) Pullback(s Section, n *Node, dOuts []*Value, wanted []bool) []*Value {
	body, twin := sc.Body.Copy()
	body.Name += "Backward"
	r := reverseScan{section: s, body: Section{Graph: body}}

	var seeds []Pair
	for i, out := range sc.Out {
		d := body.Leaf(Input, "", "d"+out.Name, out.Axes...)
		switch {
		case i < sc.Carries:
			r.carries.add(r.orZeros(s, dOuts[i], out.Axes), d)
		case dOuts[i] != nil:
			r.steps.add(dOuts[i], d)
		default:
			continue
		}
		seeds = append(seeds, Pair{Of: twin[out], Value: d})
	}
	begun := sc.saveCarries(s.Graph, n)
	var wrt []*Value
	for i, in := range sc.In {
		switch {
		case i < sc.Carries:
			r.steps.add(begun[i], twin[in])
		case i < sc.Carries+sc.Steps:
			r.steps.add(n.Args[i], twin[in])
		default:
			r.constants.add(n.Args[i], twin[in])
		}
		if i < sc.Carries || wanted[i] {
			wrt = append(wrt, twin[in])
		}
	}
	return r.node(sc, n, body.Chain(seeds, wrt), wanted)
}

// saveCarries makes the scan n also return the carries that each step began
// with, and returns these, stacked.
func (sc Scan) saveCarries(g *Graph, n *Node) []*Value {
	begun := make([]*Value, sc.Carries)
	for i, in := range sc.In[:sc.Carries] {
		begun[i] = g.add(&Value{Name: in.Name, Layer: n.Layer, Role: Activation, Axes: sc.stacked(in), Node: n})
	}
	n.Outs = append(slices.Clone(n.Outs), begun...)
	sc.Out = append(slices.Clone(sc.Out), sc.In[:sc.Carries]...)
	n.Op = sc
	return begun
}

// ports pairs arguments of a scan with leaves of its body.
type ports struct{ args, in []*Value }

func (p *ports) add(arg, in *Value) {
	p.args, p.in = append(p.args, arg), append(p.in, in)
}

// reverseScan is the scan that a pullback makes.
type reverseScan struct {
	section, body             Section
	carries, steps, constants ports
}

// orZeros returns v, or zeros where v is nil because nothing depends on it.
func (reverseScan) orZeros(s Section, v *Value, axes []Axis) *Value {
	if v != nil {
		return v
	}
	return s.Node(Map{Expr: expr.Number(0), Sub: Letters(axes)}, Gradient, "zeros", axes)
}

// node adds the reverse scan of n, whose body has the gradients of the carries
// and of what is wanted besides, and returns those of the wanted arguments.
func (r *reverseScan) node(sc Scan, n *Node, gradients []*Value, wanted []bool) []*Value {
	var carried, stepped []*Value    // values of the body: new carries, per-step outputs
	var carryOuts, stepOuts []*Value // of the node
	d := make([]*Value, len(n.Args))
	for i, in := range sc.In {
		if i >= sc.Carries && !wanted[i] {
			continue
		}
		gradient, out := gradients[0], gradientOf(n.Args[i])
		gradients = gradients[1:]
		switch {
		case i < sc.Carries:
			carried = append(carried, r.orZeros(r.body, gradient, in.Axes))
			carryOuts = append(carryOuts, out)
		case i < sc.Carries+sc.Steps:
			stepped = append(stepped, r.orZeros(r.body, gradient, in.Axes))
			stepOuts = append(stepOuts, out)
		default:
			carried = append(carried, r.accumulate(in, gradient))
			carryOuts = append(carryOuts, out)
		}
		if wanted[i] {
			d[i] = out
		}
	}
	op := Scan{
		Body:    r.body.Graph,
		In:      slices.Concat(r.carries.in, r.steps.in, r.constants.in),
		Out:     slices.Concat(carried, stepped),
		Carries: len(carried),
		Steps:   len(r.steps.in),
		Axis:    sc.Axis,
		Reverse: !sc.Reverse,
	}
	r.section.nodes(op, slices.Concat(carryOuts, stepOuts), slices.Concat(r.carries.args, r.steps.args, r.constants.args))
	return d
}

// accumulate adds a carry that sums, over the steps, the gradient of a constant.
func (r *reverseScan) accumulate(in, gradient *Value) *Value {
	sum := r.body.Graph.Leaf(Input, "", "sum", in.Axes...)
	r.carries.add(r.orZeros(r.section, nil, in.Axes), sum)
	if gradient == nil {
		return sum
	}
	letters := Letters(in.Axes)
	op := Map{
		Expr: expr.Add(expr.Name("sum"), expr.Name("d")),
		Vars: []string{"sum", "d"},
		Sub:  JoinSub([]string{letters, letters}, letters),
	}
	return r.body.Node(op, Gradient, "sum", in.Axes, sum, gradient)
}
