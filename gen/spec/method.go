package spec

import (
	"math"
	"slices"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// A Method is a named choice with parameters: an optimizer, a schedule, an
// initializer, an activation or a loss.
type Method struct {
	Name   string
	Doc    string // one sentence
	Params []Param
}

// Param is a number that a method takes.
type Param struct {
	Name     string
	Default  float64
	Bounds   Bounds
	Doc      string
	Required bool // no default makes sense
	Integer  bool
}

// form returns the form of one parameter.
func (p Param) form() form {
	if p.Integer {
		return integer{uint64(p.Bounds.Min), uint64(p.Bounds.Max)}
	}
	return number{p.Bounds}
}

// value returns what a checked node sets p to; nil stands for the default. A
// mistake gives NaN, which passes every comparison that would report it again.
func (p Param) value(n *node) float64 {
	switch {
	case n == nil:
		return p.Default
	case !n.valid:
		return math.NaN()
	}
	return n.number
}

// form returns the form of the parameters.
func (m *Method) form() form {
	var o object
	for _, p := range m.Params {
		o.keys = append(o.keys, key{name: p.Name, doc: p.Doc, form: p.form(), required: p.Required})
	}
	return o
}

// Ranges that parameters share.
var (
	any0      = Bounds{Min: math.Inf(-1), Max: math.Inf(1)}
	atLeast0  = Bounds{Min: 0, Max: math.Inf(1)}
	above0    = Bounds{Min: 0, Max: math.Inf(1), MinOpen: true}
	share     = Bounds{Min: 0, Max: 1, MaxOpen: true}
	upTo1     = Bounds{Min: 0, Max: 1}
	notTiny   = Bounds{Min: 1e-30, Max: 1} // of an epsilon: not 0 in float32
	epochSpan = Bounds{Min: 1, Max: maxEpochs}
)

// Optimizers lists the optimizers, with the names and defaults of PyTorch. The
// entries are the structs of runtime: learning_rate is the field LearningRate.
var Optimizers = []Method{
	{"sgd", "Plain gradient descent: p ← p − η·g.", []Param{learningRate(0.001), weightDecay(0)}},
	{"momentum", "Gradient descent with a velocity.", []Param{learningRate(0.001), momentum(0.9), weightDecay(0)}},
	{"nesterov", "Momentum that looks ahead.", []Param{learningRate(0.001), momentum(0.9), weightDecay(0)}},
	{"rmsprop", "Divides the gradient by a running root of its mean square.", []Param{
		learningRate(0.01),
		{Name: "alpha", Default: 0.99, Bounds: upTo1, Doc: "share of the running mean square that stays"},
		epsilon(1e-8), momentum(0), weightDecay(0),
	}},
	{"adagrad", "Divides the gradient by the root of the sum of its squares.", []Param{
		learningRate(0.01), epsilon(1e-10), weightDecay(0),
		{Name: "rate_decay", Bounds: atLeast0, Doc: "the rate is divided by 1 + rate_decay·(step − 1); PyTorch's lr_decay"},
		{Name: "initial_accumulator", Bounds: atLeast0, Doc: "where the sum of squares starts"},
	}},
	{"adam", "Running means of the gradient and of its square.", adam(0)},
	{"adamw", "Adam with weight decay apart from the gradient.", adam(0.01)},
}

func adam(decay float64) []Param {
	return []Param{
		learningRate(0.001),
		{Name: "beta1", Default: 0.9, Bounds: share, Doc: "share of the running mean that stays"},
		{Name: "beta2", Default: 0.999, Bounds: share, Doc: "share of the running mean square that stays"},
		epsilon(1e-8), weightDecay(decay),
	}
}

func learningRate(x float64) Param {
	return Param{Name: "learning_rate", Default: x, Bounds: above0, Doc: "η, before the schedule"}
}

func weightDecay(x float64) Param {
	return Param{Name: "weight_decay", Default: x, Bounds: atLeast0, Doc: "pull of every trained parameter towards 0"}
}

func momentum(x float64) Param {
	return Param{Name: "momentum", Default: x, Bounds: share, Doc: "share of the velocity that stays"}
}

func epsilon(x float64) Param {
	return Param{Name: "epsilon", Default: x, Bounds: notTiny, Doc: "keeps the divisor from 0"}
}

// Schedules lists how the learning rate changes over the epochs. All warm up.
var Schedules = []Method{
	{"constant", "The same rate throughout.", []Param{warmup}},
	{"step", "Times factor after every so many epochs.", []Param{
		{Name: "every", Bounds: epochSpan, Doc: "epochs between two changes", Required: true, Integer: true},
		{Name: "factor", Default: 0.1, Bounds: above0, Doc: "what the rate is multiplied by"}, warmup,
	}},
	{"exponential", "Times factor after every epoch.", []Param{
		{Name: "factor", Bounds: above0, Doc: "what the rate is multiplied by", Required: true}, warmup,
	}},
	{"cosine", "Down along half a cosine.", []Param{
		warmup, {Name: "floor", Bounds: atLeast0, Doc: "learning rate at the end"},
	}},
}

var warmup = Param{Name: "warmup", Bounds: Bounds{Max: maxEpochs}, Doc: "epochs in which the rate grows to its full value; a fraction is fine"}

// Initializers lists where the first values of weights come from.
var Initializers = append(slices.Clip(biasInitializers), []Method{
	{Name: "glorot_uniform", Doc: "Uniform, ±√(6/(in + out))."},
	{Name: "glorot_normal", Doc: "Normal, deviation √(2/(in + out))."},
	{Name: "he_uniform", Doc: "Uniform, ±√(6/in)."},
	{Name: "he_normal", Doc: "Normal, deviation √(2/in)."},
	{"orthogonal", "Orthonormal rows, or columns where those are fewer.", []Param{
		{Name: "gain", Default: 1, Bounds: above0, Doc: "what the matrix is multiplied by"},
	}},
}...)

// biasInitializers are the initializers that need no number of inputs.
var biasInitializers = []Method{
	{Name: "zeros", Doc: "All 0."},
	{"constant", "All the same value.", []Param{{Name: "value", Bounds: any0, Doc: "the value"}}},
	{"uniform", "Uniform from low to high; the defaults are Keras's.", []Param{
		{Name: "low", Default: -0.05, Bounds: any0, Doc: "lowest value"},
		{Name: "high", Default: 0.05, Bounds: any0, Doc: "highest value"},
	}},
	{"normal", "Normal; the defaults are Keras's.", []Param{
		{Name: "mean", Bounds: any0, Doc: "mean"},
		{Name: "std", Default: 0.05, Bounds: atLeast0, Doc: "standard deviation"},
	}},
}

// activations returns the registry of activations as methods.
func activations() []Method {
	var methods []Method
	for _, a := range expr.Activations {
		methods = append(methods, Method{a.Name, a.Doc, params(a.Params)})
	}
	return methods
}

// losses returns the registry of losses as methods.
func losses() []Method {
	var methods []Method
	for _, l := range expr.Losses {
		methods = append(methods, Method{l.Name, l.Doc, params(l.Params)})
	}
	return methods
}

func params(from []expr.Param) []Param {
	var to []Param
	for _, p := range from {
		to = append(to, Param{Name: p.Name, Default: p.Default, Bounds: Bounds{Min: p.Min, Max: p.Max}, Doc: p.Doc})
	}
	return to
}
