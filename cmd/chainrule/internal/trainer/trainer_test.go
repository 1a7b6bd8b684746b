package trainer

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chainrule-go/chainrule/runtime"
)

// line is a training of y = w·x with mean squared error.
func line() *training[float64, float64, float64] {
	w := make([]float64, 1)
	gradients := func(g []float64, x, target, _ []float64, _, _ uint64) (loss float64) {
		g[0] = 0
		for i := range x {
			r := w[0]*x[i] - target[i]
			loss += r * r / float64(len(x))
			g[0] += 2 * r * x[i] / float64(len(x))
		}
		return loss
	}
	rows := func() (x, target []float64) { return []float64{1, 2, 3, 4}, []float64{2, 4, 6, 8} }
	return &training[float64, float64, float64]{
		hash: "0123456789abcdef",
		network: &runtime.Network[float64, float64, float64]{
			Version: runtime.GeneratedCodeNeedsRuntime1, Name: "line", Params: w, Outputs: 1,
			Tensors:   []runtime.Tensor{{Name: "dense1.weight", Shape: []int{1, 1}}},
			Row:       func(x *float64) []float64 { return []float64{*x} },
			Gradients: gradients,
			Loss:      func(x, target, _ []float64) float64 { return gradients(make([]float64, 1), x, target, nil, 0, 0) },
			Output:    func(y []float64, x *float64) { y[0] = w[0] * *x },
			Target:    func(t []float64, target *float64) { t[0] = *target },
		},
		initialize: func(seed uint64) { w[0] = float64(seed) },
		load: func(r io.Reader) error {
			_, err := fmt.Fscan(r, &w[0])
			return err
		},
		config: runtime.Config{Optimizer: &runtime.SGD{LearningRate: 0.01}, Batch: 4, Epochs: 3, Seed: 1},
		readCSV: func(r io.Reader, name string) (x, target, weight []float64, err error) {
			t, err := runtime.ReadCSV(r, name, runtime.Columns{Features: []runtime.Feature{{Name: "x"}}, Targets: []string{"y"}})
			if err != nil {
				return nil, nil, nil, err
			}
			for i := range t.X {
				x, target = append(x, t.X[i][0]), append(target, t.Y[i][0])
			}
			return x, target, nil, nil
		},
		inline: rows,
	}
}

