package runtime

import (
	"math"
	"testing"
)

// One step per epoch, rate 0.2, eight epochs: the numbers of PyTorch 2.15.0's
// StepLR, ExponentialLR and CosineAnnealingLR. Those with warm-up are by hand.
func TestSchedules(t *testing.T) {
	for _, test := range []struct {
		name     string
		schedule Schedule
		want     []float64
	}{
		{"constant", ConstantRate{}, []float64{0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2}},
		{"step", Step{Every: 3, Factor: 0.5}, []float64{0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05}},
		{"exponential", Exponential{Factor: 0.9}, []float64{0.2, 0.18, 0.162, 0.1458, 0.13122, 0.118098, 0.1062882, 0.09565938}},
		{"cosine", Cosine{Floor: 0.01}, []float64{
			0.2, 0.19276855558857225, 0.172175144212722, 0.14135492607468356,
			0.105, 0.06864507392531648, 0.03782485578727799, 0.01723144441142776,
		}},
		{"constant, warm-up", ConstantRate{Warmup: 4}, []float64{0.05, 0.1, 0.15, 0.2, 0.2, 0.2, 0.2, 0.2}},
		{"step, warm-up", Step{Every: 2, Factor: 0.5, Warmup: 2}, []float64{0.1, 0.2, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05}},
		{"exponential, warm-up", Exponential{Factor: 0.5, Warmup: 2}, []float64{0.1, 0.2, 0.2, 0.1, 0.05, 0.025, 0.0125, 0.00625}},
		{"cosine, warm-up", Cosine{Warmup: 4}, []float64{0.05, 0.1, 0.15, 0.2, 0.2, 0.17071067811865476, 0.1, 0.02928932188134524}},
		{"warm-up longer than training", Cosine{Warmup: 1e12}, []float64{2e-13, 4e-13, 6e-13, 8e-13, 1e-12, 1.2e-12, 1.4e-12, 1.6e-12}},
	} {
		for step, want := range test.want {
			got := test.schedule.rate(0.2, moment{int64(step), 1, 8})
			if math.Abs(got-want) > 1e-14*want {
				t.Errorf("%s: step %d: got %v, want %v", test.name, step, got, want)
			}
		}
	}
}

// With several steps to an epoch, warm-up and cosine move by steps, step and
// exponential by epochs.
func TestSchedulesWithinEpoch(t *testing.T) {
	at := func(step int64) moment { return moment{step, 4, 3} }
	for _, test := range []struct {
		schedule Schedule
		step     int64
		want     float64
	}{
		{ConstantRate{Warmup: 0.5}, 0, 0.5},
		{ConstantRate{Warmup: 0.5}, 1, 1},
		{Exponential{Factor: 0.5}, 3, 1},
		{Exponential{Factor: 0.5}, 4, 0.5},
		{Step{Every: 2, Factor: 0.1}, 7, 1},
		{Step{Every: 2, Factor: 0.1}, 8, 0.1},
		{Cosine{}, 6, 0.5},
		{Cosine{Warmup: 1}, 8, 0.5},
	} {
		if got := test.schedule.rate(1, at(test.step)); math.Abs(got-test.want) > 1e-15 {
			t.Errorf("%#v: step %d: got %v, want %v", test.schedule, test.step, got, test.want)
		}
	}
}
