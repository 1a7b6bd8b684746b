package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

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

	// Assembly prints the kernels of all tiers, Stubs their declarations in Go, each behind a header.
	Assembly func(header string) string
	Stubs    func(header, pkg string) string

	Rows         []*Row        // vector code for one row, and for outputs of many, likewise
	BlockScratch []kernel.Slot // where that for many rows keeps their values

	// RowAssembly and RowStubs print that of the model package, or that of the training package.
	RowAssembly func(header string, training bool) string
	RowStubs    func(header, pkg string, training bool) string

	Prefix string // put in front of every top-level name, and model and training in one package; "" usually
}

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

// caller prints calls of kernels for one way of keeping the scratch.
type caller struct {
	*printer
	net *Network
	// place prints where an activation or gradient lives; row and rows are false and true for kernels of one row and of
	// a block.
	place func(v *graph.Value, block bool) *jen.Statement
	input func(block bool) *jen.Statement
	// target prints the target of the current row.
	target func(class bool) *jen.Statement
	row    *jen.Statement // the number of the current row in the batch
}

// weight prints how much the current row counts.
func (c *caller) weight() *jen.Statement { return jen.Id("weight").Index(jen.Id("n")) }

// lossCall prints the statement that adds the loss of a row.
func (c *caller) lossCall(f *kernel.Func, name *jen.Statement) *jen.Statement {
	call := c.call(f, name)
	if c.net.weighted() {
		call = c.rounded(c.weight().Op("*").Add(call))
	}
	return jen.Id("loss").Op("+=").Add(call)
}

// call prints the call of a kernel.
func (c *caller) call(f *kernel.Func, name *jen.Statement) *jen.Statement {
	var args []jen.Code
	g := c.net.plan().Graph
	for _, a := range f.Arrays {
		v := a.Value
		switch {
		case v == g.Input:
			args = append(args, c.input(a.Rows))
		case v == g.Target:
			args = append(args, c.target(false))
		case v.IsParameter():
			args = append(args, jen.Id("p").Dot(paramName(v)).Call())
		case v.Of != nil && v.Of.Role == graph.Parameter:
			args = append(args, jen.Id("g").Dot(paramName(v.Of)).Call())
		default:
			args = append(args, c.place(v, a.Rows))
		}
	}
	for _, s := range f.Scalars {
		switch s.Kind {
		case kernel.Class:
			args = append(args, c.target(true))
		case kernel.Float:
			if c.net.weighted() {
				args = append(args, c.rounded(jen.Id("scale").Op("*").Add(c.weight())))
				continue
			}
			args = append(args, jen.Id("scale"))
		case kernel.Row:
			args = append(args, c.row)
		default:
			args = append(args, jen.Id("w").Dot(upper(s.Name)))
		}
	}
	return name.Call(args...)
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

// header starts a file: the line that marks generated code, and the hashes of what it was made from.
func (n *Network) header(f *jen.File, name string) {
	f.HeaderComment(fmt.Sprintf("// Code generated by chainrule from %s. DO NOT EDIT.", n.Source))
	f.HeaderComment("// " + n.hashes())
	f.ImportName("github.com/chainrule-go/chainrule/runtime", "runtime")
	if n.Import != "" {
		f.ImportName(n.Import, name)
	}
}
