package runtime

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	gort "runtime"
	"slices"
	"testing"
	"time"
)

// forking makes a network without scratch its own fork.
func forking(n *Network[float32, []float32, float32]) *Network[float32, []float32, float32] {
	n.Fork = func() *Network[float32, []float32, float32] { return n }
	return n
}

// someRows draws rows with a linear target.
func someRows(rows int) (x [][]float32, target []float32) {
	r := rand.New(rand.NewPCG(1, 2))
	for range rows {
		x = append(x, []float32{r.Float32(), r.Float32(), r.Float32()})
		target = append(target, r.Float32())
	}
	return x, target
}

// TestWorkers trains with 1 to 9 workers, on batches of whole shards, with a rest, and with fewer shards than workers: the
// parameters and the losses have the same bits, no goroutine is left, and with one shard nothing is cut.
func TestWorkers(t *testing.T) {
	before := gort.NumGoroutine()
	for _, batch := range []int{7, 32, 33, 70, 128, 400} {
		var params []float32
		var losses []float64
		for _, workers := range []int{1, 2, 3, 8, 9} {
			n := forking(newLinear[float32](3))
			x, target := someRows(400)
			c := Config{Optimizer: Adam{LearningRate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, Batch: batch, Epochs: 4, Seed: 3, Workers: workers}
			r, err := Train(context.Background(), n, x, target, c)
			if err != nil {
				t.Fatal(err)
			}
			got := []float64{r.Loss}
			for _, e := range r.Epochs {
				got = append(got, e.Loss)
			}
			if params == nil {
				params, losses = slices.Clone(n.Params), got
			}
			if !slices.Equal(params, n.Params) || !slices.Equal(losses, got) {
				t.Errorf("batch %d: %d workers make %v and losses %v, one worker %v and %v", batch, workers, n.Params, got, params, losses)
			}
		}
	}
	for range 100 {
		if gort.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", gort.NumGoroutine(), before)
}

// TestResumeWithOtherWorkers cuts trainings at random steps, also within epochs, and lets other numbers of workers go on.
func TestResumeWithOtherWorkers(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	x, target := someRows(400)
	c := Config{Optimizer: optimizers[6], Batch: 70, Epochs: 5, Validation: 0.1, Seed: 3}
	train := func(c Config, cut uint64) ([]float32, error) {
		n := forking(newLinear[float32](3))
		n.Strict = true
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		cutAt(n, cut, cancel)
		_, err := Train(ctx, n, x, target, c)
		return n.Params, err
	}
	want, err := train(c, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	pieces := 0
	for range 50 {
		c := c
		c.Checkpoint = Checkpoint{File: filepath.Join(t.TempDir(), "net"), Every: time.Hour}
		for at := r.Uint64N(15); ; at += 1 + r.Uint64N(15) { // of 30 steps
			pieces++
			c.Workers = r.IntN(4)
			got, err := train(c, at)
			if err == nil {
				if !slices.Equal(got, want) {
					t.Fatalf("got %v, want %v", got, want)
				}
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			c.Checkpoint.Resume = true
		}
	}
	if pieces < 100 {
		t.Errorf("only %d pieces", pieces)
	}
}

// TestShards compares the gradient of shards with that of the whole batch.
func TestShards(t *testing.T) {
	n := forking(newLinear[float32](3))
	copy(n.Params, []float32{0.5, -1, 2, 0, 0.25})
	x, target := someRows(150)
	want, got := make([]float32, 5), make([]float32, 5)
	loss := float64(n.Gradients(want, x, target, nil, 0, 0))
	w := newCrew(n, &Config{Workers: 3}, 150)
	w.begin()
	defer w.end()
	if sum := w.gradients(got, x, target, nil, 0, 0); !(sum-loss < 1e-6 && loss-sum < 1e-6) {
		t.Errorf("the loss is %v, want %v", sum, loss)
	}
	for i := range want {
		if d := want[i] - got[i]; !(d < 1e-6 && d > -1e-6) {
			t.Errorf("g[%d] is %v, want %v", i, got[i], want[i])
		}
	}
	if n := testing.AllocsPerRun(100, func() { w.gradients(got, x, target, nil, 0, 0) }); n != 0 {
		t.Errorf("%v allocations per step", n)
	}
}
