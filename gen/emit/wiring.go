package emit

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
)

// wiring is what the template that joins a training package to the runtime needs to know.
type wiring struct {
	Embedded                        bool              // weights lie in the folder
	Notes                           map[string]string // metadata of a weights file
	Spec                            string            // the base name of its file
	n                               names
	pkg                             string
	Name, Float, X, Target          string
	Inputs, Outputs                 int
	Features                        []featureWiring
	Classes, Targets, Fields        []string
	Label                           string
	Random                          bool
	Tensors                         []tensorWiring
	Stored                          []tensorWiring // Tensors, and those of the normalizers
	In, Out                         *normalizer
	First, Last                     *foldWiring // the layers into which the normalizers fold
	Optimizer, Schedule, Clip, Stop string
	Weighted, Balanced              bool
	Weight, ClassWeights, Penalty   string
	Batch, Epochs, Workers          int
	Strict                          bool
	Validation, Test                float64
	Seed                            uint64
	Rows                            []rowWiring
}

type tensorWiring struct {
	runtime.Tensor
	Init string // the statement that sets it to its first values
}

// Dims is the shape as the elements of a list: 16,4.
func (t tensorWiring) Dims() string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(t.Shape), "[]"), " ", ",")
}

type rowWiring struct{ X, Target string }

// DType is the type of the parameters in a weights file.
func (w *wiring) DType() string { return fmt.Sprintf("F%d", 8*w.Bytes()) }

// Bytes is the size of a parameter.
func (w *wiring) Bytes() int {
	if w.Float == "float64" {
		return 8
	}
	return 4
}

// Bits is the same in bits.
func (w *wiring) Bits() int { return 8 * w.Bytes() }

// P names a top-level thing of the training package, M one of the model package.
func (w *wiring) P(name string) string { return w.n.top(name) }

// M names a top-level thing of the model package as the training package sees it.
func (w *wiring) M(name string) string {
	if w.n.model == "" {
		return w.n.top(name)
	}
	return w.pkg + "." + name
}

// W prints what takes weights of rows, or what stands in its place in a network without.
func (w *wiring) W(text string, without ...string) string {
	if !w.Weighted {
		return strings.Join(without, "")
	}
	return text
}

// C prints what belongs to a column of weights, where there is one.
func (w *wiring) C(text string) string {
	if w.Weight == "" {
		return ""
	}
	return text
}

// wiring collects what the template prints.
func (n *Network) wiring(pkg string) *wiring {
	m := n.Model
	w := &wiring{
		n: n.names(true), Notes: n.Notes(), Spec: n.Source, Embedded: n.Embed, pkg: pkg, Name: m.Name, Float: m.Precision, Inputs: n.inputs(), Outputs: n.outputs(),
		Features: n.features(), Classes: m.Output.Classes, Targets: m.Output.TargetNames(), Label: m.Train.Data.Label,
		Random: n.random(), Batch: m.Train.Batch, Epochs: m.Train.Epochs, Workers: m.Train.Workers, Strict: m.Strict(),
		Validation: m.Train.Data.Validation, Test: m.Train.Data.Test, Seed: m.Train.Seed,
	}
	w.X = fmt.Sprintf("[%d]%s", w.Inputs, w.Float)
	w.Target = fmt.Sprintf("[%d]%s", w.Outputs, w.Float)
	if w.Classes != nil {
		w.Target = w.M("Class")
		if w.Label == "" {
			w.Label = spec.DefaultLabel
		}
	}
	w.Weighted, w.Weight, w.Balanced = m.Weighted(), m.Train.Weights.Column, m.Train.Weights.Balanced
	classWeights := make([]string, len(m.Train.Weights.Classes))
	for i, v := range m.Train.Weights.Classes {
		classWeights[i] = strconv.FormatFloat(v, 'g', -1, 64)
	}
	w.ClassWeights = strings.Join(classWeights, ", ")
	for _, t := range w.Targets {
		w.Fields = append(w.Fields, spec.GoName(t))
	}
	w.Optimizer = literal(optimizerTypes[m.Train.Optimizer.Name], m.Train.Optimizer.Params)
	w.Schedule = literal(scheduleTypes[m.Train.Schedule.Name], m.Train.Schedule.Params)
	c, s, d := m.Train.Clip, m.Train.Stop, m.Train.Penalty
	w.Penalty = literalUnlessZero("Penalty", map[string]float64{"l1": d.L1, "l2": d.L2})
	w.Clip = literalUnlessZero("Clip", map[string]float64{"norm": c.Norm, "value": c.Value})
	w.Stop = literalUnlessZero("Stop", map[string]float64{"patience": float64(s.Patience), "min_delta": s.MinDelta, "below": s.Below})
	for i, t := range n.Tensors() {
		v := n.plan().Params[i].Value
		w.Tensors = append(w.Tensors, tensorWiring{t, n.initial(v, t.Name)})
	}
	n.wireNormalizers(w)
	for _, row := range m.Train.Data.Rows {
		features := len(row) - max(1, len(w.Targets))
		w.Rows = append(w.Rows, rowWiring{X: n.floats(m.Input.Row(row[:features])), Target: n.floats(row[features:])})
	}
	return w
}

