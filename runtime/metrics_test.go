package runtime

import (
	"math"
	"reflect"
	"testing"
)

// The numbers are scikit-learn 1.9.1's, with zero_division=0.
func TestClassification(t *testing.T) {
	class := []int{0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 0, 1}
	predicted := []int{0, 1, 0, 1, 1, 2, 0, 2, 1, 2, 0, 2}
	m := newClassification([]string{"a", "b", "c", "d", "e"})
	for i := range class {
		y := []float64{0.1, 0.1, 0.1, 0.1, 0.1}
		y[predicted[i]] = 0.5
		m.add(y, class[i])
	}
	m.finish()
	want := &Classification{
		Accuracy: 0.5833333333333334,
		Classes: []ClassReport{
			{"a", 4, 4, 0.75, 0.75},
			{"b", 3, 4, 0.5, 2.0 / 3},
			{"c", 4, 4, 0.5, 0.5},
			{"d", 1, 0, 0, 0},
			{"e", 0, 0, 0, 0},
		},
		Confusion: [][]int{{3, 1, 0, 0, 0}, {0, 2, 1, 0, 0}, {1, 1, 2, 0, 0}, {0, 0, 1, 0, 0}, {0, 0, 0, 0, 0}},
	}
	if !reflect.DeepEqual(m, want) {
		t.Errorf("got  %+v\nwant %+v", m, want)
	}
}

func TestMostProbable(t *testing.T) {
	for _, test := range []struct {
		y    []float64
		want int
	}{
		{[]float64{0.2, 0.5, 0.3}, 1},
		{[]float64{0.4, 0.2, 0.4}, 0},
		{[]float64{0.5}, 0},
		{[]float64{0.51}, 1},
	} {
		if got := mostProbable(test.y); got != test.want {
			t.Errorf("%v: got %d, want %d", test.y, got, test.want)
		}
	}
}

// The numbers are scikit-learn 1.9.1's.
func TestRegression(t *testing.T) {
	target := [][]float64{{0.5, 1}, {-1, 1.5}, {7, -6}, {2, 0.25}}
	output := [][]float64{{0, 2}, {-1, 2}, {8, -5}, {2.5, 0.125}}
	for _, test := range []struct {
		targets      int
		mse, mae, r2 float64
	}{
		{1, 0.375, 0.5, 0.9585492227979274},
		{2, 0.470703125, 0.578125, 0.9483841128902292},
	} {
		sums := regressionSums{targets: make([]targetSums, test.targets)}
		for i := range target {
			sums.add(output[i], target[i])
		}
		m := sums.finish()
		if m.MSE != test.mse || m.MAE != test.mae || m.R2 == nil || math.Abs(*m.R2-test.r2) > 1e-15 {
			t.Errorf("%d targets: got %+v, want %+v", test.targets, m, test)
		}
	}
}

func TestR2NeedsVariance(t *testing.T) {
	sums := regressionSums{targets: make([]targetSums, 2)}
	for i := range 10 {
		sums.add([]float64{0, 0}, []float64{0.1, float64(i)})
	}
	if m := sums.finish(); m.R2 != nil {
		t.Errorf("R2 is %v though the first target is always 0.1", *m.R2)
	}
}
