package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"
)

// Folds differ by one row at most, and so do the rows of a class in them.
func TestFoldsAreStratified(t *testing.T) {
	class := make([]int, 103)
	for i := range class {
		class[i] = []int{0, 1, 1, 2, 2, 2, 2}[i%7]
	}
	for _, folds := range []int{2, 5, 10, 103} {
		for _, class := range [][]int{class, nil} {
			rows, ofClass := map[int]int{}, map[[2]int]int{}
			for row, fold := range foldRows(103, class, folds, 7) {
				rows[fold]++
				if class != nil {
					ofClass[[2]int{class[row], fold}]++
				}
			}
			for fold := range folds {
				if n := rows[fold]; n != 103/folds && n != 103/folds+1 {
					t.Errorf("fold %d of %d has %d rows", fold, folds, n)
				}
				for c := range 3 {
					total := 0
					for f := range folds {
						total += ofClass[[2]int{c, f}]
					}
					if n := ofClass[[2]int{c, fold}]; n != total/folds && n != total/folds+1 {
						t.Errorf("fold %d of %d has %d of %d rows of class %d", fold, folds, n, total, c)
					}
				}
			}
		}
	}
}

// Every row is measured once, by a training that has not seen it.
func TestCrossValidate(t *testing.T) {
	x, target := clouds(60)
	n := newSoftmax()
	seen := map[[2]float64]bool{}
	gradients := n.Gradients
	n.Gradients = func(g []float64, x [][2]float64, target []int, weight []float64, seed, step uint64) float64 {
		for _, row := range x {
			seen[row] = true
		}
		return gradients(g, x, target, weight, seed, step)
	}
	measured := map[[2]float64]int{}
	output := n.Output
	n.Output = func(y []float64, x *[2]float64) {
		if seen[*x] {
			t.Errorf("row %v is measured after it was trained on", *x)
		}
		measured[*x]++
		output(y, x)
	}
	c := Config{Optimizer: Adam{LearningRate: 0.1, Epsilon: 1e-8}, Batch: 8, Epochs: 30, Validation: 0.1, Test: 0.5, Seed: 1}
	called := 0
	r, err := CrossValidate(context.Background(), n, func() { clear(seen); clear(n.Params) }, x, target, c, 5, func(*Report) { called++ })
	if err != nil {
		t.Fatal(err)
	}
	if len(measured) != 60 || len(r.Folds) != 5 || called != 5 {
		t.Errorf("%d rows measured in %d folds, %d calls", len(measured), len(r.Folds), called)
	}
	if f := r.Folds[0]; f.TestRows != 12 || f.ValidationRows != 6 || f.TrainRows != 42 || f.On != "test" {
		t.Errorf("got %d, %d, %d rows, measured on %s", f.TestRows, f.ValidationRows, f.TrainRows, f.On)
	}
	var accuracies []float64
	for _, f := range r.Folds {
		accuracies = append(accuracies, f.Accuracy)
	}
	if *r.Accuracy != spreadOf(accuracies) || r.Accuracy.Mean < 0.9 || r.R2 != nil {
		t.Errorf("got %v of %v", r, accuracies)
	}
	text, err := json.Marshal(r)
	if err != nil || string(text[:len(`{"final":true,"folds":5,"loss":{"mean":`)]) != `{"final":true,"folds":5,"loss":{"mean":` {
		t.Errorf("got %s, %v", text, err)
	}
}

func TestSpread(t *testing.T) {
	s := spreadOf([]float64{2, 4, 4, 4, 5, 5, 7, 9})
	if s.Mean != 5 || math.Abs(s.Deviation-math.Sqrt(32./7)) > 1e-15 || s.String() != "5.0000 ± 2.1381" {
		t.Errorf("got %v", s)
	}
}

func TestCrossValidateErrors(t *testing.T) {
	x, target := line[float64](10)
	n := newLinear[float64](2)
	reset := func() { clear(n.Params) }
	c := Config{Optimizer: SGD{LearningRate: 0.1}, Batch: 4, Epochs: 2}
	for _, folds := range []int{0, 1, 11} {
		if _, err := CrossValidate(context.Background(), n, reset, x, target, c, folds, nil); err == nil {
			t.Errorf("%d folds are accepted", folds)
		}
	}
	c.Validation = 0.9
	if _, err := CrossValidate(context.Background(), n, reset, x, target, c, 5, nil); err == nil {
		t.Error("a split that leaves nothing is accepted")
	}
	c.Validation = 0
	ctx, cancel := context.WithCancel(context.Background())
	r, err := CrossValidate(ctx, n, reset, x, target, c, 5, func(*Report) { cancel() })
	if !errors.Is(err, context.Canceled) || len(r.Folds) != 1 {
		t.Errorf("got %v after %d folds", err, len(r.Folds))
	}
	r, err = CrossValidate(context.Background(), n, reset, x, target, c, 5, nil)
	if err != nil || r.R2 == nil || r.Accuracy != nil || !slices.ContainsFunc(r.Folds, func(f *Report) bool { return f.R2 != nil }) {
		t.Errorf("got %v, %v", r, err)
	}
}
