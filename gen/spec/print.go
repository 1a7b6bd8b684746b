package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// String returns the canonical spec of m: every value that has a default is
// written out, in the order of the table of keys. Parse makes m of it again.
func (m *Model) String() string {
	var p printer
	p.line(0, "name: %s", m.Name)
	p.line(0, "precision: %s", m.Precision)
	if m.Numerics != "" { // NetworkHash leaves it out
		p.line(0, "numerics: %s", m.Numerics)
	}
	p.line(0, "input:")
	if m.Input.Features != nil {
		p.described("features", mapped(m.Input.Features, m.Input.fields))
	} else {
		p.line(1, "shape: [%d]", m.Input.Size)
	}
	p.line(1, "normalize: %s", m.Input.Normalize)
	p.line(0, "layers:")
	ordinal := map[string]int{}
	for _, l := range m.Layers {
		ordinal[l.Kind]++
		p.layer(l, autoName(l.Kind, ordinal[l.Kind]))
	}
	p.line(0, "output:")
	if m.Output.Classes != nil {
		p.line(1, "classes: %s", flow(m.Output.Classes, quoted))
	} else {
		p.described("targets", mapped(m.Output.Targets, m.Output.fields))
		p.line(1, "normalize: %s", m.Output.Normalize)
	}
	p.line(0, "loss: %s", chosen(m.Loss.Name, m.Loss.Params, losses()))
	p.train(m)
	return p.String()
}

// Hash returns 16 hexadecimal digits that tell networks apart: they depend on
// what the spec says, not on how it is written.
func (m *Model) Hash() string {
	sum := sha256.Sum256([]byte(m.String()))
	return hex.EncodeToString(sum[:8])
}

// NetworkHash is Hash without the training and what is said for people: weights fit a network, however it was trained.
func (m *Model) NetworkHash() string {
	network := *m
	network.Train, network.Numerics = Train{}, ""
	network.Input.Features = mapped(m.Input.Features, func(f Feature) Feature {
		f.Unit, f.Description = "", ""
		return f
	})
	network.Output.Targets = mapped(m.Output.Targets, func(t Target) Target {
		t.Unit, t.Description = "", ""
		return t
	})
	return network.Hash()
}

// A printer writes YAML.
type printer struct{ strings.Builder }

// line writes an indented line.
func (p *printer) line(depth int, format string, args ...any) {
	p.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(p, format+"\n", args...)
}

// layer writes one item of the layers; auto is its automatic name.
func (p *printer) layer(l Layer, auto string) {
	switch {
	case l.Activation != nil:
		p.line(1, "- activation: %s", chosen(l.Activation.Name, l.Activation.Params, activations()))
	case l.Dropout != nil:
		p.line(1, "- dropout: %s", decimal(l.Dropout.Rate))
	case l.Dense != nil:
		p.line(1, "- dense:")
		p.dense(l, auto)
	}
}

// dense writes the keys of a dense layer. The name is left out when it is the
// automatic one.
func (p *printer) dense(l Layer, auto string) {
	const depth = 3
	d := l.Dense
	p.line(depth, "units: %d", d.Units)
	p.line(depth, "activation: %s", chosen(d.Activation.Name, d.Activation.Params, activations()))
	if l.Name != auto {
		p.line(depth, "name: %s", l.Name)
	}
	if d.BiasValues != nil {
		p.line(depth, "bias: %s", flow(d.BiasValues, decimal))
	} else {
		p.line(depth, "bias: %v", d.Bias)
	}
	if d.Weights != nil {
		p.rows(depth, "weights", d.Weights)
	}
	var freeze []string
	if d.FreezeWeights {
		freeze = append(freeze, "weights")
	}
	if d.FreezeBias {
		freeze = append(freeze, "bias")
	}
	if freeze != nil {
		p.line(depth, "freeze: %s", flow(freeze, quoted))
	}
	if d.WeightInitializer.Name != "" {
		p.line(depth, "weight_initializer: %s", chosen(d.WeightInitializer.Name, d.WeightInitializer.Params, Initializers))
	}
	if d.BiasInitializer.Name != "" {
		p.line(depth, "bias_initializer: %s", chosen(d.BiasInitializer.Name, d.BiasInitializer.Params, Initializers))
	}
}

