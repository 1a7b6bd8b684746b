package spec

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// full sets every key.
const full = `name: full
precision: float64
input: {normalize: minmax, features: [sepal_length, {name: od280/od315, normalize: robust, unit: cm, description: "Length, more or less."}, {name: hue, kind: categorical, levels: [red, 7], unknown: level}, {name: old, kind: boolean}]}
layers:
  - dense: {units: 3, activation: {leaky_relu: {negative_slope: 0.2}}, name: hidden, bias: [1, -.5, 2.], freeze: bias}
  - dropout: 0.5
  - dense: {units: 2, weights: [[1, 2, 3], [4, 5, 6e-1]], freeze: [weights, bias], bias_initializer: {constant: {value: 1}}}
  - dropout: {rate: 0.25}
  - dense: {units: 1, bias: false, weight_initializer: {orthogonal: {gain: 2}}}
output: {classes: ["no", yes!]}
loss: binary_cross_entropy
train:
  optimizer: {nesterov: {learning_rate: 0.1}}
  schedule: {step: {every: 10, warmup: 0.5}}
  batch: 8
  epochs: 20
  clip: {norm: 1, value: 2}
  stop: {patience: 3, min_delta: 1e-3, below: 0.1}
  data:
    rows: [[1, 2, red, true, "no"], [3, 4, pink, 0, yes!]]
    validation: 0.25
    test: 0.5
  seed: 18446744073709551615
`

