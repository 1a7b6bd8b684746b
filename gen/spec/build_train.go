package spec

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// train builds how m, whose other parts are built, is trained.
func (b builder) train(n *node, m *Model) Train {
	if n == nil {
		return Train{}
	}
	t := Train{
		Batch:   n.get("batch").integer(),
		Epochs:  n.get("epochs").integer(),
		Workers: n.get("workers").integer(),
		Clip:    Clip{Norm: n.get("clip").get("norm").real(), Value: n.get("clip").get("value").real()},
		Stop:    b.stop(n.get("stop")),

		Penalty: Penalty{L1: n.get("penalty").get("l1").real(), L2: n.get("penalty").get("l2").real()},
		Weights: b.rowWeights(n, m),
	}
	if seed := n.get("seed"); seed != nil {
		t.Seed = seed.whole
	}
	if optimizer := n.get("optimizer"); optimizer != nil {
		t.Optimizer = Optimizer{Name: optimizer.method.Name, Params: optimizer.params}
	}
	if schedule := n.get("schedule"); schedule != nil {
		t.Schedule = Schedule{Name: schedule.method.Name, Params: schedule.params}
		if warmup := schedule.params["warmup"]; t.Epochs > 0 && warmup > float64(t.Epochs) {
			b.refuse(schedule, "warms up for %v epochs, want at most the %d of the training", warmup, t.Epochs)
		}
	}
	t.Data = b.data(n.get("data"), m)
	return t
}

// stop builds the conditions of an early end. min_delta says what patience counts.
func (b builder) stop(n *node) Stop {
	if delta := n.get("min_delta"); delta != nil && n.find("patience") == nil {
		b.refuse(delta, "is given without patience, want both")
	}
	return Stop{
		Patience: n.get("patience").integer(),
		MinDelta: n.get("min_delta").real(),
		Below:    n.get("below").real(),
	}
}

// data builds where the rows come from. Files are not read: a spec is good
// without its data, and code is generated from the spec alone.
func (b builder) data(n *node, m *Model) Data {
	if n == nil {
		return Data{}
	}
	d := Data{
		CSV:        n.get("csv").word(),
		Label:      n.get("label").word(),
		Validation: n.get("validation").real(),
		Test:       n.get("test").real(),
		Pos:        n.pos,
	}
	if d.Validation+d.Test >= 1 {
		b.refuse(n, "sets aside %v of the rows for validation and %v for test, want some left", d.Validation, d.Test)
	}
	if rows := n.get("rows"); rows != nil && m.Input.Size > 0 && m.Output.size() > 0 {
		classes := newClassIndex(m.Output.Classes)
		d.Rows = make([][]float64, len(rows.items))
		for i, row := range rows.items {
			d.Rows[i] = b.row(row, m, classes)
		}
	}
	return d
}

// row returns the values of an inline row: features first, then the targets or
// the class.
func (b builder) row(n *node, m *Model, classes classIndex) []float64 {
	if !n.complete() {
		return nil
	}
	outputs, what := max(len(m.Output.Targets), 1), "targets"
	if m.Output.Classes != nil {
		what = "class"
	}
	features := m.Input.columns()
	if want := features + outputs; len(n.items) != want {
		b.refuse(n, "holds %d values, want %d: %d features and %d %s", len(n.items), want, features, outputs, what)
		return nil
	}
	values := make([]float64, len(n.items))
	for i, item := range n.items {
		switch {
		case i >= features && m.Output.Classes != nil:
			values[i] = b.class(item, classes)
		case i < len(m.Input.Features):
			values[i] = b.value(item, m.Input.Features[i])
		default:
			values[i] = b.number(item)
		}
	}
	if m.Output.Targets != nil {
		b.checkTargets(n, values[features:], m.Loss.Name)
	}
	return values
}

