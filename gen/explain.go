package gen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/emit"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// Explanation says what a network computes, and how: its derivation. Multiply-adds are those of one row.
type Explanation struct {
	Network    string       `json:"network"`
	Precision  string       `json:"precision"`
	Numerics   string       `json:"numerics"`
	Inputs     int          `json:"inputs"`
	Outputs    int          `json:"outputs"`
	Layers     []Layer      `json:"layers"`
	Loss       Function     `json:"loss"`
	Link       string       `json:"link,omitempty"` // what makes a prediction of the output
	Parameters int          `json:"parameters"`
	Bytes      int          `json:"bytes"` // of the parameters
	Forward    int          `json:"forward_multiply_adds"`
	Step       int          `json:"step_multiply_adds"` // forward, backward and the gradients of the weights
	Block      int          `json:"rows_in_work"`       // of portable code
	Vector     []VectorCode `json:"vector_code,omitempty"`
}

// Layer is a layer of the network.
type Layer struct {
	Name        string    `json:"name"`
	Kind        string    `json:"kind"` // and its sizes: dense 64→32, relu
	In          int       `json:"in"`
	Out         int       `json:"out"`
	Tensors     []Tensor  `json:"tensors,omitempty"`
	Parameters  int       `json:"parameters"`
	Bytes       int       `json:"bytes"`            // of the parameters
	Activations int       `json:"activation_bytes"` // that a row leaves in memory for the way back
	Forward     *Function `json:"forward,omitempty"`
	Backward    *Function `json:"backward,omitempty"`
}

// Tensor is a parameter of a layer and its place in the flat array.
type Tensor struct {
	Name   string `json:"name"`
	Shape  []int  `json:"shape"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	Frozen bool   `json:"frozen,omitempty"`
}

// Function is a generated function of portable Go.
type Function struct {
	Name         string   `json:"function"`
	MultiplyAdds int      `json:"multiply_adds"`
	Schedule     string   `json:"schedule"` // how it is computed, and why
	Formulas     []string `json:"formulas"` // as in the comments of the generated code
}

// VectorCode is what there is on a tier of vector registers.
type VectorCode struct {
	Tier  string   `json:"tier"`
	Calls []string `json:"calls"`
}

// Explain derives what a network computes, before anything is generated.
func Explain(m *spec.Model) (*Explanation, error) {
	n, err := Network(m)
	if err != nil {
		return nil, err
	}
	plan := n.Program.Plan
	size := 4
	if m.Precision == "float64" {
		size = 8
	}
	e := &Explanation{
		Network: m.Name, Precision: m.Precision, Numerics: m.Numerics, Inputs: m.Input.Size, Outputs: schedule.Size(plan.Graph.Output),
		Link: n.Link, Parameters: plan.Len(), Bytes: size * plan.Len(), Block: plan.Block, Vector: vectorCode(n),
	}
	for _, l := range m.Layers {
		e.Layers = append(e.Layers, Layer{Name: l.Name, Kind: l.String(), In: l.In, Out: l.Out})
		layer := &e.Layers[len(e.Layers)-1]
		for _, q := range plan.Params {
			if q.Value.Layer == l.Name {
				layer.Tensors = append(layer.Tensors, tensor(q))
				layer.Parameters += q.Len()
			}
		}
		layer.Bytes = size * layer.Parameters
	}
	for _, g := range plan.Groups {
		f := &Function{Name: n.FuncName(g), MultiplyAdds: g.Terms, Schedule: g.Reason, Formulas: n.Program.Func(g.Name).Formulas()}
		e.Step += g.Terms
		if g.Phase == schedule.Loss {
			e.Loss = *f
			continue
		}
		layer := e.layer(g.Layer)
		if g.Phase == schedule.Backward {
			layer.Backward = f
			continue
		}
		layer.Forward = f
		layer.Activations = size * stored(g)
		e.Forward += g.Terms
	}
	return e, nil
}

// layer returns the layer of that name.
func (e *Explanation) layer(name string) *Layer {
	for i := range e.Layers {
		if e.Layers[i].Name == name {
			return &e.Layers[i]
		}
	}
	panic("gen: no layer " + name)
}

// tensor says where a parameter lies.
func tensor(q schedule.Param) Tensor {
	t := Tensor{Name: q.Value.Name, Offset: q.Offset, Length: q.Len(), Frozen: q.Value.Role == graph.Frozen}
	for _, a := range q.Value.Axes {
		t.Shape = append(t.Shape, a.Size)
	}
	return t
}

// stored counts the elements that the functions of a group leave in memory for one row.
func stored(g *schedule.Group) int {
	n := 0
	for _, s := range g.Stages {
		if !s.Resident && !s.InPlace && (s.Epilogue == nil || s.KeepSum) {
			n += schedule.Size(s.Node.Outs[0])
		}
		if s.Epilogue != nil {
			n += schedule.Size(s.Epilogue.Outs[0])
		}
	}
	return n
}

// vectorCode lists the calls that have kernels on each tier.
func vectorCode(n *emit.Network) []VectorCode {
	var list []VectorCode
	of := func(tier string) *VectorCode {
		for i := range list {
			if list[i].Tier == tier {
				return &list[i]
			}
		}
		list = append(list, VectorCode{Tier: tier})
		return &list[len(list)-1]
	}
	for _, t := range n.Tiers {
		code := of(strings.ToLower(t.Suffix))
		code.Calls = append(code.Calls, fmt.Sprintf("training step of up to %d rows at once", schedule.Samples))
	}
	for _, r := range n.Rows {
		code := of(strings.ToLower(r.Suffix))
		for _, call := range []struct {
			there bool
			name  string
		}{{r.Forward != nil, "forward"}, {r.Predict != nil, "predict"}, {r.Step != nil, "gradients"}, {r.Step != nil, "training step"}} {
			if call.there {
				code.Calls = append(code.Calls, call.name+" of one row")
			}
		}
	}
	return slices.DeleteFunc(list, func(v VectorCode) bool { return len(v.Calls) == 0 })
}
