// Package spec reads the YAML description of a network into a [Model].
//
// [Parse] works in three steps: the YAML becomes a tree of nodes with positions
// (yaml.go), the tree is compared with the table of keys (key.go), and the
// model is built from what fits (build.go), checking what concerns more than
// one key. Every step collects its errors, so that one run shows all of them.
// Limits (limits.go) are checked before anything of their size is built.
package spec

import "slices"

// Model is a network as its spec describes it: names resolved, defaults filled
// in, sizes of all layers known.
type Model struct {
	Name      string // of the network and of its Go package
	Precision string // "float32" or "float64"
	Numerics  string // "fast" or "strict"
	Input     Input
	Layers    []Layer
	Output    Output
	Loss      Loss
	Train     Train
	Pos       Pos
}

// Strict tells whether the network has the same bits on every processor.
func (m *Model) Strict() bool { return m.Numerics == "strict" }

// Input is what one row of x holds.
type Input struct {
	Features  []Feature // nil when the spec gives a shape
	Size      int       // length of x: features may take more than one element
	Normalize string    // an entry of [Normalizations]: of all inputs, where a feature does not say otherwise
	Pos       Pos
}

// Feature is a column of the data that the network reads.
type Feature struct {
	Name              string
	Unit, Description string // for people; empty when not given
	Kind              string // an entry of [Kinds]
	Levels            []string
	UnknownLevel      bool   // what is none of the levels is one of its own, not an error
	Normalize         string // an entry of [Normalizations]; None unless it is a number
}

// Width returns how many elements of x the feature takes: a level sets one of them to 1, the others are 0.
func (f Feature) Width() int {
	switch {
	case f.Kind != Categorical:
		return 1
	case f.UnknownLevel:
		return len(f.Levels) + 1
	}
	return len(f.Levels)
}

// The kinds of feature.
const (
	Number      = "number"
	Categorical = "categorical"
	Boolean     = "boolean"
)

// Kinds lists the kinds of feature.
var Kinds = []string{Number, Categorical, Boolean}

// The ways to normalise a number v to (v − offset)/scale, both fitted on the training rows.
const (
	None     = "none"     // as it is
	Standard = "standard" // mean and standard deviation
	MinMax   = "minmax"   // minimum and range
	Robust   = "robust"   // median and interquartile range
)

// Normalizations lists the ways to normalise.
var Normalizations = []string{None, Standard, MinMax, Robust}

// Normalizations returns how each element of x is normalised, nil when none is.
func (in Input) Normalizations() []string {
	var each []string
	for _, f := range in.Features {
		each = append(each, slices.Repeat([]string{f.Normalize}, f.Width())...)
	}
	if in.Features == nil {
		each = slices.Repeat([]string{in.Normalize}, in.Size)
	}
	return unlessNone(each)
}

// Normalizations returns how each target is normalised, nil when none is.
func (o Output) Normalizations() []string {
	return unlessNone(mapped(o.Targets, func(t Target) string { return t.Normalize }))
}

func unlessNone(each []string) []string {
	if slices.ContainsFunc(each, func(n string) bool { return n != None && n != "" }) {
		return each
	}
	return nil
}

// Names returns the names of the features, nil when they have none.
func (in Input) Names() []string {
	var names []string
	for _, f := range in.Features {
		names = append(names, f.Name)
	}
	return names
}

// Row returns the elements of x for one value per feature: a number, the index of a level, 0 or 1.
func (in Input) Row(values []float64) []float64 {
	if in.Features == nil {
		return values
	}
	x := make([]float64, 0, in.Size)
	for i, f := range in.Features {
		if f.Kind != Categorical {
			x = append(x, values[i])
			continue
		}
		levels := make([]float64, f.Width())
		levels[int(values[i])] = 1
		x = append(x, levels...)
	}
	return x
}

// columns returns how many values a row of data has for the input.
func (in Input) columns() int {
	if in.Features == nil {
		return in.Size
	}
	return len(in.Features)
}

// Layer is one step of the network. Exactly one of Dense, Activation and
// Dropout is set, and Kind is its word.
type Layer struct {
	Kind    string // "dense", "activation" or "dropout"
	Name    string // as given, else the kind and its ordinal: "dense1"
	In, Out int
	Pos     Pos

	Dense      *Dense
	Activation *Activation
	Dropout    *Dropout
}

