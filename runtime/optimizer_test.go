package runtime

import (
	"math"
	"testing"
)

// The parameters after six updates with these gradients by PyTorch 2.15.0 in
// float64, whose classes SGD (for SGD, Momentum and Nesterov), RMSprop, Adagrad,
// Adam and AdamW got the same settings.
var (
	startParams  = []float64{0.5, -1.25, 2}
	sixGradients = [][]float64{
		{0.1, -0.2, 0.3}, {0.25, 0.05, -0.4}, {-0.15, 0.3, 0}, {0.02, -0.01, 0.5}, {-1.5, 0.75, 0.125}, {0.3, 0.3, -0.2},
	}
)

var optimizerTests = []struct {
	optimizer Optimizer
	want      []float64
}{
	{SGD{LearningRate: 0.1}, []float64{0.598, -1.369, 1.9674999999999998}},
	{SGD{LearningRate: 0.1, WeightDecay: 0.05}, []float64{0.5829761027562891, -1.3315486303860193, 1.908754786143875}},
	{Momentum{LearningRate: 0.1, Momentum: 0.9}, []float64{0.6519315999999999, -1.4497237000000003, 1.8839863000000001}},
	{Momentum{LearningRate: 0.1, Momentum: 0.8, WeightDecay: 0.05}, []float64{0.622649203725039, -1.3508230038203943, 1.7508819100438748}},
	{Nesterov{LearningRate: 0.1, Momentum: 0.9}, []float64{0.7347384400000001, -1.54875133, 1.86308767}},
	{Nesterov{LearningRate: 0.1, Momentum: 0.8, WeightDecay: 0.05}, []float64{0.6820309760981066, -1.4129706123820174, 1.7124247981587772}},
	{RMSProp{LearningRate: 0.01, Alpha: 0.99, Epsilon: 1e-8}, []float64{0.428105172048139, -1.3785373322000056, 1.9186450867947251}},
	{RMSProp{LearningRate: 0.02, Alpha: 0.9, Epsilon: 1e-3, Momentum: 0.7, WeightDecay: 0.05}, []float64{0.3032271551052503, -1.2626882915307343, 1.759434975346226}},
	{Adagrad{LearningRate: 0.01, Epsilon: 1e-10}, []float64{0.49280649761763945, -1.2627739078144615, 1.9918712695148155}},
	{Adagrad{LearningRate: 0.1, Epsilon: 1e-3, WeightDecay: 0.05, RateDecay: 0.1, InitialAccumulator: 0.2}, []float64{0.4939023017261082, -1.294800116492864, 1.9021269225235193}},
	{Adam{LearningRate: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, []float64{0.4982256416946943, -1.2503296172575904, 1.9984904409409943}},
	{Adam{LearningRate: 0.1, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-3, WeightDecay: 0.05}, []float64{0.3240467898946049, -1.2161089148301492, 1.7226358594717088}},
	{AdamW{LearningRate: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, WeightDecay: 0.01}, []float64{0.4981957409476881, -1.2502546675112691, 1.9983704918555456}},
	{AdamW{LearningRate: 0.1, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-3, WeightDecay: 0.05}, []float64{0.33781944821542903, -1.2837889457731446, 1.79404260480941}},
}

func TestOptimizersAgreeWithPyTorch(t *testing.T) {
	for _, test := range optimizerTests {
		agrees[float64](t, test.optimizer, test.want, 1e-14)
		agrees[float32](t, test.optimizer, test.want, 1e-6)
	}
}

func agrees[F Float](t *testing.T, o Optimizer, want []float64, tolerance float64) {
	t.Helper()
	p, g := make([]F, 3), make([]F, 3)
	set(p, startParams)
	u := newUpdater(o, p, g, []span{{0, 1}, {1, 3}}) // two runs, to see the state split
	for _, values := range sixGradients {
		set(g, values)
		u.step(o.rate())
	}
	for i := range p {
		if d := math.Abs(float64(p[i])/want[i] - 1); !(d <= tolerance) {
			t.Errorf("%#v in %T: parameter %d: got %v, want %v (off by %.1e)", o, p[i], i, p[i], want[i], d)
		}
	}
}

func set[F Float](to []F, from []float64) {
	for i, v := range from {
		to[i] = F(v)
	}
}

// Padding, which has no gradient and is 0, has to stay 0, and what is frozen must not move.
func TestOptimizersLeavePaddingAndFrozenAlone(t *testing.T) {
	for _, test := range optimizerTests {
		p, g := []float32{1, 0, 3, 4}, []float32{1, 0, 1, 1}
		u := newUpdater(test.optimizer, p, g, []span{{0, 2}, {3, 4}})
		for range 100 {
			u.step(0.01)
		}
		if p[1] != 0 || p[2] != 3 || p[0] == 1 || p[3] == 4 {
			t.Errorf("%#v: got %v, want the second still 0, the third still 3, the others changed", test.optimizer, p)
		}
	}
}

func TestOptimizersAllocateNothingPerStep(t *testing.T) {
	for _, test := range optimizerTests {
		u := newUpdater(test.optimizer, make([]float32, 9), make([]float32, 9), []span{{0, 9}})
		if n := testing.AllocsPerRun(10, func() { u.step(0.1) }); n != 0 {
			t.Errorf("%#v: %v allocations per step", test.optimizer, n)
		}
	}
}

func TestPower(t *testing.T) {
	for _, b := range []float64{0, 0.5, 0.9, 0.999, 1, 1.5} {
		for _, n := range []uint64{0, 1, 2, 3, 10, 100, 1001, 100_000} {
			got, want := power(b, n), math.Pow(b, float64(n))
			if got != want && !(math.Abs(got/want-1) < 1e-14*float64(n+1)) && want > 1e-300 {
				t.Errorf("power(%v, %d): got %v, want %v", b, n, got, want)
			}
		}
	}
}