// The types of the runtime by their names in a spec.
var (
	optimizerTypes = map[string]string{
		"sgd": "SGD", "momentum": "Momentum", "nesterov": "Nesterov", "rmsprop": "RMSProp", "adagrad": "Adagrad", "adam": "Adam", "adamw": "AdamW",
	}
	scheduleTypes = map[string]string{
		"constant": "ConstantRate", "step": "Step", "exponential": "Exponential", "cosine": "Cosine",
	}
)

// literal prints a struct of the runtime; what is zero is left out.
func literal(name string, params map[string]float64) string {
	keys := make([]string, 0, len(params))
	for k, v := range params {
		if v != 0 {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	fields := make([]string, len(keys))
	for i, k := range keys {
		fields[i] = fmt.Sprintf("%s: %s", spec.GoName(k), strconv.FormatFloat(params[k], 'g', -1, 64))
	}
	return "runtime." + name + "{" + strings.Join(fields, ", ") + "}"
}

func literalUnlessZero(name string, params map[string]float64) string {
	for _, v := range params {
		if v != 0 {
			return literal(name, params)
		}
	}
	return ""
}

// floats prints numbers as elements of a literal.
func (n *Network) floats(v []float64) string {
	p := printer{names: n.names(true)}
	parts := make([]string, len(v))
	for i, x := range v {
		parts[i] = p.number(x)
	}
	return strings.Join(parts, ", ")
}

// Tensors describes the parameters as the runtime does, in the order of the flat array.
func (n *Network) Tensors() []runtime.Tensor {
	list := make([]runtime.Tensor, len(n.plan().Params))
	for i, t := range n.plan().Params {
		v := t.Value
		list[i] = runtime.Tensor{Name: v.Layer + "." + tensorKind(v), Offset: t.Offset, Frozen: v.Role == graph.Frozen}
		for _, a := range v.Axes {
			list[i].Shape = append(list[i].Shape, a.Size)
		}
	}
	return list
}

// initial prints the statement that sets a parameter to its first values.
func (n *Network) initial(v *graph.Value, name string) string {
	d := n.denseOf(v.Layer)
	init, explicit := d.BiasInitializer, [][]float64{d.BiasValues}
	in, out := d.In, d.Units
	if v.Name == "w" {
		init, explicit = d.WeightInitializer, d.Weights
	}
	if len(explicit) > 0 && explicit[0] != nil {
		var all []float64
		for _, row := range explicit {
			all = append(all, row...)
		}
		return fmt.Sprintf("*p.%s() = [%d]%s{%s}", paramName(v), len(all), n.Model.Precision, n.floats(all))
	}
	args := []string{fmt.Sprintf("p.%s()[:]", paramName(v))}
	needsRand := true
	switch init.Name {
	case "zeros", "constant":
		needsRand = false
	case "uniform", "normal":
	default:
		args = append(args, fmt.Sprint(in), fmt.Sprint(out))
	}
	for _, k := range initializerParams[init.Name] {
		args = append(args, strconv.FormatFloat(init.Params[k], 'g', -1, 64))
	}
	if needsRand {
		args = append(args, fmt.Sprintf("runtime.InitRand(seed, %q)", name))
	}
	return fmt.Sprintf("runtime.%s(%s)", spec.GoName(init.Name), strings.Join(args, ", "))
}

// initializerParams are the arguments of the runtime's initializers, in their order.
var initializerParams = map[string][]string{
	"constant": {"value"}, "uniform": {"low", "high"}, "normal": {"mean", "std"}, "orthogonal": {"gain"},
}

// dense is a dense layer with its number of inputs.
type dense struct {
	*spec.Dense
	In int
}

func (n *Network) denseOf(layer string) dense {
	for _, l := range n.Model.Layers {
		if l.Name == layer {
			return dense{l.Dense, l.In}
		}
	}
	panic("emit: no layer " + layer)
}