func TestTrain(t *testing.T) {
	dir := t.TempDir()
	csv := filepath.Join(dir, "line.csv")
	if err := os.WriteFile(csv, []byte("y,x\n4,2\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	from := filepath.Join(dir, "line.weights")
	if err := os.WriteFile(from, []byte("2"), 0o666); err != nil {
		t.Fatal(err)
	}
	seed := uint64(2)
	tests := []struct {
		name  string
		args  Arguments
		lines []string // their beginnings
	}{
		{"as the spec says", Arguments{}, []string{`{"epoch":1,"loss":7.5,"rate":0.01}`, `{"epoch":2,"loss":`, `{"epoch":3,"loss":`, `{"final":true,"on":"train","rows":4,`}},
		{"epochs", Arguments{Epochs: 1}, []string{`{"epoch":1,"loss":7.5,"rate":0.01}`, `{"final":true,`}},
		{"seed", Arguments{Epochs: 1, Seed: &seed}, []string{`{"epoch":1,"loss":0,"rate":0.01}`, `{"final":true,`}},
		{"from", Arguments{Epochs: 1, From: from}, []string{`{"epoch":1,"loss":0,"rate":0.01}`, `{"final":true,`}},
		{"data", Arguments{Epochs: 1, Data: csv, Name: "line.csv"}, []string{`{"epoch":1,"loss":4,"rate":0.01}`, `{"final":true,"on":"train","rows":1,`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.args.Weights = filepath.Join(t.TempDir(), "line.safetensors")
			var out strings.Builder
			if err := line().train(&test.args, &out); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			if len(lines) != len(test.lines) {
				t.Fatalf("printed %q, want %d lines", lines, len(test.lines))
			}
			for i, begin := range test.lines {
				if !strings.HasPrefix(lines[i], begin) {
					t.Errorf("line %d is %s, want %s…", i, lines[i], begin)
				}
			}
			if _, err := os.Stat(test.args.Weights); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTrainErrors(t *testing.T) {
	dir := t.TempDir()
	csv := filepath.Join(dir, "line.csv")
	if err := os.WriteFile(csv, []byte("x,z\n4,2\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	weights := filepath.Join(dir, "line.safetensors")
	wild := line()
	wild.config.Optimizer = &runtime.SGD{LearningRate: 1e300}
	tests := []struct {
		name     string
		training *training[float64, float64, float64]
		args     Arguments
		want     string
	}{
		{"column", line(), Arguments{Data: csv, Name: "given.csv", Weights: weights}, "given.csv:1:"},
		{"no file", line(), Arguments{Data: dir + "/gone.csv", Weights: weights}, "gone.csv"},
		{"no weights to begin with", line(), Arguments{From: dir + "/gone", Weights: weights}, "gone: no such file"},
		{"no weights in it", line(), Arguments{From: csv, Weights: weights}, "line.csv: strconv"},
		{"no folder for the weights", line(), Arguments{Weights: filepath.Join(dir, "no", "line.safetensors")}, "cannot write weights to "},
		{"not finite", wild, Arguments{Weights: weights}, "is not finite: try a lower learning rate"},
	}
	for _, test := range tests {
		err := test.training.train(&test.args, io.Discard)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error is %v, want %q", test.name, err, test.want)
		}
		if errors.Is(err, runtime.ErrNoColumn) != (test.name == "column") {
			t.Errorf("%s: error is ErrNoColumn: %v", test.name, err)
		}
	}
	if _, err := os.Stat(weights); err == nil {
		t.Error("weights are there after errors alone")
	}
}

func TestArguments(t *testing.T) {
	seed := uint64(1<<64 - 1)
	for _, want := range []*Arguments{{}, {Data: "-", Name: "a b.csv", Weights: "-w", From: "f", Seed: &seed, Epochs: 7}} {
		if diff := cmp.Diff(want, parse(want.List())); diff != "" {
			t.Error(diff)
		}
	}
}

// lines runs a training program and returns what it prints.
func lines(t *testing.T, a Arguments) []string {
	t.Helper()
	var out strings.Builder
	if err := line().train(&a, &out); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestSettings(t *testing.T) {
	seed := uint64(2)
	base := runtime.Config{Optimizer: runtime.Adam{LearningRate: 1, Epsilon: 0.5}, Batch: 1, Epochs: 1, Seed: 1}
	got := (&Arguments{Seed: &seed, Epochs: 3, Batch: 4, LearningRate: 0.25}).settings(base)
	if got.Seed != 2 || got.Epochs != 3 || got.Batch != 4 || got.Optimizer != (runtime.Adam{LearningRate: 0.25, Epsilon: 0.5}) {
		t.Errorf("got %+v", got)
	}
	if got := (&Arguments{}).settings(base); got.Seed != 1 || got.Epochs != 1 || got.Batch != 1 || got.Optimizer != base.Optimizer {
		t.Errorf("got %+v", got)
	}
}

func TestFolds(t *testing.T) {
	got := lines(t, Arguments{Folds: 2})
	if len(got) != 3 || !strings.HasPrefix(got[0], `{"fold":1,"folds":2,"rows":2,"epochs":3,"loss":`) || !strings.HasPrefix(got[2], `{"final":true,"folds":2,"loss":{"mean":`) {
		t.Errorf("got %q", got)
	}
}

func TestFindRate(t *testing.T) {
	got := lines(t, Arguments{FindRate: true})
	last := got[len(got)-1]
	if len(got) < 50 || !strings.HasPrefix(got[0], `{"rate":1e-7,"loss":`) || !strings.HasPrefix(last, `{"final":true,"steps":`) || strings.HasSuffix(last, `:0}`) {
		t.Errorf("got %d lines, %q … %q", len(got), got[0], last)
	}
}

// The state of a training that ends is not kept; with one from before, a training goes on.
func TestResume(t *testing.T) {
	dir := t.TempDir()
	a := Arguments{Weights: filepath.Join(dir, "line.safetensors"), Checkpoint: filepath.Join(dir, "line.checkpoint")}
	whole := lines(t, a)
	if files, _ := filepath.Glob(a.Checkpoint + "*"); files != nil {
		t.Errorf("%v are left", files)
	}
	resumed := a
	resumed.Resume = true
	if err := line().train(&resumed, io.Discard); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want that there is no state", err)
	}

	// Two epochs, as if the third had been interrupted.
	l := line()
	l.initialize(1)
	x, target := l.inline()
	c := l.config
	c.Epochs, c.Checkpoint = 2, runtime.Checkpoint{File: a.Checkpoint, Spec: l.hash}
	if _, err := runtime.Train(t.Context(), l.network, x, target, c); err != nil {
		t.Fatal(err)
	}
	if line := l.otherTier(runtime.Checkpoint{File: a.Checkpoint, Resume: true}); line != "" {
		t.Errorf("said %q, want nothing: the tier is the same", line)
	}
	l.network.Strict = true
	want := "resumed on strict after " + runtime.VectorTier().String() + ": the bits will not be those of a training without interruption"
	if line := l.otherTier(runtime.Checkpoint{File: a.Checkpoint, Resume: true}); line != want {
		t.Errorf("said %q, want %q", line, want)
	}
	if got := lines(t, resumed); len(got) != 2 || got[0] != whole[2] || got[1] != whole[3] {
		t.Errorf("got %q, want %q", got, whole[2:])
	}
}
