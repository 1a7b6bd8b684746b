package emit

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// trial is what the test templates need to know.
type trial struct {
	*wiring
	Link         string // what turns the output into a prediction
	CrossEntropy bool   // targets are probabilities
	Frozen       bool   // some tensor is
	Tolerance    string // of values and gradients, as a share of the largest
	Reference    referenceText
	Example      exampleText
}

// referenceText is the arguments of reference.New.
type referenceText struct {
	Loss   string
	Layers []string
}

// exampleText is what the examples say.
type exampleText struct {
	Features string // fields of Features with their values
	Value    string // the first output where all parameters are zero
	Limit    string // of random parameters
	Rate     string // a learning rate at which the loss falls
	Stalls   bool   // the loss may stay as it is
}

// T names a thing of the training package.
func (t trial) T(name string) string { return t.pkg + "train." + name }

// testing collects what the test templates print.
func (n *Network) testing(pkg string) trial {
	t := trial{wiring: n.wiring(pkg), Link: n.Link, CrossEntropy: n.Link != "", Tolerance: "1e-5"}
	if n.Model.Precision == "float64" {
		t.Tolerance = "1e-11"
	}
	for _, tensor := range t.Tensors {
		t.Frozen = t.Frozen || tensor.Frozen
	}
	t.Reference = n.reference()
	t.Example = n.example()
	return t
}

// reference prints the network as layers of the reference.
func (n *Network) reference() referenceText {
	m := n.Model
	text := referenceText{Loss: fmt.Sprintf("reference.NewLoss(%q, %s)", m.Loss.Name, settings(m.Loss.Params))}
	add := func(format string, args ...any) {
		text.Layers = append(text.Layers, "reference."+fmt.Sprintf(format, args...))
	}
	activate := func(a spec.Activation) {
		if a.Name != "linear" {
			add("NewActivation(%q, %s)", a.Name, settings(a.Params))
		}
	}
	for _, l := range m.Layers {
		switch {
		case l.Dense != nil:
			add("NewDense(%d, %d, %t)", l.In, l.Out, l.Dense.Bias)
			activate(l.Dense.Activation)
		case l.Activation != nil:
			activate(*l.Activation)
		default:
			if stream, ok := n.stream(l.Name); ok {
				const steps = 1 << 24 // the random numbers are multiples of 2⁻²⁴
				rate := strconv.FormatFloat(math.Round(l.Dropout.Rate*steps)/steps, 'g', -1, 64)
				add("NewDropout(%s, keep(first, %d, %s))", rate, stream, rate)
			}
		}
	}
	return text
}

// stream returns the stream of random numbers of a dropout layer; it has none at a rate of zero.
func (n *Network) stream(layer string) (stream int, ok bool) {
	for _, g := range n.plan().Groups {
		for _, s := range g.Stages {
			if op, random := s.Node.Op.(graph.Random); random && g.Layer == layer {
				return op.Stream, true
			}
		}
	}
	return 0, false
}

// settings prints the parameters of an activation or a loss.
func settings(params map[string]float64) string {
	if len(params) == 0 {
		return "nil"
	}
	var fields []string
	for name, v := range params {
		fields = append(fields, fmt.Sprintf("%q: %s", name, strconv.FormatFloat(v, 'g', -1, 64)))
	}
	slices.Sort(fields)
	return "map[string]float64{" + strings.Join(fields, ", ") + "}"
}

// example says what the network makes of parameters that are zero, and how to train it on easy rows.
func (n *Network) example() exampleText {
	m := n.Model
	var e exampleText
	e.Features = n.exampleFeatures()

	// What follows the last dense layer, whose sums are zero.
	y, widest := 0.0, 1
	for _, l := range m.Layers {
		widest = max(widest, l.In, l.Out)
		switch {
		case l.Dense != nil:
			y = valueAt(l.Dense.Activation, 0)
			e.Stalls = flat(l.Dense.Activation) || !l.Dense.Bias || l.Dense.FreezeBias
		case l.Activation != nil:
			y = valueAt(*l.Activation, y)
			e.Stalls = e.Stalls || flat(*l.Activation)
		}
	}
	switch n.Link {
	case "softmax":
		y = 1 / float64(n.outputs())
	case "sigmoid":
		y = 0.5
	}
	e.Value = fmt.Sprintf("%.3f", y)
	e.Limit = fmt.Sprintf("%.2g", math.Sqrt(3/float64(widest)))
	// A gradient grows with the inputs of a sum; beyond 2/curvature a step goes too far.
	e.Rate = strconv.FormatFloat(math.Pow10(-len(strconv.Itoa(widest))), 'g', -1, 64)
	return e
}

// exampleFeatures prints the first fields of a row. Without parameters, their values would decide what comes out.
func (n *Network) exampleFeatures() string {
	var fields []string
	for i, f := range n.features()[:min(4, len(n.features()))] {
		switch {
		case len(n.plan().Params) == 0:
		case f.Categorical():
			constant := f.Constants[len(f.Constants)-1].Constant
			fields = append(fields, fmt.Sprintf("%s: %s.%s", f.Field, n.Model.Name, constant))
		case f.Boolean():
			fields = append(fields, f.Field+": true")
		default:
			fields = append(fields, fmt.Sprintf("%s: %d.5", f.Field, i))
		}
	}
	return strings.Join(fields, ", ")
}

// valueAt returns the value of an activation.
func valueAt(a spec.Activation, z float64) float64 {
	entry, ok := expr.LookupActivation(a.Name)
	if !ok {
		panic("emit: unknown activation " + a.Name)
	}
	return expr.Eval(entry.Value(a.Params), map[string]float64{"z": z})
}

// flat tells whether an activation has a range where its derivative is zero.
func flat(a spec.Activation) bool {
	return slices.Contains([]string{"relu", "relu6", "hard_tanh", "hard_sigmoid"}, a.Name)
}
