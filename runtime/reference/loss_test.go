package reference_test

import (
	"math"
	"testing"

	"github.com/chainrule-go/chainrule/runtime/reference"
)

// The numbers are those of optax 0.2.8 under jax 0.10.2 in float64:
// squared_error, l2_loss, huber_loss, sigmoid_binary_cross_entropy and
// softmax_cross_entropy, reduced as the table says, and jax.grad of them.
func TestLossesAgainstOptax(t *testing.T) {
	y := [][]float64{{0.5, -1.25, 2}, {-0.75, 3.5, 0.25}}
	targets := [][]float64{{1.5, -1, 0.125}, {-0.5, 0.75, -2}}
	probabilities := [][]float64{{0, 1, 0}, {0.25, 0.125, 0.625}}
	tests := []struct {
		name   string // and the reduction over outputs; over rows: mean
		target [][]float64
		loss   float64
		dy     []float64
	}{
		{"mean_squared_error", targets, 2.8776041666666665, // mean
			[]float64{-0.3333333333333333, -0.08333333333333333, 0.625, -0.08333333333333333, 0.9166666666666666, 0.75}},
		{"half_squared_error", targets, 4.31640625, // sum
			[]float64{-0.5, -0.125, 0.9375, -0.125, 1.375, 1.125}},
		{"mean_absolute_error", targets, 1.3958333333333333, // mean; jnp.abs
			[]float64{-0.16666666666666666, -0.16666666666666666, 0.16666666666666666, -0.16666666666666666, 0.16666666666666666, 0.16666666666666666}},
		{"huber", targets, 0.9895833333333333, // mean
			[]float64{-0.16666666666666666, -0.04166666666666666, 0.16666666666666666, -0.04166666666666666, 0.16666666666666666, 0.16666666666666666}},
		{"binary_cross_entropy", probabilities, 1.4898741534724693, // mean
			[]float64{0.10374322186697577, -0.1295499768624485, 0.14679951299631372, 0.011803550137434504, 0.14094796154144063, -0.010470583185700308}},
		{"softmax_cross_entropy", probabilities, 3.3140258612318947, // its own
			[]float64{0.08841009105372213, -0.4846366298367818, 0.39622653878305963, -0.11822710674957895, 0.4123164741008665, -0.29408936735128755}},
	}
	for _, test := range tests {
		l := reference.NewLoss(test.name, nil)
		loss, dy := 0.0, []float64(nil)
		for row := range y {
			loss += l.Forward(y[row], test.target[row]) / 2
			for _, d := range l.Backward() {
				dy = append(dy, d/2)
			}
		}
		checkNear(t, test.name, []float64{loss}, []float64{test.loss}, 1e-15)
		checkNear(t, test.name+": dy", dy, test.dy, 1e-15)
	}
	if got, want := len(tests), len(reference.Losses()); got != want {
		t.Errorf("%d losses are tested, want %d", got, want)
	}
}

// At its kinks and far from 0 a loss has these values and derivatives.
func TestLossesAtTheEdges(t *testing.T) {
	tests := []struct {
		name     string
		y, t     []float64
		loss, d0 float64 // d0 is dy[0]
	}{
		{"mean_absolute_error", []float64{2}, []float64{2}, 0, 0},
		{"huber", []float64{3}, []float64{2}, 0.5, 1},
		{"huber", []float64{1}, []float64{2}, 0.5, -1},
		{"huber", []float64{1e300}, []float64{2}, 1e300, 1},
		{"binary_cross_entropy", []float64{1000}, []float64{0}, 1000, 1},
		{"binary_cross_entropy", []float64{1000}, []float64{1}, 0, 0},
		{"binary_cross_entropy", []float64{-1000}, []float64{1}, 1000, -1},
		{"softmax_cross_entropy", []float64{1000, 0}, []float64{0, 1}, 1000, 1},
		{"softmax_cross_entropy", []float64{1000, 0}, []float64{1, 0}, 0, 0},
		{"softmax_cross_entropy", []float64{-1e6, -1e6}, []float64{1, 0}, math.Ln2, -0.5},
		{"softmax_cross_entropy", []float64{0, 0}, []float64{3, 1}, 4 * math.Ln2, -1},
	}
	for _, test := range tests {
		l := reference.NewLoss(test.name, nil)
		if got := l.Forward(test.y, test.t); !near(got, test.loss, 1e-9) {
			t.Errorf("%s(%v, %v) = %v, want %v", test.name, test.y, test.t, got, test.loss)
		}
		if got := l.Backward()[0]; got != test.d0 {
			t.Errorf("%s(%v, %v): dy[0] = %v, want %v", test.name, test.y, test.t, got, test.d0)
		}
	}
	for _, name := range reference.Losses() {
		l := reference.NewLoss(name, nil)
		if got := l.Forward([]float64{math.NaN(), 1}, []float64{0, 1}); !math.IsNaN(got) {
			t.Errorf("%s of NaN = %v", name, got)
		}
		if got := l.Backward()[0]; !math.IsNaN(got) {
			t.Errorf("%s of NaN: dy = %v", name, got)
		}
	}
}
