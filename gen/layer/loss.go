package layer

import (
	"errors"
	"fmt"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// loss adds the loss of each row, L[n], and the leaves that it is computed
// from: the target, a class index t[n] or a row t[n,o], and the scale 1/rows
// with which differentiation begins, weight[n]/rows where rows are weighted.
//
//	e[n,o] = element(y[n,o], t[n,o])
//	L[n] = Σₒ e[n,o], or their mean
//
// softmax_cross_entropy, which couples the outputs, is an op of its own.
func (b *builder) loss(l spec.Loss, o spec.Output, weighted bool) error {
	entry, ok := expr.LookupLoss(l.Name)
	if !ok {
		return fmt.Errorf("unknown loss %q", l.Name)
	}
	g, y := b.graph, b.x
	s := graph.Section{Graph: g, Layer: "loss", Pos: l.Pos}
	rows, targetSub := y.Axes, "no"
	if o.Classes != nil {
		rows, targetSub = y.Axes[:1], "n"
	}
	g.Target = g.Leaf(graph.Target, "", "t", rows...)
	var each []graph.Axis
	if weighted {
		each = y.Axes[:1]
	}
	g.Scale = g.Leaf(graph.Scale, "", "scale", each...)

	element := entry.Value(l.Params)
	switch {
	case element == nil:
		g.Loss = s.Node(graph.SoftmaxCrossEntropy{Smoothing: l.Params["label_smoothing"]}, graph.Loss, "L", y.Axes[:1], y, g.Target)
		return nil
	case o.Classes != nil && y.Axes[1].Size != 1:
		return errors.New("compares numbers with class indices")
	}
	op := graph.Map{Expr: element, Vars: []string{"y", "t"}, Sub: "no," + targetSub + "->no"}
	e := s.Node(op, graph.Activation, "e", y.Axes, y, g.Target)
	kind := graph.Sum
	if entry.Mean {
		kind = graph.Mean
	}
	g.Loss = s.Node(graph.Reduce{Kind: kind, Sub: "no->n"}, graph.Loss, "L", y.Axes[:1], e)
	return nil
}
