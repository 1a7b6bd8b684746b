package spec

import (
	"math"
	"strings"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// Parse reads the spec src; file is its name in positions. The error, if any,
// is an [ErrorList] of all mistakes.
func Parse(file string, src []byte) (*Model, error) {
	root, errs := readYAML(file, src)
	if root == nil {
		return nil, errs.err()
	}
	c := &checker{errors: errs, most: largest(root)}
	c.check(specForm, root)
	b := builder{c}
	m := b.model(root)
	if err := c.errors.err(); err != nil {
		return nil, err
	}
	return m, nil
}

// largest returns the largest number that the precision of the spec can hold.
func largest(root *node) float64 {
	if p := root.find("precision"); p != nil && p.text == "float64" {
		return math.MaxFloat64
	}
	return math.MaxFloat32
}

// A builder makes the model of a checked tree. What concerns more than one key
// is checked here, as far as the keys are valid; a size of 0 is not known.
type builder struct{ *checker }

// model builds the parts in the order in which they need each other: a layer
// needs the size before it, inline rows need the classes. The last checks are
// about parts that do not meet before.
func (b builder) model(root *node) *Model {
	m := &Model{
		Name:      root.get("name").word(),
		Precision: root.get("precision").word(),
		Numerics:  root.get("numerics").word(),
		Pos:       root.pos,
	}
	m.Input = b.input(root.get("input"))
	m.Output = b.output(root.get("output"))
	m.Loss = b.loss(root.get("loss"))
	m.Layers = b.layers(root.get("layers"), m.Input.Size)
	m.Train = b.train(root.get("train"), m)
	if m.Strict() && m.Precision == "float64" {
		b.refuse(root.get("numerics"), "is strict for float64, want fast: the functions that have the same bits everywhere are those on float32")
	}
	b.checkEnd(root, m)
	b.checkColumns(root, m)
	b.checkDeclared(root, m)
	b.checkNumbers(root, m)
	return m
}

// loss builds the loss; whether it suits the output is checked at the end.
func (b builder) loss(n *node) Loss {
	if n == nil {
		return Loss{}
	}
	return Loss{Name: n.method.Name, Params: n.params, Pos: n.pos}
}

// checkEnd reports when the last layer, the output and the loss do not fit.
func (b builder) checkEnd(root *node, m *Model) {
	layers := root.get("layers")
	loss, ok := expr.LookupLoss(m.Loss.Name)
	if !ok || layers == nil || m.Output.size() == 0 {
		return
	}
	last := layers.items[len(layers.items)-1]
	if last.valid && last.find("dropout") != nil {
		b.refuse(last, "is dropout, want a layer that makes the output last")
		return
	}
	b.checkLinear(last, loss)
	b.checkLoss(root.get("loss"), m)
	b.checkOutputs(layers, m)
	b.checkTrained(layers, m)
}

// checkTrained reports a network in which there is nothing to learn.
func (b builder) checkTrained(layers *node, m *Model) {
	for i, l := range m.Layers {
		d := l.Dense
		if !layers.items[i].valid || d != nil && (!d.FreezeWeights || d.Bias && !d.FreezeBias) {
			return
		}
	}
	b.refuse(layers, "has no weight or bias to train, want a dense layer that is not frozen")
}

// checkLinear reports an activation before a loss that applies its own.
func (b builder) checkLinear(last *node, loss *expr.Loss) {
	a := last.get("activation")
	if dense := last.get("dense"); dense != nil {
		a = dense.get("activation")
	}
	if loss.Logits && a != nil && a.method.Name != "linear" {
		b.refuse(a, "is %s, want linear: %s takes logits, the scores before its %s", a.method.Name, loss.Name, loss.Link)
	}
}

// checkLoss reports a loss that is not one of such an output.
func (b builder) checkLoss(n *node, m *Model) {
	name, classes, targets := m.Loss.Name, len(m.Output.Classes), len(m.Output.Targets)
	switch {
	case classes > 0 && name == "binary_cross_entropy" && classes != 2:
		b.refuse(n, "is %s with %d classes, want 2 classes or softmax_cross_entropy", name, classes)
	case classes > 0 && name != "binary_cross_entropy" && name != "softmax_cross_entropy":
		b.refuse(n, "is %s, of numbers; want softmax_cross_entropy for classes, or targets as output", name)
	case m.Output.Normalizations() != nil && strings.HasSuffix(name, "_cross_entropy"):
		b.refuse(n, "is %s, of probabilities; want targets that are not normalised", name)
	case targets == 1 && name == "softmax_cross_entropy":
		b.refuse(n, "is %s with 1 target, want at least 2 targets or binary_cross_entropy", name)
	}
}

// checkOutputs reports when the last layer has not one output per class or target.
func (b builder) checkOutputs(layers *node, m *Model) {
	want, why := m.Output.size(), "one per target"
	if m.Output.Classes != nil {
		why = "one per class"
		if m.Loss.Name == "binary_cross_entropy" {
			want, why = 1, "the logit of the second class"
		}
	}
	// Layers behind the last dense one keep its size: the mistake is in there.
	end := len(m.Layers) - 1
	for end > 0 && m.Layers[end].Dense == nil {
		end--
	}
	if end < 0 || m.Layers[len(m.Layers)-1].Out == 0 || m.Layers[end].Out == want {
		return
	}
	at, is := layers.items[end], m.Layers[end].Out
	if units := at.get("dense").get("units"); units != nil {
		b.refuse(units, "is %d, want %d: %s", is, want, why)
		return
	}
	b.refuse(at, "makes %d outputs, want %d: %s", is, want, why)
}
