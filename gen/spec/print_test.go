package spec

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// roundTrip checks that the text of m means m.
func roundTrip(t interface {
	Helper()
	Errorf(string, ...any)
}, m *Model) {
	t.Helper()
	text := m.String()
	again, err := Parse("again", []byte(text))
	if err != nil {
		t.Errorf("%v\n%s", err, text)
		return
	}
	if diff := cmp.Diff(m, again, cmpopts.IgnoreTypes(Pos{})); diff != "" {
		t.Errorf("want −, got +:\n%s\n%s", diff, text)
	}
	if again.String() != text || again.Hash() != m.Hash() {
		t.Errorf("prints as\n%s\nafter\n%s", again, text)
	}
}

// TestRoundTrip prints and parses random models.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { roundTrip(t, drawModel(t)) })
}

// awkward are names that YAML, quoted wrongly, would take for something else.
var awkward = []string{
	"a", "sepal_length", "od280/od315", "no", "Yes", "null", "true", "y", "0", "7", "-5", "017", "1.0", "1e5", ".nan", "0x1F",
	"1_000", "a b", "größe", "尺寸", `"q"`, "it's", "b: c", "#d", "e #f", "- g", "[h]", "{i}", "j,k", "&l", "*m", "!n", "%o",
	"@p", "`r", "| s", "> t", "? u", "v:", `w\n`, "<<1", "2001-01-01", "--- x1", "=x2", "1:30",
}

// drawNames draws names whose Go names differ.
func drawNames(t *rapid.T, least, most int) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(awkward), least, most, GoName).Draw(t, "names")
}

// drawText draws what there is to say about a column, often nothing.
func drawText(t *rapid.T) string {
	return rapid.SampledFrom(append([]string{"", "", "", "%", "$", "°C"}, awkward...)).Draw(t, "text")
}

// drawFeatures draws inputs of every kind.
func drawFeatures(t *rapid.T, n int) Input {
	in := Input{Normalize: rapid.SampledFrom(Normalizations).Draw(t, "normalize")}
	for i, name := range drawNames(t, n, n) {
		f := Feature{Name: name, Kind: rapid.SampledFrom(Kinds).Draw(t, "kind"), Unit: drawText(t), Description: drawText(t)}
		if f.Kind == Categorical {
			f.Name = fmt.Sprint("feature_", i) // the constants of awkward levels would meet awkward names
			f.Levels = drawNames(t, 2, 4)
			f.UnknownLevel = rapid.Bool().Draw(t, "unknown")
		}
		f.Normalize = None
		if f.Kind == Number {
			f.Normalize = rapid.SampledFrom(Normalizations).Draw(t, "normalize")
		}
		in.Features = append(in.Features, f)
		in.Size += f.Width()
	}
	return in
}

func drawModel(t *rapid.T) *Model {
	m := &Model{
		Name:      rapid.SampledFrom([]string{"iris", "my_net", "net_2"}).Draw(t, "name"),
		Precision: rapid.SampledFrom([]string{"float32", "float64"}).Draw(t, "precision"),
		Numerics:  "fast",
		Input:     Input{Size: rapid.IntRange(1, 4).Draw(t, "size"), Normalize: None},
	}
	if m.Precision == "float32" {
		m.Numerics = rapid.SampledFrom([]string{"fast", "strict"}).Draw(t, "numerics")
	}
	if rapid.Bool().Draw(t, "features") {
		m.Input = drawFeatures(t, m.Input.Size)
	}
	drawOutput(t, m)
	drawTrain(t, m)
	return m
}

