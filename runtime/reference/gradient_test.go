package reference_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/chainrule-go/chainrule/runtime/reference"
)

// shape is the form of a network under test; its layers have one activation.
type shape struct {
	sizes        []int
	bias         bool
	last         bool // activation after the last dense layer, too
	dropout      bool // before each dense layer but the first
	rows, frozen int  // rows in the batch; leading parameters that are frozen
}

var shapes = []shape{
	{sizes: []int{1, 1}, bias: true, last: true, rows: 1},
	{sizes: []int{3, 4, 2}, bias: true, rows: 4},
	{sizes: []int{2, 5, 3, 3}, rows: 3, last: true, frozen: 7},
	{sizes: []int{4, 6, 4}, bias: true, dropout: true, rows: 5},
}

// keep is a fixed dropout mask, kept in about two of three places.
func keep(row, element int) bool { return (row*row+2*element)%3 != 0 }

// network builds the network of shape s; freezing is left to the caller.
func (s shape) network(activation, loss string) *reference.Network {
	var layers []reference.Layer
	for l, in := range s.sizes[:len(s.sizes)-1] {
		if s.dropout && l > 0 {
			layers = append(layers, reference.NewDropout(1.0/3, keep))
		}
		layers = append(layers, reference.NewDense(in, s.sizes[l+1], s.bias))
		if s.last || l < len(s.sizes)-2 {
			layers = append(layers, reference.NewActivation(activation, nil))
		}
	}
	return reference.New(reference.NewLoss(loss, nil), layers...)
}

// draw returns parameters, inputs and targets that suit the loss, drawn again
// until nothing lies near a kink.
func (s shape) draw(t *testing.T, n *reference.Network, loss string, rng *rand.Rand) (x, target [][]float64) {
	for range 1000 {
		for i := range n.Params() {
			n.Params()[i] = rng.NormFloat64()
		}
		x, target = make([][]float64, s.rows), make([][]float64, s.rows)
		for r := range x {
			x[r], target[r] = make([]float64, s.sizes[0]), make([]float64, s.sizes[len(s.sizes)-1])
			for i := range x[r] {
				x[r][i] = 2 * rng.NormFloat64()
			}
			sum := 0.0
			for o := range target[r] {
				target[r][o] = rng.Float64()
				sum += target[r][o]
			}
			for o := range target[r] {
				switch loss {
				case "softmax_cross_entropy": // a distribution
					target[r][o] /= sum
				case "binary_cross_entropy": // a probability
				default: // anything
					target[r][o] = 6*target[r][o] - 3
				}
			}
		}
		if n.Margin(x, target) >= 1e-4 {
			return x, target
		}
	}
	t.Fatal("every draw lies near a kink")
	return nil, nil
}

// TestGradients compares each element of the gradient of networks of each
// activation, loss and shape with the central difference.
func TestGradients(t *testing.T) {
	const eps, absolute, relative = 1e-6, 1e-5, 1e-3
	for _, activation := range reference.Activations() {
		for _, loss := range reference.Losses() {
			nonzero := 0
			for k, s := range shapes {
				rng := rand.New(rand.NewPCG(1, uint64(k)))
				n := s.network(activation, loss)
				x, target := s.draw(t, n, loss, rng)
				n.Freeze(0, s.frozen)

				params := slices.Clone(n.Params())
				g := make([]float64, len(params))
				n.Gradients(g, x, target)
				for i := range g {
					want := reference.CentralDifference(n, i, x, target, eps)
					if i < s.frozen {
						want = 0
					}
					if math.Abs(g[i]-want) > absolute+relative*math.Abs(want) {
						t.Errorf("%s, %s, %v: gradient %d = %v, want %v", activation, loss, s.sizes, i, g[i], want)
					}
					if g[i] != 0 {
						nonzero++
					}
				}
				if !slices.Equal(n.Params(), params) {
					t.Errorf("%s, %s, %v: CentralDifference changed the parameters", activation, loss, s.sizes)
				}
			}
			if nonzero < 10 {
				t.Errorf("%s, %s: only %d gradients are not 0", activation, loss, nonzero)
			}
		}
	}
}

// A parameter of an activation or loss must reach the formula.
func TestGradientsWithParameters(t *testing.T) {
	tests := []struct{ activation, parameter, loss string }{
		{"leaky_relu", "negative_slope", "half_squared_error"},
		{"elu", "alpha", "half_squared_error"},
		{"linear", "", "huber"},
	}
	x, target := [][]float64{{0.5, -1}, {2, 1.5}}, [][]float64{{0.25}, {-4}}
	for _, test := range tests {
		activation, loss := map[string]float64{}, map[string]float64{}
		if test.parameter != "" {
			activation[test.parameter] = 0.3
		} else {
			loss["delta"] = 0.3
		}
		n := reference.New(reference.NewLoss(test.loss, loss), reference.NewDense(2, 2, true),
			reference.NewActivation(test.activation, activation), reference.NewDense(2, 1, true))
		byDefault := reference.New(reference.NewLoss(test.loss, nil), reference.NewDense(2, 2, true),
			reference.NewActivation(test.activation, nil), reference.NewDense(2, 1, true))
		n.SetParams([]float64{-1, 0.5, 0.75, -0.5, 0.1, 0.2, 1, -1.5, 0.3})
		byDefault.SetParams(n.Params())
		if n.Loss(x, target) == byDefault.Loss(x, target) {
			t.Errorf("%v: the parameter does not change the loss", test)
		}
		g := make([]float64, len(n.Params()))
		n.Gradients(g, x, target)
		for i := range g {
			want := reference.CentralDifference(n, i, x, target, 1e-6)
			if !near(g[i], want, 1e-7) {
				t.Errorf("%v: gradient %d = %v, want %v", test, i, g[i], want)
			}
		}
	}
}

func TestMargin(t *testing.T) {
	tests := []struct {
		activation, loss string
		x, target, want  float64
	}{
		{"tanh", "mean_squared_error", 0.5, 0, math.Inf(1)},
		{"relu", "half_squared_error", -0.5, 0, 0.5},
		{"hard_tanh", "half_squared_error", 0.75, 0, 0.25},
		{"relu6", "half_squared_error", 8, 0, 2},
		{"linear", "mean_absolute_error", 3, 2.875, 0.125},
		{"relu", "mean_absolute_error", 0.5, 0.375, 0.125},
		{"elu", "huber", 0, 1, math.Inf(1)},
	}
	for _, test := range tests {
		n := reference.New(reference.NewLoss(test.loss, nil), reference.NewActivation(test.activation, nil))
		if got := n.Margin([][]float64{{100}, {test.x}}, [][]float64{{0}, {test.target}}); got != test.want {
			t.Errorf("%s: margin = %v, want %v", fmt.Sprint(test), got, test.want)
		}
	}
}
