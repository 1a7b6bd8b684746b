package runtime

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestResumeRefuses(t *testing.T) {
	base := Config{Optimizer: optimizers[6], Batch: 5, Epochs: 6, Seed: 3, Checkpoint: Checkpoint{File: "net.checkpoint", Spec: "0123"}}
	d := newCrashDisk()
	if _, _, err := trainIn(d, base, 20); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	for _, test := range []struct {
		want   string
		change func(c *Config)
	}{
		{"", func(c *Config) {}},
		{"", func(c *Config) { c.Epochs, c.Stop.Patience = 9, 3 }},
		{": does not fit this training: batch is 5, want 6", func(c *Config) { c.Batch = 6 }},
		{"seed is 3, want 4", func(c *Config) { c.Seed = 4 }},
		{"optimizer is Adam, want SGD", func(c *Config) { c.Optimizer = optimizers[0] }},
		{"hash of the spec is 0123, want 4567", func(c *Config) { c.Checkpoint.Spec = "4567" }},
		{"validation is 0, want 0.2", func(c *Config) { c.Validation = 0.2 }},
		{"open other.1: file does not exist", func(c *Config) { c.Checkpoint.File = "other" }},
		{"config: Checkpoint.Resume is set without Checkpoint.File", func(c *Config) { c.Checkpoint.File = "" }},
	} {
		c := base
		c.Checkpoint.Resume = true
		test.change(&c)
		_, _, err := trainIn(d.crash(rand.New(rand.NewPCG(1, 1))), c, 1<<40)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}

// A state is one of its rows, with their targets and weights: however little of them has changed, it is refused.
func TestResumeWantsTheSameRows(t *testing.T) {
	d := newCrashDisk()
	for _, test := range []struct {
		want   string
		change func(x [][]float32, target []float32, weight []float64)
	}{
		{"", func([][]float32, []float32, []float64) {}}, // leaves a state of 2 epochs
		{"", func([][]float32, []float32, []float64) {}},
		{"checksum of the rows", func(x [][]float32, _ []float32, _ []float64) { x[52][1] += 1e-6 }},
		{"checksum of the rows", func(x [][]float32, _ []float32, _ []float64) { x[0], x[1] = x[1], x[0] }},
		{"checksum of the targets", func(_ [][]float32, target []float32, _ []float64) { target[7] = -target[7] }},
		{"checksum of the weights of rows", func(_ [][]float32, _ []float32, weight []float64) { weight[3] = 2 }},
	} {
		x, target := line[float32](53)
		weight := make([]float64, len(x))
		for i := range weight {
			weight[i] = 1
		}
		test.change(x, target, weight)
		c := Config{Optimizer: optimizers[6], Batch: 5, Epochs: 2, Test: 0.2, SampleWeights: weight, Checkpoint: Checkpoint{File: "net.checkpoint"}}
		if d.operations > 0 {
			c.Epochs, c.Checkpoint.Resume = 3, true
		}
		n := newLinear[float32](2)
		n.Weighted = true
		l, err := newTraining(n, x, target, c)
		if err != nil {
			t.Fatal(err)
		}
		err = l.openCheckpoint(d)
		if err == nil && !c.Checkpoint.Resume {
			_, err = l.train(context.Background())
		}
		differs := &ResumeError{}
		if errors.As(err, &differs); differs.What != test.want || err != nil && test.want == "" {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}

// A training that begins anew replaces the state of an earlier one, but not before it has one of its own. From then on
// nothing leads back.
func TestNewTrainingReplacesState(t *testing.T) {
	base := Config{Optimizer: optimizers[6], Batch: 5, Epochs: 6, Seed: 3, Checkpoint: Checkpoint{File: "net.checkpoint"}}
	resumes := func(d *crashDisk, seed uint64) error {
		c := base
		c.Seed, c.Checkpoint.Resume = seed, true
		_, _, err := trainIn(d.crash(rand.New(rand.NewPCG(1, 1))), c, 1<<40)
		return err
	}
	earlier := func() *crashDisk {
		d := newCrashDisk()
		if _, r, err := trainIn(d, base, 30); !errors.Is(err, context.Canceled) || r.Kept != 3 {
			t.Fatalf("got %v, %+v", err, r)
		}
		return d
	}
	again := base
	again.Seed = 4

	d := earlier()
	d.fail[d.operations+1] = errCrash // at the first save
	if _, _, err := trainIn(d, again, 1<<40); err != nil {
		t.Fatal(err)
	}
	if err := resumes(d, 3); err != nil {
		t.Errorf("before there is a new state: %v", err)
	}

	d = earlier()
	if _, r, err := trainIn(d, again, 5); !errors.Is(err, context.Canceled) || r.Kept != 1 || r.KeepErr != nil {
		t.Fatalf("got %v, %+v", err, r)
	}
	if len(d.names) != 1 {
		t.Errorf("%d files are left, want that of the new training", len(d.names))
	}
	if err := resumes(d, 4); err != nil {
		t.Error(err)
	}
	if err := resumes(d, 3); err == nil || !strings.Contains(err.Error(), "seed is 4, want 3") {
		t.Errorf("got %v, want a state of the new training", err)
	}
	for _, node := range d.names {
		node.data[len(node.data)/2] ^= 1
		node.kept = node.data
	}
	if err := resumes(d, 3); !errors.Is(err, errDamaged) {
		t.Errorf("got %v, want that the only state is damaged", err)
	}

	d = earlier()
	for _, node := range d.names {
		node.data[9] ^= 1
	}
	if _, r, err := trainIn(d, again, 25); !errors.Is(err, context.Canceled) || r.Kept != 3 || r.KeepErr != nil {
		t.Errorf("behind a damaged state: %v, %+v", err, r)
	}
	if err := resumes(d, 4); err != nil {
		t.Error(err)
	}
}