// drawOutput draws the output, a loss that suits it, and layers that lead to it.
func drawOutput(t *rapid.T, m *Model) {
	loss, units := "softmax_cross_entropy", 0
	if rapid.Bool().Draw(t, "classes") {
		m.Output.Classes = drawNames(t, 2, 4)
		units = len(m.Output.Classes)
	} else {
		for i := range rapid.IntRange(1, 3).Draw(t, "targets") {
			m.Output.Normalize = None
			m.Output.Targets = append(m.Output.Targets, Target{fmt.Sprint("target_", i), drawText(t), drawText(t), None})
		}
		units = len(m.Output.Targets)
		loss = rapid.SampledFrom([]string{"mean_squared_error", "huber", "binary_cross_entropy"}).Draw(t, "loss")
		if loss != "binary_cross_entropy" {
			m.Output.Normalize = rapid.SampledFrom(Normalizations).Draw(t, "normalize")
			for i := range m.Output.Targets {
				m.Output.Targets[i].Normalize = rapid.SampledFrom(Normalizations).Draw(t, "normalize")
			}
		}
	}
	m.Loss = Loss{Name: loss, Params: drawParams(t, loss, losses())}
	in := m.Input.Size
	for range rapid.IntRange(0, 3).Draw(t, "layers") {
		l := drawLayer(t, in, rapid.IntRange(1, 3).Draw(t, "units"))
		m.Layers = append(m.Layers, l)
		in = l.Out
	}
	last := drawDense(t, in, units, "linear")
	last.Dense.FreezeWeights = false // something has to be trained
	m.Layers = append(m.Layers, last)
	ordinal := map[string]int{}
	for i := range m.Layers {
		l := &m.Layers[i]
		ordinal[l.Kind]++
		l.Name = autoName(l.Kind, ordinal[l.Kind])
		if l.Dense != nil && rapid.Bool().Draw(t, "named") {
			l.Name = fmt.Sprint("layer_", i)
		}
	}
}

func drawLayer(t *rapid.T, in, units int) Layer {
	name := rapid.SampledFrom(variant{"", activations()}.names()).Draw(t, "activation")
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		a := &Activation{name, drawParams(t, name, activations())}
		return Layer{Kind: "activation", In: in, Out: in, Activation: a}
	case 1:
		return Layer{Kind: "dropout", In: in, Out: in, Dropout: &Dropout{rapid.Float64Range(0, 0.99).Draw(t, "rate")}}
	}
	return drawDense(t, in, units, name)
}

func drawDense(t *rapid.T, in, units int, activation string) Layer {
	d := &Dense{
		Units:         units,
		Activation:    Activation{activation, drawParams(t, activation, activations())},
		Bias:          rapid.Bool().Draw(t, "bias"),
		FreezeWeights: rapid.Bool().Draw(t, "freeze weights"),
	}
	if rapid.Bool().Draw(t, "weights") {
		for range units {
			d.Weights = append(d.Weights, drawValues(t, in))
		}
	} else {
		name := rapid.SampledFrom(variant{"", Initializers}.names()).Draw(t, "initializer")
		d.WeightInitializer = Initializer{name, drawParams(t, name, Initializers)}
	}
	switch {
	case !d.Bias:
	case rapid.Bool().Draw(t, "values"):
		d.BiasValues = drawValues(t, units)
		d.FreezeBias = true
	default:
		d.BiasInitializer = Initializer{"zeros", map[string]float64{}}
	}
	return Layer{Kind: "dense", In: in, Out: units, Dense: d}
}

