package runtime

import (
	"context"
	"errors"
	"math"
	"testing"
)

// linearNetwork and linearRows are what a divergence changes before the training.
type (
	linearNetwork = Network[float32, []float32, float32]
	linearRows    struct {
		x      [][]float32
		target []float32
	}
)

// divergence is a way in which a training can come to nothing.
type divergence struct {
	name   string
	what   string // is not finite
	epoch  int    // 0: whichever
	change func(n *linearNetwork, d *linearRows, c *Config)
}

// divergences lists them.
func divergences() []divergence {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	return []divergence{
		{"NaN in an input", "loss", 1, func(_ *linearNetwork, d *linearRows, _ *Config) { d.x[3][1] = nan }},
		{"Inf in an input", "loss", 1, func(_ *linearNetwork, d *linearRows, _ *Config) { d.x[3][0] = inf }},
		{"NaN in a target", "loss", 1, func(_ *linearNetwork, d *linearRows, _ *Config) { d.target[7] = nan }},
		{"−Inf in a target", "loss", 1, func(_ *linearNetwork, d *linearRows, _ *Config) { d.target[7] = -inf }},
		{"a target whose square overflows", "loss", 1, func(_ *linearNetwork, d *linearRows, _ *Config) { d.target[7] = 1e30 }},
		{"NaN in an input, SGD in one call", "loss", 1, func(n *linearNetwork, d *linearRows, c *Config) {
			withStep(n)
			d.x[3][1] = nan
			c.Optimizer = SGD{LearningRate: 0.1}
		}},
		{"NaN in a first parameter", "loss", 1, func(n *linearNetwork, _ *linearRows, _ *Config) { n.Params[0] = nan }},
		{"Inf in a frozen parameter", "loss", 1, func(n *linearNetwork, _ *linearRows, _ *Config) { n.Tensors[1].Frozen = true; n.Params[3] = inf }},
		{"SGD too fast", "loss", 0, func(_ *linearNetwork, _ *linearRows, c *Config) { c.Optimizer = SGD{LearningRate: 100} }},
		{"SGD too fast, in one call", "loss", 0, func(n *linearNetwork, _ *linearRows, c *Config) { withStep(n); c.Optimizer = SGD{LearningRate: 100} }},
		{"momentum too fast", "loss", 0, func(_ *linearNetwork, _ *linearRows, c *Config) {
			c.Optimizer = Momentum{LearningRate: 50, Momentum: 0.9}
		}},
		{"Nesterov too fast", "loss", 0, func(_ *linearNetwork, _ *linearRows, c *Config) {
			c.Optimizer = Nesterov{LearningRate: 50, Momentum: 0.9}
		}},
		{"RMSProp too fast", "loss", 1, func(_ *linearNetwork, _ *linearRows, c *Config) {
			c.Optimizer = RMSProp{LearningRate: 1e30, Alpha: 0.9, Epsilon: 1e-8}
		}},
		{"Adagrad too fast", "loss", 1, func(_ *linearNetwork, _ *linearRows, c *Config) {
			c.Optimizer = Adagrad{LearningRate: 1e30, Epsilon: 1e-10}
		}},
		{"Adam too fast", "loss", 1, func(_ *linearNetwork, _ *linearRows, c *Config) {
			c.Optimizer = Adam{LearningRate: 1e30, Epsilon: 1e-8}
		}},
		{"AdamW decays too fast", "loss", 0, func(_ *linearNetwork, _ *linearRows, c *Config) {
			c.Optimizer = AdamW{LearningRate: 1, Epsilon: 1e-8, WeightDecay: 1e6}
		}},
		{"a penalty that grows", "loss", 1, func(_ *linearNetwork, _ *linearRows, c *Config) {
			c.Optimizer, c.Penalty = SGD{LearningRate: 1e-3}, Penalty{L2: 1e30}
		}},
		{"a gradient that overflows", "gradient", 1, func(n *linearNetwork, _ *linearRows, _ *Config) { overflow(n, inf) }},
		{"a gradient that overflows, clipped", "gradient", 1, func(n *linearNetwork, _ *linearRows, c *Config) { overflow(n, inf); c.Clip = Clip{Value: 1, Norm: 1} }},
		{"a gradient whose square overflows", "state of the optimizer", 1, func(n *linearNetwork, _ *linearRows, _ *Config) { overflow(n, 1e30) }},
		{"the last update of an epoch", "parameters", 1, func(n *linearNetwork, _ *linearRows, c *Config) {
			overflow(n, 1e38)
			c.Optimizer, c.Batch = SGD{LearningRate: 1e10}, 100
		}},
		{"a validation row", "validation loss", 1, func(_ *linearNetwork, d *linearRows, c *Config) {
			c.Validation = 0.5
			parts, _ := splitRows(len(d.x), nil, c)
			d.target[parts.validation[0]] = nan
		}},
		{"a test row", "loss on the test rows", 60, func(_ *linearNetwork, d *linearRows, c *Config) {
			c.Test = 0.5
			parts, _ := splitRows(len(d.x), nil, c)
			d.target[parts.test[0]] = nan
		}},
		{"a weight of a row", "loss", 1, func(n *linearNetwork, d *linearRows, c *Config) {
			n.Weighted, c.SampleWeights = true, make([]float64, len(d.x))
			c.SampleWeights[5] = math.MaxFloat32
			d.target[5] = 100
		}},
	}
}

// TestDivergence goes through the ways in which a training can come to nothing: each ends in the epoch, and in the batch,
// in which it happens, with an error that says so.
func TestDivergence(t *testing.T) {
	tests := divergences()
	for _, test := range tests {
		n := newLinear[float32](2)
		d := &linearRows{}
		d.x, d.target = line[float32](30)
		c := Config{Optimizer: Adam{LearningRate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, Batch: 4, Epochs: 60, Seed: 1}
		test.change(n, d, &c)
		r, err := Train(context.Background(), n, d.x, d.target, c)
		var e *NonFiniteError
		switch {
		case !errors.As(err, &e) || r == nil || r.Stopped != StoppedFailed:
			t.Errorf("%s: got %v, want a NonFiniteError", test.name, err)
		case e.What != test.what || test.epoch != 0 && e.Epoch != test.epoch || e.Epoch < 1:
			t.Errorf("%s: got %v, want %s in epoch %d", test.name, e, test.what, test.epoch)
		case (e.Batch == 0) != (test.what == "validation loss" || test.what == "loss on the test rows"):
			t.Errorf("%s: got %v, with batch %d", test.name, e, e.Batch)
		case len(r.Epochs) != e.Epoch-1 && test.what != "loss on the test rows":
			t.Errorf("%s: got %d epochs before %v", test.name, len(r.Epochs), e)
		}
	}
	if len(tests) < 20 {
		t.Errorf("%d scenarios, want 20", len(tests))
	}
}

// overflow makes the first gradient of every step g.
func overflow(n *Network[float32, []float32, float32], g float32) {
	gradients := n.Gradients
	n.Gradients = func(all []float32, x [][]float32, target, weight []float32, seed, step uint64) float32 {
		loss := gradients(all, x, target, weight, seed, step)
		all[0] = g
		return loss
	}
}
