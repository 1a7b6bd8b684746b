package runtime

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
)

// tape is a network of one parameter, which every step with rate 1 raises by 1,
// and whose loss is what the test wants. Rows and targets are row numbers.
type tape struct {
	Network[float64, int, int]
	batches [][]int                          // the rows of every call of Gradients
	seeds   [][2]uint64                      // its seed and step
	loss    func(p float64) float64          // of Loss
	learn   func(step int) (loss, g float64) // of Gradients
	checked map[int]bool                     // rows given to Loss
}

func newTape() *tape {
	t := &tape{
		checked: map[int]bool{},
		loss:    func(float64) float64 { return 1 },
		learn:   func(int) (loss, g float64) { return 1, -1 },
	}
	t.Network = Network[float64, int, int]{
		Version: GeneratedCodeNeedsRuntime1, Name: "tape", Params: []float64{0}, Outputs: 1,
		Tensors: []Tensor{{Name: "p", Shape: []int{1}}},
		Gradients: func(g []float64, x, target []int, _ []float64, seed, step uint64) (loss float64) {
			if !slices.Equal(x, target) {
				panic("rows and targets do not belong together")
			}
			t.batches = append(t.batches, slices.Clone(x))
			t.seeds = append(t.seeds, [2]uint64{seed, step})
			loss, g[0] = t.learn(len(t.batches))
			return loss
		},
		Loss: func(x, target []int, _ []float64) float64 {
			for _, row := range x {
				t.checked[row] = true
			}
			return t.loss(t.Params[0])
		},
		Output: func(y []float64, x *int) { y[0] = float64(*x) },
		Target: func(t []float64, target *int) { t[0] = float64(*target) },
	}
	return t
}

// train trains with rows rows.
func (t *tape) train(ctx context.Context, rows int, c Config) (*Report, error) {
	x := make([]int, rows)
	for i := range x {
		x[i] = i
	}
	before := slices.Clone(x)
	if c.Optimizer == nil {
		c.Optimizer = SGD{LearningRate: 1}
	}
	r, err := Train(ctx, &t.Network, x, x, c)
	if !slices.Equal(x, before) {
		panic("the caller's rows have changed")
	}
	return r, err
}

func TestEpochsGoThroughAllRows(t *testing.T) {
	tape := newTape()
	if _, err := tape.train(context.Background(), 10, Config{Batch: 4, Epochs: 3, Seed: 9}); err != nil {
		t.Fatal(err)
	}
	var orders [3][]int
	for i, batch := range tape.batches {
		if want := []int{4, 4, 2}[i%3]; len(batch) != want {
			t.Errorf("batch %d has %d rows, want %d", i, len(batch), want)
		}
		orders[i/3] = append(orders[i/3], batch...)
		if want := [2]uint64{9, uint64(i)}; tape.seeds[i] != want {
			t.Errorf("batch %d has seed and step %v, want %v", i, tape.seeds[i], want)
		}
	}
	if slices.Equal(orders[0], orders[1]) {
		t.Error("the second epoch has the order of the first")
	}
	for _, order := range orders {
		slices.Sort(order)
		if !slices.Equal(order, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
			t.Errorf("an epoch had the rows %v", order)
		}
	}
}

// The loss of an epoch is the mean over rows, though the last batch is smaller.
func TestLossOfEpochIsMeanOverRows(t *testing.T) {
	tape := newTape()
	tape.learn = func(step int) (loss, g float64) { return []float64{1, 2, 6}[(step-1)%3], 0 }
	var seen []EpochReport
	c := Config{Batch: 4, Epochs: 2, Epoch: func(e EpochReport) { seen = append(seen, e) }}
	r, err := tape.train(context.Background(), 10, c)
	if err != nil || len(seen) != 2 || len(r.Epochs) != 2 || seen[1] != r.Epochs[1] {
		t.Fatalf("got %v, %+v", err, seen)
	}
	if want := (4*1 + 4*2 + 2*6) / 10.0; seen[0].Loss != want || seen[0].Epoch != 1 || seen[0].Epochs != 2 || seen[0].Validated {
		t.Errorf("got %+v, want loss %v", seen[0], want)
	}
}

// Neither steps nor the watched loss see a test row, and no step a validation row.
func TestTestRowsStayUnseen(t *testing.T) {
	tape := newTape()
	trained := map[int]bool{}
	c := Config{Batch: 3, Epochs: 4, Test: 0.3, Validation: 0.2}
	c.Epoch = func(e EpochReport) {
		if e.Epoch < 4 {
			return
		}
		for _, batch := range tape.batches {
			for _, row := range batch {
				trained[row] = true
			}
		}
		if len(trained) != 10 || len(tape.checked) != 4 {
			t.Errorf("%d rows trained on and %d watched, want 10 and 4", len(trained), len(tape.checked))
		}
		for row := range tape.checked {
			if trained[row] {
				t.Errorf("validation row %d was trained on", row)
			}
		}
		for row := range tape.checked {
			trained[row] = true
		}
		clear(tape.checked)
	}
	r, err := tape.train(context.Background(), 20, c)
	if err != nil || r.On != "test" || r.Rows != 6 || len(tape.checked) != 6 {
		t.Fatalf("got %v, %+v, %d rows measured", err, r, len(tape.checked))
	}
	for row := range tape.checked {
		if trained[row] {
			t.Errorf("test row %d was seen before", row)
		}
	}
}

