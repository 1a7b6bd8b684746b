package runtime

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
)

// The suggested rate trains well, a thousandth of it hardly, and the parameters are left alone.
func TestFindRate(t *testing.T) {
	x, target := clouds(120)
	for _, o := range []func(rate float64) Optimizer{
		func(rate float64) Optimizer { return SGD{LearningRate: rate} },
		func(rate float64) Optimizer { return Adam{LearningRate: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8} },
	} {
		c := Config{Optimizer: o(1), Batch: 16, Epochs: 5, Seed: 1}
		n := newSoftmax()
		n.Params[0] = 0.5
		before := slices.Clone(n.Params)
		curve, err := FindRate(context.Background(), n, x, target, c)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(n.Params, before) {
			t.Error("parameters have changed")
		}
		first, last := curve.Points[0], curve.Points[len(curve.Points)-1]
		if first.Rate != sweepFrom || math.Abs(last.Rate-sweepTo) > 1e-9*sweepTo && len(curve.Points) == sweepSteps || len(curve.Points) < 50 {
			t.Errorf("%d points from %v to %v", len(curve.Points), first.Rate, last.Rate)
		}
		train := func(rate float64) float64 {
			c.Optimizer = o(rate)
			r, err := Train(context.Background(), newSoftmax(), x, target, c)
			if err != nil {
				t.Fatal(err)
			}
			return r.Loss
		}
		if good, slow := train(curve.Suggestion), train(curve.Suggestion/1000); good > 0.5*slow {
			t.Errorf("at the suggestion %v the loss is %v, at a thousandth %v", curve.Suggestion, good, slow)
		}
		t.Logf("suggestion %v", curve.Suggestion)
		if text := curve.String(); !strings.Contains(text, "█") || !strings.Contains(text, "the loss falls fastest at a rate of ") {
			t.Errorf("got\n%s", text)
		}
	}
}

// A sweep ends where the loss explodes, or is no number any more.
func TestFindRateEnds(t *testing.T) {
	for _, loss := range []float64{math.NaN(), 1e9} {
		tape := newTape()
		tape.learn = func(step int) (float64, float64) {
			if step > 40 {
				return loss, 0
			}
			return 100 - float64(step), 0
		}
		c := Config{Optimizer: SGD{LearningRate: 1}, Batch: 4, Epochs: 1}
		curve, err := FindRate(context.Background(), &tape.Network, make([]int, 10), make([]int, 10), c)
		if err != nil || len(curve.Points) != 40 || curve.Suggestion == 0 {
			t.Errorf("got %v and %d points, suggestion %v", err, len(curve.Points), curve.Suggestion)
		}
	}
	tape := newTape()
	tape.learn = func(step int) (float64, float64) { return float64(step), 0 }
	c := Config{Optimizer: SGD{LearningRate: 1}, Batch: 4, Epochs: 1}
	curve, err := FindRate(context.Background(), &tape.Network, make([]int, 10), make([]int, 10), c)
	if err != nil || curve.Suggestion != 0 || !strings.Contains(curve.String(), "does not fall") {
		t.Errorf("got %v, %v for a loss that rises", err, curve)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := FindRate(ctx, &tape.Network, make([]int, 10), make([]int, 10), c); err == nil {
		t.Error("no error after an interrupt")
	}
}
