package runtime

import (
	"context"
	"math"
	"testing"
)

// The gradient is the slope of the formula; frozen weights, biases and padding have none.
func TestPenaltyGradient(t *testing.T) {
	n := newLinear[float64](3)
	n.Tensors = append(n.Tensors, Tensor{Name: "frozen", Shape: []int{1, 2}, Offset: 5, Frozen: true})
	n.Params = []float64{0.5, -2, 0, 7, 3, 1, 1}
	c := Penalty{L1: 0.3, L2: 0.7}
	value := func() (sum float64) {
		for _, w := range n.Params[:3] {
			sum += c.L1*math.Abs(w) + 0.5*c.L2*w*w
		}
		return sum
	}
	g := make([]float64, len(n.Params))
	addPenalty(g, n.Params, n.trainableWeights(), c)
	const eps = 1e-6
	for i := range n.Params {
		p := n.Params[i]
		n.Params[i] = p + eps
		above := value()
		n.Params[i] = p - eps
		slope := (above - value()) / (2 * eps)
		n.Params[i] = p
		if math.Abs(g[i]-slope) > 1e-8 {
			t.Errorf("gradient of parameter %d is %v, the slope %v", i, g[i], slope)
		}
	}
}

// Half squared error of y = w·x with L2 is ridge regression: w = Σxt/(Σx² + rows·L2).
func TestPenaltyIsRidge(t *testing.T) {
	n := newLinear[float64](1)
	n.Tensors[1].Frozen = true // the bias stays 0
	x, target := [][]float64{{1}, {2}, {-1}}, []float64{2, 3, -1}
	c := Config{Optimizer: SGD{LearningRate: 0.1}, Batch: 3, Epochs: 500, Penalty: Penalty{L2: 0.5}}
	if _, err := Train(context.Background(), n, x, target, c); err != nil {
		t.Fatal(err)
	}
	if want := 9 / (6 + 3*0.5); math.Abs(n.Params[0]-want) > 1e-12 {
		t.Errorf("got %v, want %v", n.Params[0], want)
	}
	// With L1 it is the lasso: w = (Σxt − rows·L1)/Σx².
	c.Penalty = Penalty{L1: 0.5}
	if _, err := Train(context.Background(), n, x, target, c); err != nil {
		t.Fatal(err)
	}
	if want := (9 - 3*0.5) / 6.; math.Abs(n.Params[0]-want) > 1e-12 {
		t.Errorf("got %v, want %v", n.Params[0], want)
	}
}
