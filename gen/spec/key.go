package spec

import (
	"math"
	"regexp"
)

// specForm is the table of keys: all that a spec may say, in the order in which
// specs are written and printed. One variable per mapping.
var specForm = object{keys: []key{
	{name: "name", doc: "Name of the network and of its Go package.", form: shaped{text{"a name", packageName}, lowerName}, required: true},
	{name: "precision", doc: "Type of the parameters and of the arithmetic.", form: precisionForm, absent: "float32"},
	{name: "numerics", doc: "Whether each processor may have its own order of sums and fused multiply-adds, fast, or all compute the same bits, strict.", form: choice{"word", []string{"fast", "strict"}}, absent: "fast"},
	{name: "input", doc: "What one row of x holds.", form: inputForm, required: true},
	{name: "layers", doc: "The layers, from the input to the output.", form: sequence{of: layerForm, what: "layers", least: 1, most: maxLayers}, required: true},
	{name: "output", doc: "What the outputs of the last layer are.", form: outputForm, required: true},
	{name: "loss", doc: "What training makes small.", form: lossForm, required: true},
	{name: "train", doc: "How the network is trained.", form: trainForm, absent: "{}"},
}}

var precisionForm = choice{"precision", []string{"float32", "float64"}}

var inputForm = object{one: []string{"features", "shape"}, keys: []key{
	{name: "features", doc: "The inputs, which are the columns of the data: names, or mappings that say more.", form: described("features", featureForm)},
	{name: "shape", doc: "Length of x, when the inputs have no names.", form: sequence{of: integer{1, maxWidth}, what: "sizes", least: 1, most: 1}},
	{name: "normalize", doc: "How numbers are normalised, by what they are in the training rows.", form: normalizeForm, absent: None},
}}

var featureForm = object{keys: []key{
	nameKey, unitKey, descriptionKey,
	{name: "kind", doc: "What the column holds.", form: choice{"kind", Kinds}, absent: Number},
	{name: "levels", doc: "What a categorical column holds, one of these in each row.", form: names("levels", maxLevels)},
	{name: "unknown", doc: "What a level is that is not listed: an error, or a level of its own.", form: choice{"word", []string{"error", "level"}}},
	normalizeKey,
}}

var outputForm = object{one: []string{"classes", "targets"}, keys: []key{
	{name: "classes", doc: "Names of the classes, of which each row has one.", form: names("classes", maxWidth)},
	{name: "targets", doc: "The numbers to predict, which are columns of the data: names, or mappings that say more.", form: described("targets", targetForm)},
	{name: "normalize", doc: "How targets are normalised for training; predictions are as in the data.", form: normalizeForm},
}}

var targetForm = object{keys: []key{nameKey, unitKey, descriptionKey, normalizeKey}}

// What features and targets have in common.
var (
	normalizeForm  = choice{"method", Normalizations}
	normalizeKey   = key{name: "normalize", doc: "How this one is normalised; else as all are.", form: normalizeForm}
	nameForm       = text{"a name", goNamed}
	nameKey        = key{name: "name", doc: "Name of the column, which becomes a Go name.", form: nameForm, required: true}
	unitKey        = key{name: "unit", doc: "Unit of the numbers, for the comments in the code.", form: text{"a unit", nil}}
	descriptionKey = key{name: "description", doc: "What the column holds, for the comments in the code.", form: text{"a text", nil}}
)

// names is a list of names that the user chose: two at least, to choose from.
func names(what string, most int) form {
	return sequence{of: nameForm, what: what, least: 2, most: most, noRepeats: true}
}

// described is a list of names, or of mappings with a name.
func described(what string, more object) form {
	return sequence{of: byKind{scalar: nameForm, mapping: more}, what: what, least: 1, most: maxWidth, noRepeats: true}
}

// A layer is a mapping with one key, its kind; from: is kept for networks whose
// layers do not form a chain.
var layerForm = object{one: []string{"dense", "activation", "dropout"}, keys: []key{
	{name: "dense", doc: "A fully connected layer: y = activation(W·x + b).", form: denseForm},
	{name: "activation", doc: "A function of every element.", form: activationForm},
	{name: "dropout", doc: "Zeroes elements at random while training.", form: byKind{scalar: dropoutRate, mapping: dropoutForm}},
	from,
}}

var from = key{name: "from", reserved: "connections other than the layer before"}

