package gen_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/target"
)

// sizes lists the widths around powers of two, and those at which a schedule changes its form, each with its neighbours.
var sizes = append([]int{1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65},
	around(1, 4, target.Generic.FewOutputs, target.Generic.TileOutputs, 2*target.Generic.TileOutputs,
		target.Generic.SideBySide, target.Generic.Straight, 20 /* 20·20 = UnrollTerms */, target.Generic.LongFrom)...)

// batches lists the numbers of rows: passes over rows end around the small ones, blocks around the large ones.
var (
	batches = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 33, 70}
	blocks  = []int{target.Generic.Block - 1, target.Generic.Block, target.Generic.Block + 1, 2 * target.Generic.Block, 70}
)

func around(centers ...int) []int {
	var all []int
	for _, c := range centers {
		for w := max(1, c-1); w <= c+1; w++ {
			all = append(all, w)
		}
	}
	return all
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// randomSpec returns the YAML of network k, of one to five layers. Activations, losses and precisions take turns, so that a few dozen networks
// have them all; the rest is drawn.
func randomSpec(r *rand.Rand, k int, sizes []int) string {
	d := &draft{r: r, sizes: sizes, loss: expr.Losses[k%len(expr.Losses)], next: k}
	var b strings.Builder
	kind := []string{"precision: float32", "precision: float64", "numerics: strict"}[k/len(expr.Losses)%3]
	fmt.Fprintf(&b, "name: net%d\n%s\n", k, kind)
	inputs := pick(r, sizes)
	fmt.Fprintf(&b, "input: {shape: [%d]%s}\nlayers:\n", inputs, d.normalize())
	outputs, output := d.output(inputs)
	hidden := r.IntN(5)
	for range hidden {
		b.WriteString("  - " + d.layer() + "\n")
	}
	b.WriteString("  - " + d.dense(outputs, d.loss.Logits || r.IntN(3) == 0, true) + "\n")
	if hidden < 4 && !d.loss.Logits && r.IntN(4) == 0 {
		b.WriteString("  - activation: " + d.activation() + "\n")
	}
	fmt.Fprintf(&b, "output: %s\nloss: %s\n", output, d.lossText())
	weighted := ""
	if r.IntN(4) == 0 {
		weighted = ", sample_weight: the_weight"
	}
	batch := 8
	if k%7 == 0 {
		batch = 1
	}
	fmt.Fprintf(&b, "train: {optimizer: {sgd: {learning_rate: 0.1}}, batch: %d, epochs: 1%s}\n", batch, weighted)
	return b.String()
}

// draft is a network that is being drawn.
type draft struct {
	r     *rand.Rand
	sizes []int // to choose widths from
	loss  *expr.Loss
	next  int // the activation whose turn it is
}

// output draws the number of outputs, sometimes that of the inputs, and what they mean.
func (d *draft) output(inputs int) (int, string) {
	names := func(key string, n int) string {
		list, normalize := make([]string, n), ""
		for i := range list {
			list[i] = fmt.Sprintf("%c%d", key[0], i)
		}
		if key == "targets" && !d.loss.Logits {
			normalize = d.normalize()
		}
		return fmt.Sprintf("{%s: [%s]%s}", key, strings.Join(list, ", "), normalize)
	}
	n := pick(d.r, d.sizes)
	if d.r.IntN(6) == 0 {
		n = inputs
	}
	switch classes := d.r.IntN(2) == 0; {
	case d.loss.Name == "softmax_cross_entropy":
		n = max(n, 2)
		if classes {
			return n, names("classes", n)
		}
	case d.loss.Name == "binary_cross_entropy" && classes:
		return 1, names("classes", 2)
	}
	return n, names("targets", n)
}

// normalize draws whether columns are normalised.
func (d *draft) normalize() string {
	if d.r.IntN(3) > 0 {
		return ""
	}
	return ", normalize: " + pick(d.r, []string{"standard", "minmax", "robust"})
}

// layer draws a hidden layer.
func (d *draft) layer() string {
	switch d.r.IntN(8) {
	case 0:
		return "activation: " + d.activation()
	case 1, 2:
		return fmt.Sprintf("dropout: %.2f", 0.1+0.6*d.r.Float64())
	}
	return d.dense(pick(d.r, d.sizes), false, false)
}

// dense draws a dense layer with so many units.
func (d *draft) dense(units int, linear, last bool) string {
	options := []string{fmt.Sprintf("units: %d", units)}
	if !linear {
		options = append(options, "activation: "+d.activation())
	}
	bias := d.r.IntN(5) > 0
	if !bias {
		options = append(options, "bias: false")
	}
	// Not everything may be frozen: the last layer keeps something to train.
	switch frozen := d.r.IntN(12); {
	case frozen == 0 && (bias || !last):
		options = append(options, "freeze: weights")
	case frozen == 1 && bias:
		options = append(options, "freeze: bias")
	case frozen == 2 && bias && !last:
		options = append(options, "freeze: [weights, bias]")
	}
	return "dense: {" + strings.Join(options, ", ") + "}"
}

// activation returns the one whose turn it is, sometimes with a parameter of its own.
func (d *draft) activation() string {
	a := expr.Activations[d.next%len(expr.Activations)]
	d.next += 7 // coprime to their number, so that neighbours differ and all have their turn
	if len(a.Params) == 0 || d.r.IntN(2) == 0 {
		return a.Name
	}
	return fmt.Sprintf("{%s: {%s: %.2f}}", a.Name, a.Params[0].Name, 0.05+0.9*d.r.Float64())
}

func (d *draft) lossText() string {
	if len(d.loss.Params) == 0 || d.r.IntN(2) == 0 {
		return d.loss.Name
	}
	p := d.loss.Params[0]
	low, high := max(p.Min, 0.05), min(p.Max, 1.5)
	return fmt.Sprintf("{%s: {%s: %.2f}}", d.loss.Name, p.Name, low+(high-low)*d.r.Float64())
}

// wideSpec is a network with a layer that takes too long for one call, whether with a block, a step of one row or a forward pass.
const wideSpec = `name: wide
input: {shape: [60]}
layers:
  - dense: {units: 1300, activation: relu}
  - dense: {units: 1600, activation: softsign}
  - dense: {units: 2}
output: {targets: [u, v]}
loss: mean_squared_error
train: {optimizer: {sgd: {learning_rate: 0.1}}, batch: 32, epochs: 1}
`

// deepSpec returns a network of so many small layers that not all of them are written out.
func deepSpec() string {
	var b strings.Builder
	b.WriteString("name: deep\ninput: {shape: [11]}\nlayers:\n")
	for range 14 {
		b.WriteString("  - dense: {units: 11, activation: tanh}\n")
	}
	b.WriteString("output: {targets: [a, b, c, d, e, f, g, h, i, j, k]}\nloss: half_squared_error\n")
	b.WriteString("train: {optimizer: {sgd: {learning_rate: 0.1}}, batch: 8, epochs: 1}\n")
	return b.String()
}
