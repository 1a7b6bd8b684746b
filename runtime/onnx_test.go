package runtime

import (
	"math"
	"testing"
)

// The inputs of ONNX's test cases of the training operators Adam, Adagrad and Momentum (ai.onnx.preview.training, version 1),
// and the outputs by the formulas of their specification, in float64. How ONNX's form is ours:
//
//   - norm_coefficient is the weight decay that is added to the gradient; V and H are the state.
//   - Momentum at T = 0 takes the whole gradient, as ours always does; its mode nesterov is Nesterov.
//   - Adagrad at T = 0 is our first update: the learning rate is not decayed yet.
//   - Adam at T = 0 does not correct its means for having started at zero; ours does so less and less, so its update is that
//     of a late step.
var onnxTests = []struct {
	name      string
	optimizer Optimizer
	t         uint64
	x, g      []float64
	state     [][]float64
	wantX     []float64
	want      [][]float64 // of the state
}{
	{
		"adam", Adam{LearningRate: 0.1, Beta1: 0.95, Beta2: 0.1, Epsilon: 1e-7, WeightDecay: 0.001}, 1 << 40,
		[]float64{1.2, 2.8}, []float64{-0.94, -2.5}, [][]float64{{1.7, 3.6}, {0.1, 0.1}},
		[]float64{1.0250363491167394, 2.6610326709788175}, [][]float64{{1.56806, 3.29514}, {0.803210896, 5.622407055999999}},
	},
	{
		"adam_multiple", Adam{LearningRate: 0.1, Beta1: 0.95, Beta2: 0.85, Epsilon: 1e-2, WeightDecay: 0.001}, 1 << 40,
		[]float64{1, 1, 2}, []float64{-1, -1, -3}, [][]float64{{2, 4, 1}, {0.5, 1, 10}},
		[]float64{0.7591362374762826, 0.6286527936593902, 1.9745853505437945}, [][]float64{{1.85005, 3.75005, 0.8001}, {0.57470015, 0.99970015, 9.8482006}},
	},
	{
		"adagrad", Adagrad{LearningRate: 0.1, Epsilon: 1e-5, RateDecay: 0.1, WeightDecay: 0.001}, 1,
		[]float64{1}, []float64{-1}, [][]float64{{2}}, []float64{1.0576961844316204}, [][]float64{{2.998001}},
	},
	{
		"adagrad_multiple", Adagrad{LearningRate: 0.1, Epsilon: 1e-5, RateDecay: 0.1, WeightDecay: 0.001}, 1,
		[]float64{1, 1, 2}, []float64{-1, -1, -3}, [][]float64{{2, 4, 1}},
		[]float64{1.0576961844316204, 1.044685371850213, 2.0948616993940785}, [][]float64{{2.998001, 4.998001, 9.988004}},
	},
	{
		"momentum", Momentum{LearningRate: 0.1, Momentum: 0.95, WeightDecay: 0.001}, 1,
		[]float64{1.2, 2.8}, []float64{-0.94, -2.5}, [][]float64{{1.7, 3.6}}, []float64{1.13238, 2.70772}, [][]float64{{0.6762, 0.9228}},
	},
	{
		"nesterov_momentum", Nesterov{LearningRate: 0.1, Momentum: 0.95, WeightDecay: 0.01}, 1,
		[]float64{1.2, 2.8}, []float64{-0.94, -2.5}, [][]float64{{1.7, 3.6}}, []float64{1.227535, 2.95714}, [][]float64{{0.687, 0.948}},
	},
	{
		"momentum_multiple", Momentum{LearningRate: 0.1, Momentum: 0.95, WeightDecay: 0.001}, 1,
		[]float64{1, 1, 2}, []float64{-1, -1, -3}, [][]float64{{2, 4, 1}}, []float64{0.9099, 0.7199, 2.2048}, [][]float64{{0.901, 2.801, -2.048}},
	},
}

func TestOptimizersAgreeWithONNX(t *testing.T) {
	for _, test := range onnxTests {
		x, state := append([]float64(nil), test.x...), make([][]float64, len(test.state))
		for i, s := range test.state {
			state[i] = append([]float64(nil), s...)
		}
		u := test.optimizer.float64()
		if u.vectors != len(state) {
			t.Fatalf("%s: %d vectors of state, want %d", test.name, u.vectors, len(state))
		}
		u.apply(x, test.g, state, test.optimizer.rate(), test.t)
		for i, want := range append([][]float64{test.wantX}, test.want...) {
			got := append([][]float64{x}, state...)[i]
			for k := range want {
				if math.Abs(got[k]-want[k]) > 1e-12*math.Abs(want[k]) {
					t.Errorf("%s: output %d, element %d: got %v, want %v", test.name, i, k, got[k], want[k])
				}
			}
		}
	}
}
