package reference

import "fmt"

// Network is a chain of layers with a loss at its end. It is not safe for
// concurrent use: its layers keep the values of the row they saw last.
type Network struct {
	loss   Loss
	layers []Layer

	params, grads []float64 // all layers' w, b, … one after the other; dw, db, …
	frozen        []span    // of params: neither learnt nor shown in a gradient
	weight        []float64 // how much each row counts; nil: all 1
}

// span is a range of parameters, to excluded.
type span struct{ from, to int }

// New returns the network that sends its input through layers in order. It
// panics if the sizes of dense layers do not fit.
func New(loss Loss, layers ...Layer) *Network {
	size, width := 0, 0
	for l, layer := range layers {
		size += layer.Size()
		if d, ok := layer.(*dense); ok {
			if width != 0 && width != d.in {
				panic(fmt.Sprintf("reference: layers[%d] takes %d inputs, but is given %d", l, d.in, width))
			}
			width = d.out
		}
	}

	n := &Network{loss: loss, layers: layers, params: make([]float64, size), grads: make([]float64, size)}
	offset := 0
	for _, layer := range layers {
		end := offset + layer.Size()
		layer.Attach(n.params[offset:end:end], n.grads[offset:end:end])
		offset = end
	}
	return n
}

// Params returns the parameters, layer by layer: weights [out][in], then bias.
// They are the network's own, not a copy.
func (n *Network) Params() []float64 { return n.params }

// SetParams copies params, in the order of [Network.Params].
func (n *Network) SetParams(params []float64) {
	if len(params) != len(n.params) {
		panic(fmt.Sprintf("reference: got %d parameters, want %d", len(params), len(n.params)))
	}
	copy(n.params, params)
}

// Freeze excludes the parameters from, …, to−1 from training: from now on their
// gradient is 0 and [Network.Step] leaves them alone.
func (n *Network) Freeze(from, to int) {
	if from < 0 || to < from || to > len(n.params) {
		panic(fmt.Sprintf("reference: cannot freeze %d to %d of %d parameters", from, to, len(n.params)))
	}
	n.frozen = append(n.frozen, span{from, to})
}

// Weigh sets how much each row counts in the loss of the next calls, which is
// Σ weight·L / rows; nil: all rows 1.
func (n *Network) Weigh(weight []float64) { n.weight = weight }

// Forward returns the output for the row x, with dropout off. The result is
// valid until the next call of any method.
func (n *Network) Forward(x []float64) []float64 { return n.forward(x, Mode{}) }

// Loss returns the mean loss over the rows of x, with dropout off.
func (n *Network) Loss(x, target [][]float64) float64 { return n.meanLoss(x, target, false) }

// Gradients sets g to the gradient of the mean loss over the rows of x by the
// parameters, in the order of [Network.Params], with dropout on, and returns
// that loss.
func (n *Network) Gradients(g []float64, x, target [][]float64) float64 {
	if len(g) != len(n.params) {
		panic(fmt.Sprintf("reference: got room for %d gradients, want %d", len(g), len(n.params)))
	}
	loss := n.backward(x, target)
	copy(g, n.grads)
	return loss
}

// Step moves the parameters against their gradient, p −= rate·∂L/∂p, and
// returns the mean loss L over the rows of x from before, with dropout on.
func (n *Network) Step(x, target [][]float64, rate float64) float64 {
	loss := n.backward(x, target)
	for i, g := range n.grads {
		n.params[i] -= rate * g
	}
	return loss
}

// forward returns the output for the row x: the walk from left to right.
func (n *Network) forward(x []float64, mode Mode) []float64 {
	for _, layer := range n.layers {
		x = layer.Forward(x, mode)
	}
	return x
}

// rowLoss returns the loss of the row x.
func (n *Network) rowLoss(x, target []float64, mode Mode) float64 {
	y := n.forward(x, mode)
	if len(target) != len(y) {
		panic(fmt.Sprintf("reference: network of %d outputs got a target of %d", len(y), len(target)))
	}
	return n.loss.Forward(y, target)
}

// rowWeight returns how much a row counts.
func (n *Network) rowWeight(row int) float64 {
	if n.weight == nil {
		return 1
	}
	return n.weight[row]
}

// meanLoss returns the mean loss over the rows of x.
func (n *Network) meanLoss(x, target [][]float64, training bool) float64 {
	sum := 0.0
	for row := range x {
		sum += n.rowWeight(row) * n.rowLoss(x[row], target[row], Mode{Training: training, Row: row})
	}
	return sum / float64(len(x))
}

// backward sets n.grads to the gradient of the mean loss over the rows of x and
// returns that loss: for each row the walk forward, then the one from right to
// left.
func (n *Network) backward(x, target [][]float64) float64 {
	clear(n.grads)
	sum, rows := 0.0, float64(len(x))
	for row := range x {
		weight := n.rowWeight(row)
		sum += weight * n.rowLoss(x[row], target[row], Mode{Training: true, Row: row})

		// A row's share in the mean is weight/rows.
		dy := n.loss.Backward()
		for o := range dy {
			dy[o] *= weight / rows
		}

		// The dx of a layer is the dy of the layer before; the dx of the first
		// would be the gradient by the input, which nobody asked for.
		for l := len(n.layers) - 1; l >= 0; l-- {
			n.layers[l].Accumulate(dy)
			if l > 0 {
				dy = n.layers[l].Backward(dy)
			}
		}
	}
	for _, f := range n.frozen {
		clear(n.grads[f.from:f.to])
	}
	return sum / rows
}
