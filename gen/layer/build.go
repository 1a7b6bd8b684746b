// Package layer turns a spec into a graph: each kind of layer, in its own
// file, is a composition of ops. What the gradient of a layer is stands
// nowhere here; it follows from the ops.
package layer

import (
	"errors"
	"fmt"
	"strings"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// Build returns the graph from the input of m to its output and its loss. With
// training, dropout drops; without, it is not there.
func Build(m *spec.Model, training bool) (*graph.Graph, error) {
	g := &graph.Graph{Name: m.Name}
	b := &builder{graph: g, training: training, funcs: map[string]expr.Expr{}}
	g.Input = g.Leaf(graph.Input, "", "x", graph.Samples, graph.Axis{Name: "i", Size: m.Input.Size})
	b.x = g.Input
	for _, l := range m.Layers {
		if err := b.layer(l); err != nil {
			return nil, fmt.Errorf("%v: %s: %w", l.Pos, l.Name, err)
		}
	}
	g.Output = b.x
	if err := b.loss(m.Loss, m.Output, m.Weighted()); err != nil {
		return nil, fmt.Errorf("%v: loss: %w", m.Loss.Pos, err)
	}
	return g, g.Verify()
}

// builder holds what one layer hands to the next.
type builder struct {
	graph    *graph.Graph
	training bool
	x        *graph.Value         // output of the layers so far: x[n,i]
	random   int                  // streams of random numbers in use
	funcs    map[string]expr.Expr // activations by the name of their function
}

// layer adds a layer and makes its output the next one's input.
func (b *builder) layer(l spec.Layer) error {
	s := graph.Section{Graph: b.graph, Layer: l.Name, Pos: l.Pos}
	var err error
	switch {
	case l.Dense != nil:
		b.x, err = b.dense(s, l.Dense)
	case l.Activation != nil:
		b.x, err = b.activation(s, *l.Activation, b.x)
	case l.Dropout != nil:
		b.x = b.dropout(s, l.Dropout)
	default:
		err = errors.New("is of no kind")
	}
	return err
}

// camel returns the Go name of a name of the registry: leaky_relu is leakyRelu.
func camel(name string) string {
	first, rest, _ := strings.Cut(name, "_")
	return first + spec.GoName(rest)
}
