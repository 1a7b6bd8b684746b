package runtime

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// optimizers are all there are, with a state to keep or none.
var optimizers = []Optimizer{
	SGD{LearningRate: 0.05}, SGD{LearningRate: 0.05, WeightDecay: 0.01},
	Momentum{LearningRate: 0.02, Momentum: 0.9}, Nesterov{LearningRate: 0.02, Momentum: 0.9},
	RMSProp{LearningRate: 0.02, Alpha: 0.9, Epsilon: 1e-8, Momentum: 0.5}, Adagrad{LearningRate: 0.5, Epsilon: 1e-10, RateDecay: 0.01},
	Adam{LearningRate: 0.05, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8},
	AdamW{LearningRate: 0.05, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, WeightDecay: 1e-2},
}

// cutAt makes a network cancel the training in a step, counted from 0.
func cutAt(n *Network[float32, []float32, float32], step uint64, cancel func()) {
	gradients, fused := n.Gradients, n.StepSGD
	n.Gradients = func(g []float32, x [][]float32, target, weight []float32, seed, s uint64) float32 {
		if s == step {
			cancel()
		}
		return gradients(g, x, target, weight, seed, s)
	}
	n.StepSGD = func(x [][]float32, target, weight []float32, rate float32, seed, s uint64) float32 {
		if s == step {
			cancel()
		}
		return fused(x, target, weight, rate, seed, s)
	}
}

// trainIn trains a new network with the state on a disk, and is canceled in the given step, if there is such a step.
func trainIn(d disk, c Config, cut uint64) ([]float32, *Report, error) {
	x, target := line[float32](53)
	n := newLinear[float32](2)
	withStep(n)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cutAt(n, cut, cancel)
	l, err := newTraining(n, x, target, c)
	if err == nil {
		err = l.openCheckpoint(d)
	}
	if err != nil {
		return nil, nil, err
	}
	r, err := l.train(ctx)
	return n.Params, r, err
}

// same tells whether two reports are, but for the time.
func same(a, b *Report) bool {
	plain := func(r *Report) Report {
		p := *r
		p.Epochs, p.Resumed, p.Kept = slices.Clone(r.Epochs), 0, 0
		for i := range p.Epochs {
			p.Epochs[i].Elapsed = 0
		}
		return p
	}
	return reflect.DeepEqual(plain(a), plain(b))
}

// TestResume cuts trainings at random steps, several times over, and lets them go on: they end with the bits, and the
// report, of one that was not cut.
func TestResume(t *testing.T) {
	const cuts = 25 // for each of the 8 optimizers
	r := rand.New(rand.NewPCG(1, 1))
	for _, o := range optimizers {
		c := Config{
			Optimizer: o, Schedule: Cosine{Warmup: 2.5}, Batch: 5, Epochs: 12, Validation: 0.2, Test: 0.1, Seed: 3,
			Stop: Stop{Patience: 3, MinDelta: 1e-4}, Checkpoint: Checkpoint{File: "net.checkpoint", Every: time.Hour, Spec: "0123"},
		}
		if _, plain := o.(SGD); !plain {
			c.Clip, c.Penalty = Clip{Norm: 0.5, Value: 0.4}, Penalty{L2: 0.01}
		}
		want, wantReport, err := trainIn(newCrashDisk(), c, 1<<40)
		if err != nil {
			t.Fatal(err)
		}
		steps := uint64(len(wantReport.Epochs) * 8) // 53 rows, of which 37 train
		for range cuts {
			d, c := newCrashDisk(), c
			at, pieces := uint64(0), 0
			for {
				at += 1 + r.Uint64N(steps)
				got, report, err := trainIn(d, c, at-1)
				pieces++
				if err == nil {
					if !slices.Equal(got, want) || !same(report, wantReport) {
						t.Fatalf("%#v in %d pieces: got %v, want %v\n%+v\n%+v", o, pieces, got, want, report, wantReport)
					}
					break
				}
				if !errors.Is(err, context.Canceled) || report.Kept != 1 || report.KeepErr != nil {
					t.Fatalf("%#v: got %v, %+v", o, err, report)
				}
				c.Checkpoint.Resume = true
			}
			if at < steps && pieces < 2 {
				t.Fatalf("%#v was not cut at step %d of %d", o, at, steps)
			}
		}
	}
}

// A machine that crashes anywhere in a training, even while its state is saved, lets it go on from the latest state.
func TestResumeAfterCrash(t *testing.T) {
	c := Config{Optimizer: optimizers[6], Batch: 5, Epochs: 6, Validation: 0.2, Seed: 3, Checkpoint: Checkpoint{File: "net.checkpoint"}}
	want, wantReport, err := trainIn(newCrashDisk(), c, 1<<40)
	if err != nil || wantReport.Kept != 6 {
		t.Fatalf("got %v and %d states, want one after every epoch", err, wantReport.Kept)
	}
	for at := 1; at <= 6*6; at++ {
		d := newCrashDisk()
		d.fail[at] = errCrash
		trainIn(d, c, 1<<40) // goes on without saving, as nobody has turned the processor off
		again := c
		again.Checkpoint.Resume = true
		after := d.crash(rand.New(rand.NewPCG(uint64(at), 1)))
		got, report, err := trainIn(after, again, 1<<40)
		if at <= 6 && errors.Is(err, fs.ErrNotExist) {
			continue // nothing was acknowledged
		}
		if err != nil {
			t.Fatalf("crash at operation %d: %v", at, err)
		}
		if least := 1 + (at-1)/6; report.Resumed < least {
			t.Errorf("crash at operation %d: resumed in epoch %d, want %d at least", at, report.Resumed, least)
		}
		report.KeepErr = nil // of a file that the crash has damaged
		if !slices.Equal(got, want) || !same(report, wantReport) {
			t.Errorf("crash at operation %d: got %v, want %v", at, got, want)
		}
	}
}

