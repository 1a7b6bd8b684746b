// Package gen is the compiler: it turns the spec of a network into Go packages that compute it and train it.
//
// The way of the data is one line. A spec becomes a graph of ops (layer), the chain rule and simplifications turn that
// into the graph of a training step (pass), a schedule decides how every op is computed, kernels are its loop nests,
// and emit prints them.
package gen

import (
	"errors"
	"fmt"

	"github.com/chainrule-go/chainrule/gen/emit"
	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/layer"
	"github.com/chainrule-go/chainrule/gen/pass"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/gen/target"
)

// File is one generated file; Path is relative to the output folder, with slashes.
type File = emit.File

// Options says where the packages go and what goes into them.
type Options struct {
	ImportPath string // import path of the output folder
	Source     string // base name of the spec, for the headers
	Embed      bool   // the weights file in the folder of the model package, which fits the spec
}

// Generate returns the files of the model package and of the training package of m. Output is a function of the
// arguments: the same spec and weights give the same bytes, on every machine.
func Generate(m *spec.Model, o Options) ([]File, error) {
	n, err := Network(m)
	if err != nil {
		return nil, err
	}
	n.Source, n.Embed, n.Import = o.Source, o.Embed, o.ImportPath+"/"+m.Name
	files, err := n.Files()
	if errors.Is(err, emit.ErrTooLarge) {
		return nil, fmt.Errorf("%v: %w: more than %d bytes, want fewer layers, or fewer and shorter names", m.Pos, err, emit.MostSource)
	}
	if err != nil {
		panic(err) // a mistake of ours, whatever the spec
	}
	return files, nil
}

// Network runs the stages of the compiler up to what is printed.
func Network(m *spec.Model) (*emit.Network, error) {
	plan, err := Plan(m)
	if err != nil {
		return nil, err
	}
	loss, ok := expr.LookupLoss(m.Loss.Name)
	if !ok {
		return nil, fmt.Errorf("%v: unknown loss %q", m.Loss.Pos, m.Loss.Name)
	}
	n := &emit.Network{Model: m, Program: kernel.Lower(plan, loss.Link), Loss: loss.Name, Link: loss.Link}
	calm, err := graphOf(m, false)
	if err != nil {
		return nil, err
	}
	if len(m.Layers) > target.Generic.VectorLayers {
		return n, nil
	}
	if err := vectorize(n, plan.Graph, calm); err != nil {
		return nil, err
	}
	return n, vectorizeRows(n, plan.Graph, calm)
}

// graphOf builds the graph of a training step, or the one without dropout and gradients.
func graphOf(m *spec.Model, training bool) (*graph.Graph, error) {
	g, err := layer.Build(m, training)
	if err != nil {
		return nil, err
	}
	return pass.Run(g, training)
}

// Plan builds the graph of a training step and schedules it for the portable target.
func Plan(m *spec.Model) (*schedule.Plan, error) {
	g, err := graphOf(m, true)
	if err != nil {
		return nil, err
	}
	machine := target.Generic
	if m.Strict() {
		machine = machine.Strictly()
	}
	return schedule.New(g, machine), nil
}

// Print shows one stage of the compiler as text: graph, schedule or kernel.
func Print(m *spec.Model, stage string) (string, error) {
	plan, err := Plan(m)
	if err != nil {
		return "", err
	}
	switch stage {
	case "graph":
		return plan.Graph.String(), nil
	case "schedule":
		return plan.String(), nil
	case "kernel":
		loss, _ := expr.LookupLoss(m.Loss.Name)
		return kernel.Lower(plan, loss.Link).String(), nil
	}
	return "", fmt.Errorf("unknown stage %q, want graph, schedule or kernel", stage)
}