// value returns what a feature has in an inline row.
func (b builder) value(n *node, f Feature) float64 {
	switch f.Kind {
	case Categorical:
		i := slices.Index(f.Levels, n.text)
		if i < 0 && f.UnknownLevel {
			return float64(len(f.Levels))
		}
		if i < 0 {
			b.refuse(n, "unknown level %s%s", quote(n.text), suggest(n.text, f.Levels))
			return 0
		}
		return float64(i)
	case Boolean:
		if boolean := (boolean{}); n.text != "0" && n.text != "1" {
			boolean.check(b.checker, n)
		}
		if n.text == "true" || n.text == "1" {
			return 1
		}
		return 0
	}
	return b.number(n)
}

// number returns a number of an inline row.
func (b builder) number(n *node) float64 {
	value, complaint := n.parseNumber(b.most)
	if complaint != "" {
		b.refuse(n, "%s", complaint)
	}
	return value
}

// classIndex finds the index of a class.
type classIndex struct {
	names  []string
	byName map[string]int
	// numbered: a class has a number as its name, so numbers are names, not indices.
	numbered bool
}

func newClassIndex(names []string) classIndex {
	c := classIndex{names: names, byName: map[string]int{}, numbered: slices.ContainsFunc(names, integerText.MatchString)}
	for i, name := range names {
		c.byName[name] = i
	}
	return c
}

// class returns the index of the class that n names, or is the index of.
func (b builder) class(n *node, classes classIndex) float64 {
	if complaint := n.parseText("a class"); complaint != "" {
		b.refuse(n, "%s", complaint)
		return 0
	}
	if i, ok := classes.byName[n.text]; ok {
		return float64(i)
	}
	index, err := strconv.Atoi(n.text)
	switch {
	case err != nil || !n.plain || classes.numbered:
		b.refuse(n, "unknown class %s%s", quote(n.text), suggest(n.text, classes.names))
	case index < 0 || index >= len(classes.names):
		b.refuse(n, "is %d, want a class or its index from 0 to %d", index, len(classes.names)-1)
	default:
		return float64(index)
	}
	return 0
}

// checkTargets reports targets that are no probabilities where the loss takes them for such.
func (b builder) checkTargets(row *node, targets []float64, loss string) {
	sum := 0.0
	for _, t := range targets {
		sum += t
	}
	low, high := slices.Min(targets), slices.Max(targets)
	switch {
	case !strings.HasSuffix(loss, "_cross_entropy"): // targets are any numbers
	case low < 0 || high > 1:
		b.refuse(row, "has targets from %v to %v, want 0 to 1 for %s", low, high, loss)
	case loss == "softmax_cross_entropy" && math.Abs(sum-1) > 1e-6:
		b.refuse(row, "has targets that sum to %v, want 1 for %s", sum, loss)
	}
}

// DefaultLabel is the column of the class where the spec does not name it.
const DefaultLabel = "class"

// checkColumns reports when the columns of the data are not those of the input
// and the output.
func (b builder) checkColumns(root *node, m *Model) {
	data := root.get("train").get("data")
	label := data.get("label")
	output := root.get("output")
	switch {
	case data == nil:
	case label != nil && data.find("csv") == nil:
		b.refuse(label, "is given, but inline rows have no columns")
	case label != nil && m.Output.Targets != nil:
		b.refuse(label, "is given, but the output has targets, which are columns themselves")
	case label == nil && data.find("label") == nil && data.get("csv") != nil && m.Output.Classes != nil:
		b.errors.add(data.get("csv").keyPos, data.path()+".label", "is missing, want the column of the class")
	}
	// One column cannot be both: the network would be told what to predict.
	isFeature := map[string]bool{}
	for _, name := range m.Input.Names() {
		isFeature[name] = name != ""
	}
	if label == nil && m.Output.Classes != nil && isFeature[DefaultLabel] {
		b.refuse(output, "has classes without train.data.label, whose column is called %s, as a feature is; want a label", DefaultLabel)
	}
	weight := root.get("train").get("sample_weight")
	if label != nil && weight.word() == label.word() {
		b.refuse(weight, "is %s, which is the label, too", quote(weight.text))
	}
	for _, column := range append([]*node{label, weight}, output.get("targets").children()...) {
		if name := column.named(); isFeature[name.word()] {
			b.refuse(name, "is %s, which is a feature, too", quote(name.text))
		}
	}
}
