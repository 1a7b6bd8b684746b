package runtime

import (
	"context"
	"path/filepath"
	"testing"
	"time"
)

// A state says which tier it is of, and a report that there was more than one.
func TestResumeOnAnotherTier(t *testing.T) {
	c := Config{Optimizer: optimizers[6], Batch: 5, Epochs: 6, Seed: 3, Checkpoint: Checkpoint{File: filepath.Join(t.TempDir(), "net"), Every: time.Hour}}
	x, target := line[float32](53)
	train := func(strict bool, cut uint64) *Report {
		n := newLinear[float32](2)
		n.Strict = strict
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		cutAt(n, cut, cancel)
		r, err := Train(ctx, n, x, target, c)
		if (err == nil) != (cut > 100) {
			t.Fatal(err)
		}
		return r
	}
	if tier := c.Checkpoint.Tier(); tier != "" {
		t.Errorf("tier is %q without a state", tier)
	}
	for _, step := range []struct {
		strict      bool
		cut         uint64
		want, saved string
	}{{true, 3, TrainedStrict, TrainedStrict}, {true, 9, TrainedStrict, TrainedStrict}, {false, 15, TrainedMixed, TrainedMixed}, {true, 1 << 40, TrainedMixed, TrainedMixed}} {
		if r := train(step.strict, step.cut); r.Tier != step.want || c.Checkpoint.Tier() != step.saved {
			t.Errorf("cut at %d: tier is %q, that of the state %q, want %q and %q", step.cut, r.Tier, c.Checkpoint.Tier(), step.want, step.saved)
		}
		c.Checkpoint.Resume = true
	}
	c.Checkpoint.Resume = false
	if r := train(false, 1<<40); r.Tier != VectorTier().String() {
		t.Errorf("tier is %q, want %q", r.Tier, VectorTier())
	}
}