var denseForm = object{keys: []key{
	{name: "units", doc: "Number of outputs.", form: integer{1, maxUnits}, required: true},
	{name: "activation", doc: "Function of every output.", form: activationForm, absent: "linear"},
	{name: "name", doc: "Name of the layer; else dense1, dense2, … in order.", form: shaped{text{"a name", layerName}, lowerName}},
	{name: "bias", doc: "Whether there is a bias, or its first values.", form: byKind{scalar: boolean{}, list: values}, absent: "true"},
	{name: "weights", doc: "First values of the weights, [out][in].", form: sequence{of: values, what: "rows of weights", least: 1, most: maxWidth}},
	{name: "freeze", doc: "What is not trained.", form: byKind{scalar: tensors, list: sequence{of: tensors, what: "tensors", least: 1, most: 2, noRepeats: true}}},
	{name: "weight_initializer", doc: "Where the first weights come from; else he_uniform before the relu family, glorot_uniform before others.", form: variant{"initializer", Initializers}},
	{name: "bias_initializer", doc: "Where the first biases come from; else zeros.", form: variant{"initializer of biases", biasInitializers}},
	from,
}}

// What layers are made of.
var (
	values         = sequence{of: number{any0}, what: "numbers", least: 1, most: maxWidth}
	tensors        = choice{"tensor", []string{"weights", "bias"}}
	activationForm = variant{"activation", activations()}
	lossForm       = variant{"loss", losses()}
	dropoutRate    = number{share}
	dropoutForm    = object{keys: []key{
		{name: "rate", doc: "Probability of a zero.", form: dropoutRate, required: true},
		from,
	}}
)

var trainForm = object{keys: []key{
	{name: "optimizer", doc: "How gradients change parameters.", form: variant{"optimizer", Optimizers}, absent: "adam"},
	{name: "schedule", doc: "How the learning rate changes over the epochs.", form: variant{"schedule", Schedules}, absent: "constant"},
	{name: "batch", doc: "Rows per step.", form: integer{1, maxBatch}, absent: "32"},
	{name: "epochs", doc: "Times through the training rows, at most.", form: integer{1, maxEpochs}, absent: "100"},
	{name: "workers", doc: "Goroutines that share a batch, in shards of 32 rows; the result is the same for any number of them.", form: integer{1, maxWorkers}},
	{name: "clip", doc: "Bounds of the gradient.", form: clipForm},
	{name: "penalty", doc: "What keeps the weights of layers small, beside the loss.", form: penaltyForm},
	{name: "sample_weight", doc: "Column of the data that says how much a row counts.", form: text{"a name", nil}},
	{name: "class_weights", doc: "How much the rows of a class count: balanced, or a mapping of classes to weights.", form: byKind{
		scalar: choice{"class weights", []string{"balanced"}}, mapping: table{"classes", "weights", number{atLeast0}}}},
	{name: "stop", doc: "When to end before the last epoch.", form: stopForm},
	{name: "data", doc: "Where the rows come from.", form: dataForm},
	{name: "seed", doc: "Start of all random numbers.", form: integer{0, math.MaxUint64}, absent: "1"},
}}

// Settings that are off have no key; 0 is not another word for off.
var clipForm = object{keys: []key{
	{name: "norm", doc: "Largest length of the whole gradient.", form: number{above0}},
	{name: "value", doc: "Largest size of each element.", form: number{above0}},
}}

var penaltyForm = object{keys: []key{
	{name: "l1", doc: "Factor of the sum of the sizes of all weights.", form: number{above0}},
	{name: "l2", doc: "Factor of half the sum of their squares.", form: number{above0}},
}}

var stopForm = object{keys: []key{
	{name: "patience", doc: "Epochs without progress after which to stop.", form: integer{1, maxEpochs}},
	{name: "min_delta", doc: "A smaller fall of the loss is no progress.", form: number{atLeast0}},
	{name: "below", doc: "Loss that is good enough.", form: number{above0}},
}}

// Without data, the generated package trains on what its caller gives it.
var dataForm = object{one: []string{"csv", "rows"}, keys: []key{
	{name: "csv", doc: "File with a header, .csv or .csv.gz; relative to the spec.", form: shaped{text{"a file name", csvName}, csvNames}},
	{name: "label", doc: "Column of the class.", form: text{"a name", nil}},
	{name: "rows", doc: "The rows themselves: features, then the targets or the class.", form: sequence{of: rowForm, what: "rows", least: 1, most: maxRows}},
	{name: "validation", doc: "Share of the rows to watch the loss on.", form: number{share}, absent: "0"},
	{name: "test", doc: "Share of the rows for the metrics alone.", form: number{share}, absent: "0"},
}}

var rowForm = sequence{of: cell{}, what: "values", least: 2, most: 2 * maxWidth}

// csvNames are the names of CSV files.
var csvNames = regexp.MustCompile(`\.csv(\.gz)?$`)

// csvName returns a complaint about a file name that is none of a CSV file.
func csvName(name string) string {
	if csvNames.MatchString(name) {
		return ""
	}
	return "is " + quote(name) + ", want a name that ends in .csv or .csv.gz"
}
