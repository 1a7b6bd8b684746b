package runtime

import (
	"context"
	"slices"
	"testing"
	"time"
)

// FuzzCheckpoint checks that no file and no contents of its sections make a training panic that resumes from them, and that
// what is refused leaves the parameters as they were.
func FuzzCheckpoint(f *testing.F) {
	x, target := line[float32](11)
	c := Config{
		Optimizer: optimizers[6], Batch: 5, Epochs: 3, Validation: 0.2, Seed: 3, Stop: Stop{Patience: 2},
		Checkpoint: Checkpoint{File: "net", Every: time.Hour},
	}
	training := func() *loop[float32, []float32, float32] {
		l, err := newTraining(newLinear[float32](2), x, target, c)
		if err == nil {
			err = l.openCheckpoint(newCrashDisk())
		}
		if err != nil {
			f.Fatal(err)
		}
		return l
	}
	l := training()
	ctx, cancel := context.WithCancel(context.Background())
	cutAt(l.net, 2, cancel)
	l.train(ctx)
	sections, err := l.state()
	if err != nil {
		f.Fatal(err)
	}
	named := map[string][]byte{}
	for _, s := range sections {
		named[s.name] = s.data
	}
	f.Add(encodeContainer(1, sections), named[sectionProgress], named[sectionParams], named[sectionEpochs], named[sectionBest], named[sectionState])
	f.Add([]byte(containerMagic), []byte("{}"), []byte(nil), []byte(nil), []byte(nil), []byte(nil))
	f.Fuzz(func(t *testing.T, file, progress, params, epochs, best, state []byte) {
		if sequence, sections, err := decodeContainer(file); err == nil && !slices.Equal(encodeContainer(sequence, sections), file) {
			t.Errorf("%q is not what it was", file)
		}
		l := training()
		before := slices.Clone(l.net.Params)
		err := l.restore([]section{
			{sectionProgress, progress}, {sectionParams, params}, {sectionEpochs, epochs}, {sectionBest, best}, {sectionState, state},
		})
		if err != nil {
			if !slices.EqualFunc(before, l.net.Params, sameBits) {
				t.Errorf("parameters changed: %v", err)
			}
			return
		}
		l.train(context.Background()) // any end but a panic
	})
}