// Dense is a fully connected layer: z[o] = b[o] + Σᵢ W[o,i]·x[i], y = activation(z).
type Dense struct {
	Units      int
	Activation Activation // linear when the spec gives none
	Bias       bool

	FreezeWeights, FreezeBias bool // not trained

	Weights    [][]float64 // initial values [out][in]; nil: by WeightInitializer
	BiasValues []float64   // initial values [out]; nil: by BiasInitializer

	// Without a name where the spec gives the values, or there is no bias.
	WeightInitializer, BiasInitializer Initializer
}

// Activation is an entry of expr.Activations with its parameters.
type Activation struct {
	Name   string
	Params map[string]float64
}

// Dropout zeroes each element with probability Rate while training.
type Dropout struct{ Rate float64 }

// Initializer is an entry of [Initializers] with its parameters.
type Initializer struct {
	Name   string
	Params map[string]float64
}

// Output says what the last layer's outputs are. Exactly one of Classes and
// Targets is set.
type Output struct {
	Classes []string // names of the classes of a classification
	Targets []Target // the predicted numbers

	Normalize string // an entry of [Normalizations]: of all targets, where one does not say otherwise; empty with classes
	Pos       Pos
}

// Target is a number that the network predicts, and a column of the data.
type Target struct {
	Name              string
	Unit, Description string // for people; empty when not given
	Normalize         string // an entry of [Normalizations]
}

// TargetNames returns the names of the targets, nil when there are none.
func (o Output) TargetNames() []string {
	var names []string
	for _, t := range o.Targets {
		names = append(names, t.Name)
	}
	return names
}

// Loss is an entry of expr.Losses with its parameters.
type Loss struct {
	Name   string
	Params map[string]float64
	Pos    Pos
}

// Train is how the network is trained.
type Train struct {
	Optimizer     Optimizer
	Schedule      Schedule
	Batch, Epochs int
	Workers       int // 0: batches are not cut
	Clip          Clip
	Penalty       Penalty
	Weights       RowWeights
	Stop          Stop
	Data          Data
	Seed          uint64
}

// Optimizer is an entry of [Optimizers] with its parameters.
type Optimizer struct {
	Name   string
	Params map[string]float64
}

// Schedule is an entry of [Schedules] with its parameters.
type Schedule struct {
	Name   string
	Params map[string]float64
}

// Clip bounds the gradient; zero means off.
type Clip struct{ Norm, Value float64 }

// Penalty is added to the loss to keep weights small: L1·Σ|w| + ½·L2·Σw² over the weights of all layers, not the
// biases; zero means off.
type Penalty struct{ L1, L2 float64 }

// RowWeights says how much each row counts in the loss; the zero value: all the same.
type RowWeights struct {
	Column   string    // of the CSV file, with the weight of each row; "" for none
	Balanced bool      // a class counts inversely to its share of the training rows
	Classes  []float64 // weight of each class; nil for none
}

// Stop ends training before the last epoch; zero means off.
type Stop struct {
	Patience int     // epochs without improvement
	MinDelta float64 // smallest decrease of the loss that counts as improvement
	Below    float64 // loss that is good enough
}

// Data says where the rows come from: a CSV file, or Rows, or neither.
type Data struct {
	CSV   string // path relative to the spec, .csv or .csv.gz
	Label string // the column of the class; empty when the output has targets

	// Rows holds inline rows: features first, a level as its index and a boolean as 0 or 1, then the targets or the
	// index of the class.
	Rows [][]float64

	Validation, Test float64 // shares of the rows that training does not see
	Pos              Pos
}

// Parameters returns the number of weights and biases, frozen ones included.
// It is 64 bits wide because it is what the limit is checked against.
func (m *Model) Parameters() int64 {
	var total int64
	for _, l := range m.Layers {
		total += l.parameters()
	}
	return total
}

func (l Layer) parameters() int64 {
	if l.Dense == nil {
		return 0
	}
	n := int64(l.In) * int64(l.Out)
	if l.Dense.Bias {
		n += int64(l.Out)
	}
	return n
}
