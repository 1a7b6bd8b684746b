package emit

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// Network is all that is known of a network when its packages are printed.
type Network struct {
	Model   *spec.Model
	Program *kernel.Program
	Loss    string        // the name of the loss, for names and comments
	Link    string        // what turns the output into a prediction: "softmax", "sigmoid" or ""
	Source  string        // base name of the spec
	Embed   bool          // the weights file that lies in the folder of the model package
	Import  string        // import path of the model package
	Tiers   []*Tier       // vector code, from the narrowest to the widest; none: portable Go alone
	Scratch []kernel.Slot // of that: where a block of rows keeps its values
	Kernels Kernels       // of that

	Rows           []*Row        // vector code for one row, and for outputs of many, likewise
	BlockScratch   []kernel.Slot // where that for many rows keeps their values
	RowKernels     Kernels       // of that, but for the training step
	RowStepKernels Kernels       // of that

	MostSource int // bytes of all files; 0: [MostSource]

	Prefix string // put in front of every top-level name, and model and training in one package; "" usually
}

// Kernels prints vector code: Assembly the kernels of all tiers, Stubs their declarations in Go, each behind a header.
type Kernels struct {
	Assembly func(header string) string
	Stubs    func(header, pkg string) string
}

// VectorName is the name of a kernel's assembly function on a tier with that suffix.
func (n *Network) VectorName(f *kernel.Func, suffix string) string {
	return names{prefix: n.Prefix}.top(goName(f.Name) + suffix)
}

// Label is the name of the type that kernels read as the index of a class.
func (n *Network) Label() string { return names{prefix: n.Prefix}.top("label") }

// names returns the names as the training package (or the model package itself) sees them.
func (n *Network) names(training bool) names {
	s := names{prefix: n.Prefix, float: n.Model.Precision, strict: n.Model.Strict()}
	if training && n.Prefix == "" {
		s.model = n.Import
	}
	return s
}

// plan is the schedule.
func (n *Network) plan() *schedule.Plan { return n.Program.Plan }

func (n *Network) inputs() int  { return n.Model.Input.Size }
func (n *Network) outputs() int { return schedule.Size(n.plan().Graph.Output) }

// weighted tells whether every row comes with a weight.
func (n *Network) weighted() bool { return len(n.plan().Graph.Scale.Axes) > 0 }

// classes tells whether a target is the index of a class.
func (n *Network) classes() bool { return n.Model.Output.Classes != nil }

// groups returns the groups of a phase.
func (n *Network) groups(phase schedule.Phase) []*schedule.Group {
	var list []*schedule.Group
	for _, g := range n.plan().Groups {
		if g.Phase == phase {
			list = append(list, g)
		}
	}
	return list
}

// drops tells whether a group is there only while training.
func drops(g *schedule.Group) bool {
	for _, s := range g.Stages {
		if _, ok := s.Node.Op.(graph.Random); ok {
			return true
		}
	}
	return false
}

// random tells whether the network draws masks.
func (n *Network) random() bool {
	for _, g := range n.plan().Groups {
		if drops(g) {
			return true
		}
	}
	return false
}

// paramName is the name of the accessor of a parameter: Dense1W.
func paramName(v *graph.Value) string { return upper(goName(v.Layer)) + upper(v.Name) }

// fieldName is the name of a value's place in the scratch: dense1Y, dense1Dy.
func fieldName(v *graph.Value) string {
	if v.Of != nil {
		return goName(v.Of.Layer) + "D" + v.Of.Name
	}
	return goName(v.Layer) + upper(v.Name)
}

// FuncName is the name of the function of a group: Dense1 of the model package, dense1Backward of the training package.
func (n *Network) FuncName(g *schedule.Group) string {
	name := goName(g.Name)
	switch {
	case g.Phase == schedule.Loss:
		name = n.lossName()
	case g.Phase == schedule.Forward && !drops(g):
		name = upper(name)
	}
	return n.names(false).top(name)
}

// title says what the function of a group belongs to: Layer dense1: dense 4→16, relu.
func (n *Network) title(g *schedule.Group) string {
	if g.Phase == schedule.Loss {
		return fmt.Sprintf("Loss: %s of %d outputs.", n.Loss, n.outputs())
	}
	for _, l := range n.Model.Layers {
		if l.Name == g.Layer {
			return fmt.Sprintf("Layer %s: %v.", l.Name, l) + map[schedule.Phase]string{schedule.Backward: " Backward."}[g.Phase]
		}
	}
	panic("emit: no layer " + g.Layer)
}