// The parameter is 1, 2, 3, … after the epochs; the validation loss is lowest at 3.
func TestBestWeightsAreRestored(t *testing.T) {
	for _, test := range []struct {
		name    string
		config  Config
		stopped Stopped
		epochs  int
		best    int
		param   float64
	}{
		{"patience", Config{Validation: 0.2, Stop: Stop{Patience: 2}}, StoppedPatience, 5, 3, 3},
		{"all epochs", Config{Validation: 0.2}, StoppedEpochs, 10, 3, 3},
		{"below", Config{Validation: 0.2, Stop: Stop{Below: 0.5}}, StoppedBelow, 3, 3, 3},
		{"training loss with patience", Config{Stop: Stop{Patience: 4}}, StoppedPatience, 5, 1, 1},
		{"training loss", Config{}, StoppedEpochs, 10, 0, 10},
	} {
		tape := newTape()
		tape.loss = func(p float64) float64 { return (p - 3) * (p - 3) }
		test.config.Batch, test.config.Epochs = 100, 10
		r, err := tape.train(context.Background(), 10, test.config)
		if err != nil {
			t.Fatal(err)
		}
		if r.Stopped != test.stopped || len(r.Epochs) != test.epochs || r.Best != test.best || tape.Params[0] != test.param {
			t.Errorf("%s: stopped by %q after %d epochs, best %d, parameter %v; want %+v", test.name, r.Stopped, len(r.Epochs), r.Best, tape.Params[0], test)
		}
		if want := (test.param - 3) * (test.param - 3); r.Loss != want || r.On != "train" {
			t.Errorf("%s: measured loss %v on %s, want %v: that of the restored parameter", test.name, r.Loss, r.On, want)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	enough := errors.New("enough")
	tape := newTape()
	tape.loss = func(p float64) float64 { return math.Abs(p - 4) } // lowest after epoch 2
	tape.learn = func(step int) (loss, g float64) {
		if step == 7 { // the first batch of epoch 4
			cancel(enough)
		}
		return 1, -1
	}
	r, err := tape.train(ctx, 5, Config{Batch: 2, Epochs: 10, Validation: 0.2})
	if !errors.Is(err, enough) || err.Error() != "stopped in epoch 4, before batch 2: enough" {
		t.Errorf("got error %v", err)
	}
	if r.Stopped != StoppedCanceled || len(r.Epochs) != 3 || len(tape.batches) != 7 {
		t.Errorf("got %+v after %d steps", r, len(tape.batches))
	}
	if r.Best != 2 || tape.Params[0] != 4 || r.Loss != 0 || r.Regression == nil {
		t.Errorf("got %+v and parameter %v, want the best, of epoch 2, and its measures", r, tape.Params[0])
	}
}

func TestNonFinite(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	at5 := func(loss, g float64) func(int) (float64, float64) {
		return func(step int) (float64, float64) {
			if step == 5 {
				return loss, g
			}
			return 1, -1
		}
	}
	for _, test := range []struct {
		learn  func(step int) (loss, g float64)
		loss   func(p float64) float64
		fused  bool
		want   NonFiniteError
		text   string
		epochs int
	}{
		{learn: at5(nan, 1), want: NonFiniteError{2, 2, "loss"}, text: "epoch 2, batch 2: loss: is not finite"},
		{learn: at5(1, -inf), want: NonFiniteError{2, 2, "gradient"}, text: "epoch 2, batch 2: gradient: is not finite"},
		{learn: at5(1, nan), fused: true, want: NonFiniteError{2, 3, "parameters"}, text: "epoch 2, batch 3: parameters: is not finite"},
		{loss: func(p float64) float64 { return 1 / max(0, 6-p) }, want: NonFiniteError{2, 0, "validation loss"}, text: "epoch 2: validation loss: is not finite"},
	} {
		tape := newTape()
		if test.learn != nil {
			tape.learn = test.learn
		}
		if test.loss != nil {
			tape.loss = test.loss
		}
		if test.fused {
			withStep(&tape.Network)
		}
		r, err := tape.train(context.Background(), 6, Config{Batch: 2, Epochs: 5, Validation: 0.1})
		var nonFinite *NonFiniteError
		if !errors.As(err, &nonFinite) || *nonFinite != test.want || err.Error() != test.text {
			t.Errorf("got %v, want %s", err, test.text)
			continue
		}
		if r.Stopped != StoppedFailed || len(r.Epochs) != 1 || r.Best != 1 || tape.Params[0] != 3 || r.On != "" {
			t.Errorf("%s: got %+v and parameter %v, want that of epoch 1", test.text, r, tape.Params[0])
		}
	}
}
