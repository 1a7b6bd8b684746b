package runtime

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestTrainRegression(t *testing.T) {
	x, target := line[float64](103)
	for _, o := range []Optimizer{
		SGD{LearningRate: 0.1}, Momentum{LearningRate: 0.02, Momentum: 0.9}, Nesterov{LearningRate: 0.02, Momentum: 0.9},
		RMSProp{LearningRate: 0.02, Alpha: 0.9, Epsilon: 1e-8}, Adagrad{LearningRate: 0.5, Epsilon: 1e-10},
		Adam{LearningRate: 0.05, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8},
		AdamW{LearningRate: 0.05, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, WeightDecay: 1e-4},
	} {
		n := newLinear[float64](2)
		r, err := Train(context.Background(), n, x, target, Config{
			Optimizer: o, Schedule: Cosine{Warmup: 2}, Batch: 8, Epochs: 60, Test: 0.2, Validation: 0.1, Seed: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		if r.R2 == nil || *r.R2 < 0.995 || r.On != "test" || r.Rows != 21 || r.MSE > 0.01 {
			t.Errorf("%#v: %v", o, r)
		}
		if want := []float64{2, -1, 0, 1}; !near(n.Params, want, 0.05) {
			t.Errorf("%#v: parameters are %v, want about %v", o, n.Params, want)
		}
	}
}

func near(got, want []float64, tolerance float64) bool {
	return slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= tolerance })
}

