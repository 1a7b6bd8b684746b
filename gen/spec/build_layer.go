package spec

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// layers builds the layers behind an input of the given size.
func (b builder) layers(n *node, in int) []Layer {
	if n == nil {
		return nil
	}
	layers := make([]Layer, 0, len(n.items))
	ordinal := map[string]int{}
	for _, item := range n.items {
		l := b.layer(item, in)
		ordinal[l.Kind]++
		if l.Name == "" {
			l.Name = autoName(l.Kind, ordinal[l.Kind])
		}
		layers = append(layers, l)
		in = l.Out
	}
	// The default depends on the layers behind, so it waits until all are built.
	for i := range layers {
		b.weightInitializer(n.items[i], layers[i:])
	}
	b.checkLayerNames(n, layers)
	b.checkParameters(n, layers)
	return layers
}

// autoName is what a layer without a name is called: its kind and ordinal.
func autoName(kind string, ordinal int) string { return fmt.Sprint(kind, ordinal) }

// layer builds one layer. Its size is 0 when a mistake hides it.
func (b builder) layer(n *node, in int) Layer {
	l := Layer{In: in, Pos: n.pos}
	for _, v := range n.items {
		l.Kind = v.label
		if !v.valid {
			continue
		}
		switch v.label {
		case "dense":
			l.Name = v.get("name").word()
			l.Out = v.get("units").integer()
			l.Dense = b.dense(v, in)
			return l
		case "activation":
			l.Out = in
			l.Activation = activation(v)
			return l
		case "dropout":
			l.Out = in
			l.Dropout = &Dropout{Rate: v.real()}
			if v.kind == mapping {
				l.Dropout.Rate = v.get("rate").real()
			}
			return l
		}
	}
	return l
}

// activation returns what a valid or missing node chooses.
func activation(n *node) *Activation {
	if n == nil {
		return &Activation{}
	}
	return &Activation{Name: n.method.Name, Params: n.params}
}

// dense builds all of a dense layer but the weight initializer. A bias is there
// unless the spec says false; first values say that there is one.
func (b builder) dense(n *node, in int) *Dense {
	d := &Dense{
		Units:      n.get("units").integer(),
		Activation: *activation(n.get("activation")),
	}
	bias := n.get("bias")
	d.BiasValues = bias.numbers()
	d.Bias = bias != nil && (bias.kind == list || bias.text == "true")
	if w := n.get("weights"); w.complete() {
		d.Weights = collect(w, (*node).numbers)
	}
	b.freeze(n, d)
	b.checkShapes(n, d.Units, in)
	b.biasInitializer(n, d)
	return d
}

// freeze sets what is not trained: one word, or a list of words.
func (b builder) freeze(n *node, d *Dense) {
	freeze := n.get("freeze")
	if freeze == nil {
		return
	}
	words := []*node{freeze}
	if freeze.kind == list {
		words = freeze.items
	}
	for _, w := range words {
		d.FreezeWeights = d.FreezeWeights || w.word() == "weights"
		d.FreezeBias = d.FreezeBias || w.word() == "bias"
		if w.word() == "bias" && n.get("bias") != nil && !d.Bias {
			b.refuse(w, "is bias, but the layer has none")
		}
	}
}

// checkShapes reports first values whose number does not fit the layer.
func (b builder) checkShapes(n *node, units, in int) {
	bias, weights := n.get("bias"), n.get("weights")
	if bias != nil && bias.kind == list && units > 0 && len(bias.items) != units {
		b.refuse(bias, "holds %d numbers, want %d: one per unit", len(bias.items), units)
	}
	if weights == nil {
		return
	}
	if units > 0 && len(weights.items) != units {
		b.refuse(weights, "holds %d rows, want %d: one per unit", len(weights.items), units)
	}
	for _, row := range weights.items {
		if row.valid && in > 0 && len(row.items) != in {
			b.refuse(row, "holds %d numbers, want %d: one per input", len(row.items), in)
		}
	}
}

// biasInitializer sets where the first biases come from, if they are not given.
func (b builder) biasInitializer(n *node, d *Dense) {
	init := n.get("bias_initializer")
	switch {
	case init == nil && d.Bias && d.BiasValues == nil:
		d.BiasInitializer = Initializer{Name: "zeros", Params: map[string]float64{}}
	case init == nil:
	case d.BiasValues != nil:
		b.refuse(init, "is given beside the first values of the bias, want one of them")
	case !d.Bias && n.get("bias") != nil:
		b.refuse(init, "is given, but the layer has no bias")
	default:
		d.BiasInitializer = b.initializer(init)
	}
}

// weightInitializer sets where the first weights of layers[0], whose node is
// item, come from, if they are not given.
func (b builder) weightInitializer(item *node, layers []Layer) {
	d := layers[0].Dense
	if d == nil {
		return
	}
	n := item.get("dense")
	init := n.get("weight_initializer")
	switch {
	case init != nil && n.find("weights") != nil:
		b.refuse(init, "is given beside the first values of the weights, want one of them")
	case init != nil:
		d.WeightInitializer = b.initializer(init)
	case d.Weights == nil:
		d.WeightInitializer = Initializer{Name: defaultInitializer(layers), Params: map[string]float64{}}
	}
}

// defaultInitializer returns the initializer that suits the activation behind
// the dense layer layers[0]: its own, or that of the next layer.
func defaultInitializer(layers []Layer) string {
	name := layers[0].Dense.Activation.Name
	for _, l := range layers[1:] {
		if name != "linear" || l.Dense != nil {
			break
		}
		if l.Activation != nil {
			name = l.Activation.Name
		}
	}
	if a, ok := expr.LookupActivation(name); ok && a.ReLUFamily {
		return "he_uniform"
	}
	return "glorot_uniform"
}

// initializer returns the choice of a valid node.
func (b builder) initializer(n *node) Initializer {
	if low, high := n.params["low"], n.params["high"]; low > high {
		b.refuse(n, "is uniform from %v to %v, want low to be at most high", low, high)
	}
	return Initializer{Name: n.method.Name, Params: n.params}
}

// checkLayerNames reports layers whose names are one to Go. A name that is given
// can also be the automatic one of a later layer.
func (b builder) checkLayerNames(n *node, layers []Layer) {
	first := map[string]int{}
	for i, l := range layers {
		if l.Name == "" {
			continue
		}
		goName := GoName(l.Name)
		if j, ok := first[goName]; ok {
			b.refuse(n.items[i], "has the name %s, as layers[%d] has", l.Name, j)
			continue
		}
		first[goName] = i
	}
}

// checkParameters reports the layer at which the network becomes too large.
// Nothing of that size has been built yet: so far, layers are a few words each.
func (b builder) checkParameters(n *node, layers []Layer) {
	var total int64
	for i, l := range layers {
		if total += l.parameters(); total > maxParameters {
			b.refuse(n.items[i], "brings the network to %d parameters, want at most %d", total, maxParameters)
			return
		}
	}
}
