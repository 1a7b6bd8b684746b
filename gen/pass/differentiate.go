package pass

import (
	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
)

// Differentiate adds the nodes that compute the gradient of the mean loss over
// the rows with respect to each parameter that is trained, and lists these in
// Gradients. The chain rule begins with
//
//	∂(Σₙ L[n]/rows)/∂L[n] = 1/rows = scale, or weight[n]/rows = scale[n]
//
// and goes on in graph.Chain. The order in which the nodes come out is that in
// which a reader follows backpropagation: layer by layer from the last to the
// first and, within a layer, dz, db, dw, dx.
func Differentiate(g *graph.Graph) *graph.Graph {
	g, _ = g.Copy()
	var trained []*graph.Value
	for _, v := range g.Parameters() {
		if v.Role == graph.Parameter {
			trained = append(trained, v)
		}
	}
	s := graph.Section{Graph: g, Layer: g.Loss.Layer, Pos: g.Loss.Node.Pos}
	perRow := graph.Map{Expr: expr.Name("scale"), Vars: []string{"scale"}, Sub: graph.Letters(g.Scale.Axes) + "->n"}
	seed := graph.Pair{Of: g.Loss, Value: s.Gradient(perRow, g.Loss, g.Scale)}
	for i, d := range g.Chain([]graph.Pair{seed}, trained) {
		if d == nil { // the loss does not depend on it
			s := graph.Section{Graph: g, Layer: trained[i].Layer}
			d = s.Gradient(graph.Map{Expr: expr.Number(0), Sub: graph.Letters(trained[i].Axes)}, trained[i])
		}
		g.Gradients = append(g.Gradients, graph.Pair{Of: trained[i], Value: d})
	}
	return g
}