func TestTrainClassification(t *testing.T) {
	x, target := clouds(120)
	r, err := Train(context.Background(), newSoftmax(), x, target, Config{
		Optimizer: Adam{LearningRate: 0.1, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8},
		Batch:     16, Epochs: 100, Test: 0.2, Validation: 0.1, Stop: Stop{Patience: 10}, Clip: Clip{Norm: 1}, Seed: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Accuracy < 0.95 || r.TestRows != 24 || r.ValidationRows != 12 || r.TrainRows != 84 {
		t.Errorf("got %v", r)
	}
	rows := []int{r.Classes[0].Rows, r.Classes[1].Rows, r.Classes[2].Rows}
	if want := []int{6, 6, 12}; !slices.Equal(rows, want) {
		t.Errorf("test rows by class: got %v, want %v", rows, want)
	}
	if r.Best == 0 || r.Best > len(r.Epochs) || !r.Epochs[r.Best-1].Lowest {
		t.Errorf("best epoch %d of %d", r.Best, len(r.Epochs))
	}
}

// The same seed gives the same bits, and another seed does not.
func TestTrainIsReproducible(t *testing.T) {
	x, target := line[float32](50)
	run := func(seed uint64) ([]float32, *Report) {
		n := newLinear[float32](2)
		withStep(n)
		r, err := Train(context.Background(), n, x, target, Config{
			Optimizer: Adam{LearningRate: 0.05, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, WeightDecay: 0.01},
			Schedule:  Exponential{Factor: 0.95, Warmup: 1.5}, Clip: Clip{Norm: 0.5, Value: 0.3},
			Batch: 7, Epochs: 12, Test: 0.2, Validation: 0.2, Seed: seed,
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Epochs {
			r.Epochs[i].Elapsed = 0
		}
		return n.Params, r
	}
	params, report := run(5)
	again, sameReport := run(5)
	if !slices.Equal(params, again) || !reflect.DeepEqual(report, sameReport) {
		t.Error("two runs with the same seed differ")
	}
	if other, _ := run(6); slices.Equal(params, other) {
		t.Error("two runs with different seeds agree")
	}
}

// A fused step is taken for plain SGD only, and it makes no difference to the result.
func TestTrainUsesStepSGD(t *testing.T) {
	x, target := line[float64](30)
	for _, test := range []struct {
		name   string
		config Config
		fused  bool
	}{
		{"plain", Config{Optimizer: SGD{LearningRate: 0.1}}, true},
		{"schedule", Config{Optimizer: SGD{LearningRate: 0.1}, Schedule: Cosine{}}, true},
		{"decay", Config{Optimizer: SGD{LearningRate: 0.1, WeightDecay: 0.1}}, false},
		{"clip", Config{Optimizer: SGD{LearningRate: 0.1}, Clip: Clip{Value: 9}}, false},
		{"momentum", Config{Optimizer: Momentum{LearningRate: 0.1}}, false},
	} {
		test.config.Batch, test.config.Epochs = 8, 5
		var params [2][]float64
		for i := range params {
			n := newLinear[float64](2)
			calls := new(int)
			if i == 0 {
				calls = withStep(n)
			}
			if _, err := Train(context.Background(), n, x, target, test.config); err != nil {
				t.Fatal(err)
			}
			params[i] = n.Params
			if want := map[bool]int{true: 20}[test.fused && i == 0]; *calls != want {
				t.Errorf("%s: %d calls of StepSGD, want %d", test.name, *calls, want)
			}
		}
		if !slices.Equal(params[0], params[1]) {
			t.Errorf("%s: StepSGD leads to %v, Gradients to %v", test.name, params[0], params[1])
		}
	}
}

func TestTrainKeepsFrozenTensors(t *testing.T) {
	x, target := line[float64](30)
	n := newLinear[float64](2)
	n.Tensors[1].Frozen = true
	n.Params[3] = 0.25
	_, err := Train(context.Background(), n, x, target, Config{
		Optimizer: AdamW{LearningRate: 0.1, Epsilon: 1e-8, WeightDecay: 0.1}, Batch: 8, Epochs: 5,
	})
	if err != nil || n.Params[3] != 0.25 || n.Params[0] == 0 {
		t.Errorf("got %v and %v, want the last parameter still 0.25, the first changed", n.Params, err)
	}
}

func TestEpochAllocatesNothing(t *testing.T) {
	x, target := line[float32](50)
	for _, o := range []Optimizer{SGD{LearningRate: 0.1}, Adam{LearningRate: 0.1, Epsilon: 1e-8}} {
		n := newLinear[float32](2)
		withStep(n)
		c := Config{Optimizer: o, Schedule: Cosine{Warmup: 1}, Batch: 8, Epochs: 1000, Validation: 0.1}
		if _, plain := o.(SGD); !plain {
			c.Clip = Clip{Norm: 1, Value: 1}
		}
		parts, err := splitRows(len(x), nil, &c)
		if err != nil {
			t.Fatal(err)
		}
		l, ctx := newLoop(n, x, target, nil, parts, c), context.Background()
		allocs := testing.AllocsPerRun(20, func() {
			if _, err := l.epoch(ctx); err != nil {
				t.Error(err)
			}
			l.loss(parts.validation)
		})
		if allocs != 0 {
			t.Errorf("%#v: %v allocations per epoch", o, allocs)
		}
	}
}

func TestTrainRefuses(t *testing.T) {
	x, target := clouds(20)
	sgd := SGD{LearningRate: 0.1}
	for _, test := range []struct {
		config Config
		want   string
	}{
		{Config{Batch: 1, Epochs: 1}, "config: Optimizer is nil"},
		{Config{Optimizer: sgd, Epochs: 1}, "config: Batch is 0, want at least 1"},
		{Config{Optimizer: sgd, Batch: 1}, "config: Epochs is 0, want at least 1"},
		{Config{Optimizer: SGD{}, Batch: 1, Epochs: 1}, "config: SGD.LearningRate is 0, want a number above 0"},
		{Config{Optimizer: SGD{LearningRate: math.Inf(1)}, Batch: 1, Epochs: 1}, "config: SGD.LearningRate is +Inf, want a number above 0"},
		{Config{Optimizer: Adam{LearningRate: 1}, Batch: 1, Epochs: 1}, "config: Adam.Epsilon is 0, want from 1e-30 to 1"},
		{Config{Optimizer: AdamW{LearningRate: 1, Beta1: 1, Epsilon: 1e-8}, Batch: 1, Epochs: 1}, "config: AdamW.Beta1 is 1, want from 0 to below 1"},
		{Config{Optimizer: sgd, Schedule: Step{Factor: 1}, Batch: 1, Epochs: 1}, "config: Step.Every is 0, want at least 1"},
		{Config{Optimizer: sgd, Batch: 1, Epochs: 1, Clip: Clip{Norm: -1}}, "config: Clip.Norm is -1, want at least 0"},
		{Config{Optimizer: sgd, Batch: 1, Epochs: 1, Stop: Stop{MinDelta: math.NaN()}}, "config: Stop.MinDelta is NaN, want at least 0"},
		{Config{Optimizer: sgd, Batch: 1, Epochs: 1, Test: 0.5, Validation: 0.5}, "config: Validation + Test is 1, want from 0 to below 1"},
	} {
		_, err := Train(context.Background(), newSoftmax(), x, target, test.config)
		if err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

func TestTrainRefusesRows(t *testing.T) {
	x, target := clouds(4)
	c := Config{Optimizer: SGD{LearningRate: 0.1}, Batch: 1, Epochs: 1}
	_, err := Train(context.Background(), newSoftmax(), x, target[:3], c)
	if err == nil || !strings.Contains(err.Error(), "4 rows with 3 targets") {
		t.Errorf("got %v", err)
	}
	target[2] = 3
	_, err = Train(context.Background(), newSoftmax(), x, target, c)
	if err == nil || !strings.Contains(err.Error(), "target of row 2: class is 3, want one from 0 to 2") {
		t.Errorf("got %v", err)
	}
}