// train writes how m is trained.
func (p *printer) train(m *Model) {
	t := m.Train
	p.line(0, "train:")
	p.line(1, "optimizer: %s", chosen(t.Optimizer.Name, t.Optimizer.Params, Optimizers))
	p.line(1, "schedule: %s", chosen(t.Schedule.Name, t.Schedule.Params, Schedules))
	p.line(1, "batch: %d", t.Batch)
	p.line(1, "epochs: %d", t.Epochs)
	if t.Workers > 0 {
		p.line(1, "workers: %d", t.Workers)
	}
	p.settings("clip", []setting{{"norm", t.Clip.Norm}, {"value", t.Clip.Value}})
	p.settings("stop", []setting{{"patience", float64(t.Stop.Patience)}, {"min_delta", t.Stop.MinDelta}, {"below", t.Stop.Below}})
	p.settings("penalty", []setting{{"l1", t.Penalty.L1}, {"l2", t.Penalty.L2}})
	p.weights(m)
	p.data(m)
	p.line(1, "seed: %d", t.Seed)
}

// weights writes how much rows count.
func (p *printer) weights(m *Model) {
	w := m.Train.Weights
	if w.Column != "" {
		p.line(1, "sample_weight: %s", quoted(w.Column))
	}
	if w.Balanced {
		p.line(1, "class_weights: balanced")
	}
	if w.Classes != nil {
		pairs := make([]string, len(w.Classes))
		for i, v := range w.Classes {
			pairs[i] = quoted(m.Output.Classes[i]) + ": " + decimal(v)
		}
		p.line(1, "class_weights: {%s}", strings.Join(pairs, ", "))
	}
}

// setting is a key whose value 0 means that it is off.
type setting struct {
	name  string
	value float64
}

// settings writes a mapping of what is on, and nothing when all is off.
func (p *printer) settings(name string, settings []setting) {
	settings = slices.DeleteFunc(settings, func(s setting) bool { return s.value == 0 })
	if len(settings) > 0 {
		p.line(1, "%s: {%s}", name, join(settings, func(s setting) string { return s.name + ": " + decimal(s.value) }))
	}
}

// data writes where the rows come from, classes by their names.
func (p *printer) data(m *Model) {
	d := m.Train.Data
	if d.CSV == "" && d.Rows == nil {
		return
	}
	p.line(1, "data:")
	if d.CSV != "" {
		p.line(2, "csv: %s", quoted(d.CSV))
	}
	if d.Label != "" {
		p.line(2, "label: %s", quoted(d.Label))
	}
	if d.Rows != nil {
		p.line(2, "rows:")
		for _, row := range d.Rows {
			p.line(3, "- %s", m.cells(row))
		}
	}
	p.line(2, "validation: %s", decimal(d.Validation))
	p.line(2, "test: %s", decimal(d.Test))
}

// rows writes a list of lists of numbers, one a line.
func (p *printer) rows(depth int, name string, rows [][]float64) {
	if len(rows) == 0 {
		return
	}
	p.line(depth, "%s:", name)
	for _, row := range rows {
		p.line(depth+1, "- %s", flow(row, decimal))
	}
}

// chosen returns a method with its parameters, in the order of its entry.
func chosen(name string, params map[string]float64, methods []Method) string {
	i := slices.IndexFunc(methods, func(m Method) bool { return m.Name == name })
	if i < 0 || len(params) == 0 {
		return name
	}
	values := join(methods[i].Params, func(p Param) string { return p.Name + ": " + decimal(params[p.Name]) })
	return "{" + name + ": {" + values + "}}"
}

// flow returns a list on one line.
func flow[T any](items []T, print func(T) string) string { return "[" + join(items, print) + "]" }

func join[T any](items []T, print func(T) string) string {
	return strings.Join(mapped(items, print), ", ")
}

func mapped[T, U any](items []T, f func(T) U) []U {
	if items == nil {
		return nil
	}
	list := make([]U, len(items))
	for i, item := range items {
		list[i] = f(item)
	}
	return list
}

// decimal returns the shortest number that reads back as x. Whole numbers have
// no exponent as long as every digit of them counts, so that they can be integers.
func decimal(x float64) string {
	if -1<<53 < x && x < 1<<53 && x == math.Trunc(x) {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// plainText is what needs no quotes in any place of a spec.
var plainText = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./-]*$`)

// quoted returns text as YAML. Go's escapes are among those of YAML.
func quoted(text string) string {
	if needsQuotes(text) || !plainText.MatchString(text) && !integerText.MatchString(text) {
		return strconv.Quote(text)
	}
	return text
}
