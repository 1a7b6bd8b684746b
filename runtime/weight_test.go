package runtime

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestBalanced(t *testing.T) {
	class := []int{0, 0, 0, 0, 1, 1, 3, 3, 3, 3} // two rows of class 3, and none of class 2, to train on
	got := balanced(class, []int{0, 1, 2, 3, 4, 5, 6, 7})
	// scikit-learn: compute_class_weight("balanced", classes=[0, 1, 3], y=[0]*4+[1]*2+[3]*2)
	if want := []float64{8. / 12, 8. / 6, 1, 8. / 6}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A row of weight 3 counts as much as three equal rows, one of weight 0 not at all.
func TestWeightsRepeatRows(t *testing.T) {
	x, target := clouds(20)
	var x3 [][2]float64
	var target3 []int
	weights := make([]float64, len(x))
	for i := range x {
		weights[i] = float64(i % 4)
		for range i % 4 {
			x3, target3 = append(x3, x[i]), append(target3, target[i])
		}
	}
	// The divisor is the number of rows, repeated or not.
	rate := 0.5 * float64(len(x3)) / float64(len(x))
	weighted, repeated := newSoftmax(), newSoftmax()
	weighted.Weighted = true
	c := Config{Optimizer: SGD{LearningRate: 0.5}, Batch: 100, Epochs: 10, SampleWeights: weights}
	if _, err := Train(context.Background(), weighted, x, target, c); err != nil {
		t.Fatal(err)
	}
	c = Config{Optimizer: SGD{LearningRate: rate}, Batch: 100, Epochs: 10}
	if _, err := Train(context.Background(), repeated, x3, target3, c); err != nil {
		t.Fatal(err)
	}
	if !near(weighted.Params, repeated.Params, 1e-12) {
		t.Errorf("weights lead to %v, repeated rows to %v", weighted.Params, repeated.Params)
	}
}

// Weights go with their rows through split and shuffling, times those of the classes.
func TestWeightsFollowTheirRows(t *testing.T) {
	n := newSoftmax()
	n.Weighted = true
	n.Params = make([]float64, 1)
	n.Tensors = []Tensor{{Name: "p", Shape: []int{1}}}
	seen := map[float64]bool{}
	look := func(x [][2]float64, target []int, weight []float64) float64 {
		for i, row := range x {
			seen[row[0]] = true
			if want := (1 + row[0]) * float64(1+target[i]); weight[i] != want {
				t.Errorf("row %v of class %d has weight %v, want %v", row[0], target[i], weight[i], want)
			}
		}
		return 1
	}
	n.Gradients = func(g []float64, x [][2]float64, target []int, weight []float64, _, _ uint64) float64 {
		g[0] = 0
		return look(x, target, weight)
	}
	n.Loss = look
	n.Output = func(y []float64, _ *[2]float64) { clear(y) }
	x, target, weights := make([][2]float64, 30), make([]int, 30), make([]float64, 30)
	for i := range x {
		x[i][0], target[i], weights[i] = float64(i), i%3, 1+float64(i)
	}
	c := Config{Optimizer: SGD{LearningRate: 1}, Batch: 4, Epochs: 2, Validation: 0.2, Test: 0.2, SampleWeights: weights, ClassWeights: []float64{1, 2, 3}}
	if _, err := Train(context.Background(), n, x, target, c); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 30 {
		t.Errorf("%d rows seen, want 30", len(seen))
	}
}

func TestWeightsRefused(t *testing.T) {
	x, target := clouds(20)
	ones := slices.Repeat([]float64{1}, 20)
	for _, test := range []struct {
		plain  bool
		config Config
		want   string
	}{
		{true, Config{SampleWeights: ones}, "network softmax: takes no weights of rows"},
		{true, Config{BalanceClasses: true}, "network softmax: takes no weights of rows"},
		{false, Config{SampleWeights: ones[1:]}, "config: SampleWeights has 19 weights, want 20, one for each row"},
		{false, Config{ClassWeights: ones[:2]}, "config: ClassWeights has 2 weights, want 3, one for each class"},
		{false, Config{ClassWeights: []float64{1, -1, 1}}, "config: ClassWeights[1] is -1, want at least 0"},
		{false, Config{ClassWeights: ones[:3], BalanceClasses: true}, "config: ClassWeights and BalanceClasses are given, want one of them"},
		{false, Config{SampleWeights: append([]float64{math.NaN()}, ones[1:]...)}, "config: weight of row 0 is NaN, want at least 0"},
		{false, Config{SampleWeights: make([]float64, 20)}, "config: all 20 training rows have weight 0, want one above 0"},
	} {
		n := newSoftmax()
		n.Weighted = !test.plain
		test.config.Optimizer, test.config.Batch, test.config.Epochs = SGD{LearningRate: 1}, 1, 1
		if _, err := Train(context.Background(), n, x, target, test.config); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

// Weights of classes are refused where there are no classes, however few they are.
func TestClassWeightsOfRegression(t *testing.T) {
	x, target := clouds(20)
	for _, weights := range [][]float64{{}, {1, 2}} {
		n := newSoftmax()
		n.Weighted, n.Classes, n.ClassOf = true, nil, nil
		c := Config{Optimizer: SGD{LearningRate: 1}, Batch: 1, Epochs: 1, ClassWeights: weights}
		want := "config: ClassWeights are given, but network softmax has no classes"
		if _, err := Train(context.Background(), n, x, target, c); err == nil || err.Error() != want {
			t.Errorf("%v: got %v, want %s", weights, err, want)
		}
	}
}