// drawTrain draws the training, of m whose other parts are drawn.
func drawTrain(t *rapid.T, m *Model) {
	optimizer := rapid.SampledFrom(variant{"", Optimizers}.names()).Draw(t, "optimizer")
	schedule := rapid.SampledFrom(variant{"", Schedules}.names()).Draw(t, "schedule")
	m.Train = Train{
		Optimizer: Optimizer{optimizer, drawParams(t, optimizer, Optimizers)},
		Schedule:  Schedule{schedule, drawParams(t, schedule, Schedules)},
		Batch:     rapid.IntRange(1, maxBatch).Draw(t, "batch"),
		Epochs:    maxEpochs,
		Workers:   rapid.IntRange(0, maxWorkers).Draw(t, "workers"),
		Clip:      Clip{Norm: rapid.Float64Range(0, 10).Draw(t, "norm")},
		Stop:      Stop{Patience: rapid.IntRange(1, 9).Draw(t, "patience"), Below: rapid.Float64Range(0, 1).Draw(t, "below")},
		Seed:      rapid.Uint64().Draw(t, "seed"),
	}
	m.Train.Penalty.L2 = rapid.Float64Range(0, 1).Draw(t, "l2")
	if rapid.Bool().Draw(t, "weighted") && m.Output.Classes != nil {
		m.Train.Weights.Balanced = rapid.Bool().Draw(t, "balanced")
		if !m.Train.Weights.Balanced {
			for range m.Output.Classes {
				m.Train.Weights.Classes = append(m.Train.Weights.Classes, rapid.Float64Range(0, 9).Draw(t, "weight"))
			}
		}
	}
	d := &m.Train.Data
	switch rapid.IntRange(0, 2).Draw(t, "data") {
	case 0:
		d.CSV = rapid.SampledFrom([]string{"a.csv", "../b c.csv.gz", "yes: no.csv"}).Draw(t, "csv")
		d.Test = rapid.Float64Range(0, 0.9).Draw(t, "test")
		if m.Output.Classes != nil {
			d.Label = "the label"
		}
		if rapid.Bool().Draw(t, "sample weight") {
			m.Train.Weights.Column = "the weight"
		}
	case 1:
		for range rapid.IntRange(1, 3).Draw(t, "rows") {
			row := drawRow(t, m.Input)
			if m.Output.Classes != nil {
				row = append(row, float64(rapid.IntRange(0, len(m.Output.Classes)-1).Draw(t, "class")))
			}
			for range m.Output.Targets {
				row = append(row, rapid.Float64Range(0, 1).Draw(t, "target"))
			}
			d.Rows = append(d.Rows, row)
		}
	}
}

// drawRow draws the input of a row as a spec has it.
func drawRow(t *rapid.T, in Input) []float64 {
	row := drawValues(t, in.columns())
	for i, f := range in.Features {
		switch f.Kind {
		case Categorical:
			row[i] = float64(rapid.IntRange(0, f.Width()-1).Draw(t, "level"))
		case Boolean:
			row[i] = float64(rapid.IntRange(0, 1).Draw(t, "boolean"))
		}
	}
	return row
}

func drawValues(t *rapid.T, n int) []float64 {
	return rapid.SliceOfN(rapid.Float64Range(-math.MaxFloat32, math.MaxFloat32), n, n).Draw(t, "values")
}

// drawParams draws values for the parameters of a method.
func drawParams(t *rapid.T, name string, methods []Method) map[string]float64 {
	i := slices.IndexFunc(methods, func(m Method) bool { return m.Name == name })
	params := map[string]float64{}
	for _, p := range methods[i].Params {
		low, high := max(p.Bounds.Min, -1000), min(p.Bounds.Max, 1000)
		draw := rapid.Float64Range(low, high).Filter(p.Bounds.hold)
		if p.Integer {
			draw = rapid.Map(rapid.IntRange(int(low), int(high)), func(i int) float64 { return float64(i) })
		}
		params[p.Name] = draw.Draw(t, p.Name)
	}
	if params["low"] > params["high"] {
		params["low"], params["high"] = params["high"], params["low"]
	}
	return params
}

// TestHash checks that the hash follows the meaning, not the writing.
func TestHash(t *testing.T) {
	parse := func(text string) *Model {
		m, err := Parse("", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	const block = "name: hashed\nloss: huber # a comment\ninput: {shape: [2]}\nlayers:\n- dense: {units: 1}\noutput: {targets: [y]}\n"
	const flow = `{"name": "hashed", "input": {"shape": [2]}, "layers": [{"dense": {"units": 1, "name": "dense1"}}], "output": {"targets": ["y"]}, "loss": {"huber": {"delta": 1.0}}, "train": {}}`
	if a, b := parse(block).Hash(), parse(flow).Hash(); a != b {
		t.Errorf("hashes %s and %s of the same network", a, b)
	}
	other := parse(block)
	other.Train.Seed++
	if a, b := parse(block).Hash(), other.Hash(); a == b {
		t.Errorf("one hash %s of different networks", a)
	}
}