// A training whose state cannot be saved goes on, and says so.
func TestKeepFails(t *testing.T) {
	c := Config{Optimizer: optimizers[0], Batch: 50, Epochs: 3, Checkpoint: Checkpoint{File: "net.checkpoint"}}
	d := newCrashDisk()
	for n := range 100 {
		d.fail[n] = errors.New("no space")
	}
	_, report, err := trainIn(d, c, 1<<40)
	if err != nil || report.Kept != 0 || !errors.As(report.KeepErr, new(*SaveError)) || len(report.Epochs) != 3 {
		t.Errorf("got %v and %+v", err, report)
	}
}

// A state that was made by someone else does no harm.
func TestRestoreChecks(t *testing.T) {
	x, target := line[float32](53)
	c := Config{Optimizer: optimizers[6], Batch: 5, Epochs: 6, Validation: 0.2}
	fresh := func() *loop[float32, []float32, float32] {
		l, err := newTraining(newLinear[float32](2), x, target, c)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	good, err := fresh().state()
	if err != nil {
		t.Fatal(err)
	}
	if err := fresh().restore(good); err != nil {
		t.Fatal(err)
	}
	text := string(good[0].data)
	for _, change := range [][2]string{
		{`"Epoch":1`, `"Epoch":0`}, {`"Epoch":1`, `"Epoch":2`}, {`"Batches":0`, `"Batches":-1`}, {`"Batches":0`, `"Batches":99`},
		{`"Step":0`, `"Step":7`}, {`"Shuffle":"`, `"Shuffle":"AAAA`}, {`{`, `[`}, {`"Watch":{"Epoch":0`, `"Watch":{"Epoch":5`},
		{`"Parameters":4`, `"Parameters":5`},
	} {
		bad := slices.Clone(good)
		bad[0].data = []byte(strings.Replace(text, change[0], change[1], 1))
		if string(bad[0].data) == text {
			t.Fatalf("%s is not in %s", change[0], text)
		}
		if fresh().restore(bad) == nil {
			t.Errorf("%s for %s is accepted", change[1], change[0])
		}
	}
	for i, s := range good {
		bad := slices.Clone(good)
		bad[i].data = append(slices.Clone(s.data), 0)
		l := fresh()
		if l.restore(bad) == nil || l.current != 1 {
			t.Errorf("a byte more in section %s is accepted", s.name)
		}
		if s.name != sectionBest && s.name != sectionEpochs && fresh().restore(slices.Delete(slices.Clone(good), i, i+1)) == nil {
			t.Errorf("section %s is missing, and that is accepted", s.name)
		}
	}
}

func TestTrainKeepsFiles(t *testing.T) {
	x, target := clouds(40)
	path := filepath.Join(t.TempDir(), "clouds.checkpoint")
	c := Config{Optimizer: optimizers[3], Batch: 8, Epochs: 5, Checkpoint: Checkpoint{File: path}}
	r, err := Train(context.Background(), newSoftmax(), x, target, c)
	if err != nil || r.Kept != 5 || r.KeepErr != nil {
		t.Fatalf("got %v, %+v", err, r)
	}
	c.Epochs, c.Checkpoint.Resume = 7, true
	more, err := Train(context.Background(), newSoftmax(), x, target, c)
	if err != nil || more.Resumed != 6 || len(more.Epochs) != 7 || fmt.Sprint(more.Epochs[4].Loss) != fmt.Sprint(r.Epochs[4].Loss) {
		t.Fatalf("got %v, %+v", err, more)
	}
}

// A normalised network goes on to the same bits, on the same rows alone.
func TestResumeNormalized(t *testing.T) {
	x, target := make([][1]float32, 40), make([][1]float32, 40)
	for i := range x {
		x[i][0] = float32(i*i) / 7
		target[i][0] = 100 - 3*x[i][0]
	}
	c := Config{Optimizer: optimizers[6], Batch: 8, Epochs: 9, Seed: 2, Checkpoint: Checkpoint{File: "net.checkpoint"}}
	run := func(d disk, x [][1]float32, c Config) ([]float32, error) {
		n := pair(NormalizeStandard)
		l, err := newTraining(n, x, target, c)
		if err == nil {
			err = l.openCheckpoint(d)
		}
		if err == nil {
			_, err = l.train(context.Background())
		}
		return n.Params, err
	}
	want, err := run(newCrashDisk(), x, c)
	if err != nil {
		t.Fatal(err)
	}
	d := newCrashDisk()
	first, rest := c, c
	first.Epochs, rest.Checkpoint.Resume = 4, true
	if _, err := run(d, x, first); err != nil {
		t.Fatal(err)
	}
	if got, err := run(d, x, rest); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	other := slices.Clone(x)
	other[3][0]++
	if _, err := run(d, other, rest); err == nil || !strings.Contains(err.Error(), "does not fit this training: checksum of the rows is ") {
		t.Errorf("got %v for other rows", err)
	}
	n := pair(NormalizeStandard) // trained before, on rows that were normalised otherwise
	n.Params[n.Inputs.Scale.Offset] = 2
	l, err := newTraining(n, x, target, rest)
	if err == nil {
		err = l.openCheckpoint(d)
	}
	if differs := (*ResumeError)(nil); !errors.As(err, &differs) || differs.What != "input.offset[0]" {
		t.Errorf("got %v for other parameters", err)
	}
}
