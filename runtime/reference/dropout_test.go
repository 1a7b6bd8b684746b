package reference_test

import (
	"testing"

	"github.com/chainrule-go/chainrule/runtime/reference"
)

func TestDropout(t *testing.T) {
	kept := [][]bool{{true, false, true}, {false, true, true}}
	layer := reference.NewDropout(0.75, func(row, element int) bool { return kept[row][element] })
	x := []float64{1, 2, 3}

	checkNear(t, "y when not training", layer.Forward(x, reference.Mode{Row: 1}), x, 0)
	checkNear(t, "y of row 0", layer.Forward(x, reference.Mode{Training: true}), []float64{4, 0, 12}, 0)
	checkNear(t, "y of row 1", layer.Forward(x, reference.Mode{Training: true, Row: 1}), []float64{0, 8, 12}, 0)
	checkNear(t, "dx of row 1", layer.Backward([]float64{1, -1, 2}), []float64{0, -4, 8}, 0)
}

// The batch of a network numbers its rows from 0, and only training drops.
func TestDropoutInNetwork(t *testing.T) {
	n := reference.New(reference.NewLoss("half_squared_error", nil),
		reference.NewDropout(0.5, func(row, element int) bool { return row == element }),
		reference.NewDense(2, 1, false))
	n.SetParams([]float64{1, 10})
	x, target := [][]float64{{1, 1}, {1, 1}}, [][]float64{{0}, {0}}

	checkNear(t, "y", n.Forward(x[0]), []float64{11}, 0)
	checkNear(t, "loss", []float64{n.Loss(x, target)}, []float64{0.5 * 11 * 11}, 0)
	g := make([]float64, 2)
	// The rows give 2·1 and 2·10; dw = ½·Σ z·mask·x.
	checkNear(t, "loss with dropout", []float64{n.Gradients(g, x, target)}, []float64{(2*2 + 20*20) / 4}, 0)
	checkNear(t, "gradient", g, []float64{2, 20}, 0)
}
