package layer

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// activation adds y = f(z), unless f is linear: then y is z. The pullback of
// f comes from the registry, in the form that keeps least for it.
func (b *builder) activation(s graph.Section, a spec.Activation, z *graph.Value) (*graph.Value, error) {
	f, ok := expr.LookupActivation(a.Name)
	if !ok {
		return nil, fmt.Errorf("unknown activation %q", a.Name)
	}
	value := f.Value(a.Params)
	if value == expr.Name("z") {
		return z, nil
	}
	op := graph.Map{
		Func:     b.funcName(s, camel(a.Name), value),
		Expr:     value,
		Vars:     []string{"z"},
		Sub:      "no->no",
		Backward: f.Pullback(a.Params),
	}
	return s.Node(op, graph.Activation, "y", z.Axes, z), nil
}

// funcName returns the name of the function for an activation: its own, or,
// when the network has it with other parameters already, that and the layer's.
func (b *builder) funcName(s graph.Section, name string, value expr.Expr) string {
	if known, taken := b.funcs[name]; taken && !expr.Equal(known, value) {
		name += spec.GoName(s.Layer)
	}
	b.funcs[name] = value
	return name
}