func TestParse(t *testing.T) {
	got, err := Parse("full.yaml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	none := map[string]float64{}
	at := func(line, col int) Pos { return Pos{"full.yaml", line, col} }
	linear := Activation{"linear", none}
	want := &Model{
		Name: "full", Precision: "float64", Numerics: "fast", Pos: at(1, 1),
		Input: Input{Size: 6, Normalize: MinMax, Pos: at(3, 8), Features: []Feature{
			{Name: "sepal_length", Kind: Number, Normalize: MinMax},
			{Name: "od280/od315", Unit: "cm", Description: "Length, more or less.", Kind: Number, Normalize: Robust},
			{Name: "hue", Kind: Categorical, Levels: []string{"red", "7"}, UnknownLevel: true, Normalize: None},
			{Name: "old", Kind: Boolean, Normalize: None},
		}},
		Layers: []Layer{
			{Kind: "dense", Name: "hidden", In: 6, Out: 3, Pos: at(5, 5), Dense: &Dense{
				Units: 3, Activation: Activation{"leaky_relu", map[string]float64{"negative_slope": 0.2}},
				Bias: true, FreezeBias: true, BiasValues: []float64{1, -0.5, 2},
				WeightInitializer: Initializer{"he_uniform", none},
			}},
			{Kind: "dropout", Name: "dropout1", In: 3, Out: 3, Pos: at(6, 5), Dropout: &Dropout{0.5}},
			{Kind: "dense", Name: "dense2", In: 3, Out: 2, Pos: at(7, 5), Dense: &Dense{
				Units: 2, Activation: linear, Bias: true, FreezeWeights: true, FreezeBias: true,
				Weights:         [][]float64{{1, 2, 3}, {4, 5, 0.6}},
				BiasInitializer: Initializer{"constant", map[string]float64{"value": 1}},
			}},
			{Kind: "dropout", Name: "dropout2", In: 2, Out: 2, Pos: at(8, 5), Dropout: &Dropout{0.25}},
			{Kind: "dense", Name: "dense3", In: 2, Out: 1, Pos: at(9, 5), Dense: &Dense{
				Units: 1, Activation: linear,
				WeightInitializer: Initializer{"orthogonal", map[string]float64{"gain": 2}},
			}},
		},
		Output: Output{Classes: []string{"no", "yes!"}, Pos: at(10, 9)},
		Loss:   Loss{"binary_cross_entropy", map[string]float64{"label_smoothing": 0}, at(11, 7)},
		Train: Train{
			Optimizer: Optimizer{"nesterov", map[string]float64{"learning_rate": 0.1, "momentum": 0.9, "weight_decay": 0}},
			Schedule:  Schedule{"step", map[string]float64{"every": 10, "factor": 0.1, "warmup": 0.5}},
			Batch:     8, Epochs: 20,
			Clip: Clip{1, 2},
			Stop: Stop{3, 1e-3, 0.1},
			Data: Data{Rows: [][]float64{{1, 2, 0, 1, 0}, {3, 4, 2, 0, 1}}, Validation: 0.25, Test: 0.5, Pos: at(20, 5)},
			Seed: math.MaxUint64,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want −, got +:\n%s", diff)
	}
	if got := got.Parameters(); got != 18+3+6+2+2 {
		t.Errorf("Parameters() = %d, want 31", got)
	}
}

// TestDefaults pins what a spec that says no more than it must stands for.
func TestDefaults(t *testing.T) {
	m, err := Parse("small.yaml", []byte(`{name: small, input: {shape: [4]}, layers: [dense: {units: 2}], output: {targets: [x, y]}, loss: huber}`))
	if err != nil {
		t.Fatal(err)
	}
	const want = `name: small
precision: float32
numerics: fast
input:
  shape: [4]
  normalize: none
layers:
  - dense:
      units: 2
      activation: linear
      bias: true
      weight_initializer: glorot_uniform
      bias_initializer: zeros
output:
  targets: [x, y]
  normalize: none
loss: {huber: {delta: 1}}
train:
  optimizer: {adam: {learning_rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-08, weight_decay: 0}}
  schedule: {constant: {warmup: 0}}
  batch: 32
  epochs: 100
  seed: 1
`
	if diff := cmp.Diff(want, m.String()); diff != "" {
		t.Errorf("want −, got +:\n%s", diff)
	}
	if got := m.Hash(); len(got) != 16 {
		t.Errorf("Hash() = %s, want 16 digits", got)
	}
}

// TestDefaultInitializer checks which activation behind a dense layer decides.
func TestDefaultInitializer(t *testing.T) {
	tests := []struct{ layers, want string }{
		{"dense: {units: 1, activation: relu}", "he_uniform"},
		{"dense: {units: 1, activation: gelu}", "he_uniform"},
		{"dense: {units: 1, activation: tanh}", "glorot_uniform"},
		{"dense: {units: 1}", "glorot_uniform"},
		{"dense: {units: 1}, activation: relu", "he_uniform"},
		{"dense: {units: 1}, dropout: 0.5, activation: silu", "he_uniform"},
		{"dense: {units: 1}, activation: sigmoid, activation: relu", "glorot_uniform"},
		{"dense: {units: 1, activation: tanh}, activation: relu", "glorot_uniform"},
		{"dense: {units: 1}, dense: {units: 1, activation: relu}", "glorot_uniform"},
		{"dense: {units: 1, weights: [[1]], activation: relu}", ""},
	}
	for _, test := range tests {
		text := "{name: single, input: {shape: [1]}, output: {targets: [y]}, loss: huber, layers: [" + test.layers + "]}"
		m, err := Parse("", []byte(text))
		if err != nil {
			t.Error(err)
			continue
		}
		if got := m.Layers[0].Dense.WeightInitializer.Name; got != test.want {
			t.Errorf("%s: %q, want %q", test.layers, got, test.want)
		}
	}
}

// TestRegistries checks that every entry of the registries can be chosen.
func TestRegistries(t *testing.T) {
	for _, a := range expr.Activations {
		text := strings.Replace(full, "{leaky_relu: {negative_slope: 0.2}}", a.Name, 1)
		m, err := Parse("", []byte(text))
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(expr.Defaults(a.Params), m.Layers[0].Dense.Activation.Params); diff != "" {
			t.Errorf("%s: %s", a.Name, diff)
		}
	}
	for _, l := range expr.Losses {
		text := "{name: lost, input: {shape: [1]}, output: {targets: [y, z]}, layers: [dense: {units: 2}], loss: " + l.Name + "}"
		m, err := Parse("", []byte(text))
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(expr.Defaults(l.Params), m.Loss.Params); diff != "" {
			t.Errorf("%s: %s", l.Name, diff)
		}
	}
}

// TestExamples checks that the specs of the project are good and print as
// themselves.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("../../specs/*.yaml")
	if err != nil || len(files) < 7 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Parse(file, text)
		if err != nil {
			t.Error(err)
			continue
		}
		if want := strings.TrimSuffix(filepath.Base(file), ".yaml"); m.Name != want {
			t.Errorf("%s is called %s", file, m.Name)
		}
		roundTrip(t, m)
	}
}
