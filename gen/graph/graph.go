// Package graph says what a network computes: a directed acyclic graph of few
// kinds of op over values with named axes.
//
// Every op has its own file, in which stand, side by side, the equation it
// prints, the axes it accepts, its value (Eval: float64 and naive, the oracle
// of every later stage) and its pullback, the rule that leads from the
// gradient of its outs to those of its arguments. Chain strings the pullbacks
// together; that is backpropagation, and its result is again nodes of the graph.
package graph

import (
	"fmt"
	"slices"
	"strconv"
)

// Axis is a named dimension of a value.
type Axis struct {
	Name string
	Size int // 0: the sample axis, which has any length
}

// Samples is the sample axis n. Its letter in subscripts is n, too.
var Samples = Axis{Name: "n"}

// Role says what a value is for.
type Role int

// The roles of values. Values from Input to Frozen are leaves: no node computes them.
const (
	Input      Role = iota
	Target          // what the output is compared with: rows [n,o] or class indices [n]
	Scale           // 1/rows, which turns a sum over rows into their mean; with [n], each row's weight times that
	Parameter       // trained
	Frozen          // a parameter that is not trained
	Activation      // computed on the way forward
	Noise           // random numbers in [0,1)
	Gradient        // ∂L/∂ another value
	Loss            // per row
)

var roleNames = [...]string{"input", "target", "scale", "parameter", "frozen", "activation", "noise", "gradient", "loss"}

// String returns the role's name.
func (r Role) String() string { return roleNames[r] }

// Leaf reports whether values of role r are given, not computed.
func (r Role) Leaf() bool { return r <= Frozen }

// Value is an edge of the graph: an array that one node, or nobody, computes.
type Value struct {
	ID    int    // its index in Graph.Values
	Name  string // a letter of the glossary: x t w b z y m u, dz dw db dy dx
	Layer string // "dense1", "loss"; "" for input, target and scale
	Role  Role
	Axes  []Axis
	Node  *Node  // what computes it; nil for a leaf
	Of    *Value // of a gradient: the value that it is the derivative with respect to
}

// Ref is the value's name in the whole graph: "dense1.w", or "x" where the
// layer is "".
func (v *Value) Ref() string {
	if v.Layer == "" {
		return v.Name
	}
	return v.Layer + "." + v.Name
}

// IsParameter reports whether v is a weight or a bias, trained or frozen.
func (v *Value) IsParameter() bool { return v.Role == Parameter || v.Role == Frozen }

// Node applies an op to arguments.
type Node struct {
	Op         Op
	Args, Outs []*Value
	Layer      string       // the layer whose section it stands in
	Pos        fmt.Stringer // where the spec asks for it; nil where it does not
}

// Op is what a node computes. Ops are immutable and may be shared.
type Op interface {
	// String is the op's name and its parameters.
	String() string
	// Equation writes the outs in terms of the arguments, as mathematics.
	Equation(name Namer, outs, args []*Value) string
	// Verify reports what is wrong with the axes of outs and args.
	Verify(outs, args []*Value) error
	// Eval sets outs, which have the right shapes and hold zeros.
	Eval(env *Env, outs, args []Tensor)
	// Pullback adds to s the nodes that compute, from dOuts, the gradient of
	// each argument of n that is wanted, and returns these, nil for the others.
	// dOuts has nil for an out that does not reach the loss.
	Pullback(s Section, n *Node, dOuts []*Value, wanted []bool) []*Value
}

// Namer says how an equation calls a value.
type Namer func(*Value) string

// Graph is a network: what is given, what is computed, in an order in which
// every value is computed before it is read.
type Graph struct {
	Name   string
	Values []*Value
	Nodes  []*Node

	Input, Target, Scale, Output, Loss *Value // nil where there is none

	Gradients []Pair // of the trained parameters, in their order
}

// Pair is a parameter and its gradient.
type Pair struct{ Of, Value *Value }

// Parameters returns the leaves that make up the network's parameters,
// trained and frozen, in the order of their layers.
func (g *Graph) Parameters() []*Value {
	var params []*Value
	for _, v := range g.Values {
		if v.IsParameter() {
			params = append(params, v)
		}
	}
	return params
}

// ClassBytes returns the size in bytes of the index of one of so many classes. There are two indices more: of what is no
// class.
func ClassBytes(classes int) int {
	bytes := 1
	for classes+2 >= 1<<(8*bytes) {
		bytes *= 2
	}
	return bytes
}

// Lookup returns the value with that Ref, or nil.
func (g *Graph) Lookup(ref string) *Value {
	for _, v := range g.Values {
		if v.Ref() == ref {
			return v
		}
	}
	return nil
}

// Readers returns, for each value, the nodes that read it, in their order;
// a node that reads a value twice stands there twice.
func (g *Graph) Readers() map[*Value][]*Node {
	readers := map[*Value][]*Node{}
	for _, n := range g.Nodes {
		for _, a := range n.Args {
			readers[a] = append(readers[a], n)
		}
	}
	return readers
}

// Leaf adds a value that is given.
func (g *Graph) Leaf(role Role, layer, name string, axes ...Axis) *Value {
	return g.add(&Value{Name: name, Layer: layer, Role: role, Axes: axes})
}

// add appends v. If its name is taken in its layer, it gets an index: dy, dy2.
func (g *Graph) add(v *Value) *Value {
	v.ID = len(g.Values)
	v.Name = g.free(v.Layer, v.Name)
	g.Values = append(g.Values, v)
	return v
}

// free returns name, or name with the lowest index ≥ 2 that no value of that layer has.
func (g *Graph) free(layer, name string) string {
	for candidate, k := name, 2; ; k++ {
		if !slices.ContainsFunc(g.Values, func(v *Value) bool { return v.Layer == layer && v.Name == candidate }) {
			return candidate
		}
		candidate = name + strconv.Itoa(k)
	}
}

// Section adds nodes to a graph in the name of one layer.
type Section struct {
	Graph *Graph
	Layer string
	Pos   fmt.Stringer
}

// Node adds a node with one out, which it returns.
func (s Section) Node(op Op, role Role, name string, axes []Axis, args ...*Value) *Value {
	return s.node(op, &Value{Name: name, Layer: s.Layer, Role: role, Axes: axes}, args)
}

// Gradient adds a node that computes the gradient of a value, or one share of it.
func (s Section) Gradient(op Op, of *Value, args ...*Value) *Value {
	return s.node(op, gradientOf(of), args)
}

func (s Section) node(op Op, out *Value, args []*Value) *Value {
	return s.nodes(op, []*Value{out}, args)[0]
}

// nodes adds a node with several outs.
func (s Section) nodes(op Op, outs, args []*Value) []*Value {
	n := &Node{Op: op, Args: args, Outs: outs, Layer: s.Layer, Pos: s.Pos}
	for _, out := range outs {
		out.Node = n
		s.Graph.add(out)
	}
	s.Graph.Nodes = append(s.Graph.Nodes, n)
	return outs
}

// gradientOf returns a value to hold ∂L/∂v: of the axes of v, and named d + its name.
func gradientOf(v *Value) *Value {
	return &Value{Name: "d" + v.Name, Layer: v.Layer, Role: Gradient, Axes: v.Axes, Of: v}
}
