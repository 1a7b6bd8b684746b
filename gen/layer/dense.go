package layer

import (
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// dense adds a fully connected layer:
//
//	z[n,o] = b[o] + Σᵢ w[o,i]·x[n,i]
//	y[n,o] = activation(z[n,o])
func (b *builder) dense(s graph.Section, d *spec.Dense) (*graph.Value, error) {
	in, out := b.x.Axes[1].Size, graph.Axis{Name: "o", Size: d.Units}
	role := func(frozen bool) graph.Role {
		if frozen {
			return graph.Frozen
		}
		return graph.Parameter
	}
	w := b.graph.Leaf(role(d.FreezeWeights), s.Layer, "w", out, graph.Axis{Name: "i", Size: in})
	op, args := graph.Contract{Sub: "oi,ni->no"}, []*graph.Value{w, b.x}
	if d.Bias {
		op.Sub = "oi,ni,o->no"
		args = append(args, b.graph.Leaf(role(d.FreezeBias), s.Layer, "b", out))
	}
	z := s.Node(op, graph.Activation, "z", []graph.Axis{graph.Samples, out}, args...)
	return b.activation(s, d.Activation, z)
}
