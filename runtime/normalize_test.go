package runtime

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestFit(t *testing.T) {
	// By hand, with the deviation of all numbers and the quantiles that scikit-learn takes.
	column := []float64{4, 1, 7, 2, 9, 2}
	for _, test := range []struct {
		method        Normalization
		offset, scale float64
	}{
		{NormalizeNone, 0, 1},
		{NormalizeStandard, 4.166666666666667, 2.9107081994288304},
		{NormalizeMinMax, 1, 8},
		{NormalizeRobust, 3, 4.25},
	} {
		offset, scale := test.method.fit(slices.Clone(column))
		if math.Abs(offset-test.offset) > 1e-15 || math.Abs(scale-test.scale) > 1e-15 {
			t.Errorf("method %d: offset %v and scale %v, want %v and %v", test.method, offset, scale, test.offset, test.scale)
		}
	}
}

// pair is a network of one input and one target whose normalizers lie behind w and b.
func pair(method Normalization) *Network[float32, [1]float32, [1]float32] {
	p := []float32{0, 0, 0, 1, 0, 1}
	var folded [2]float32
	n := &Network[float32, [1]float32, [1]float32]{
		Version: GeneratedCodeNeedsRuntime1, Name: "pair", Params: p, Outputs: 1,
		Tensors: []Tensor{{Name: "w", Shape: []int{1, 1}}, {Name: "b", Shape: []int{1}, Offset: 1}},
		Gradients: func(g []float32, x, target [][1]float32, _ []float32, _, _ uint64) (loss float32) {
			clear(g)
			for k := range x {
				r := p[0]*x[k][0] + p[1] - target[k][0]
				loss += r * r / 2 / float32(len(x))
				g[0] += r * x[k][0] / float32(len(x))
				g[1] += r / float32(len(x))
			}
			return loss
		},
		Loss: func(x, target [][1]float32, _ []float32) (loss float32) {
			for k := range x {
				r := p[0]*x[k][0] + p[1] - target[k][0]
				loss += r * r / 2 / float32(len(x))
			}
			return loss
		},
		Output:    func(y []float64, x *[1]float32) { y[0] = float64(folded[0]*x[0] + folded[1]) },
		Target:    func(t []float64, target *[1]float32) { t[0] = float64(target[0]) },
		Inputs:    &Normalizer{[]Normalization{method}, Tensor{Name: "input.offset", Shape: []int{1}, Offset: 2}, Tensor{Name: "input.scale", Shape: []int{1}, Offset: 3}},
		Targets:   &Normalizer{[]Normalization{method}, Tensor{Name: "output.offset", Shape: []int{1}, Offset: 4}, Tensor{Name: "output.scale", Shape: []int{1}, Offset: 5}},
		Row:       func(x *[1]float32) []float32 { return x[:] },
		TargetRow: func(target *[1]float32) []float32 { return target[:] },
	}
	n.Fold = func() {
		w := p[5] * p[0] / p[3]
		folded = [2]float32{w, p[5]*p[1] + p[4] - w*p[2]}
	}
	n.Unfold = func() bool {
		if p[3] > 0 {
			return false
		}
		p[3], p[5] = -p[3], -p[5]
		p[1] = (p[1] + p[0]*p[2] - p[4]) / p[5]
		p[0] *= p[3] / p[5]
		return true
	}
	return n
}

// TestTrainNormalized trains on numbers of a size at which nothing would be learned as they are.
func TestTrainNormalized(t *testing.T) {
	var x, target [][1]float32
	for i := range 100 {
		x = append(x, [1]float32{1e6 + 10*float32(i)})
		target = append(target, [1]float32{5000 + 300*float32(i)})
	}
	given := slices.Clone(x)
	c := Config{Optimizer: Adam{LearningRate: 0.05, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, Batch: 10, Epochs: 60, Test: 0.2, Seed: 1}
	for _, method := range []Normalization{NormalizeStandard, NormalizeMinMax, NormalizeRobust} {
		n := pair(method)
		r, err := Train(context.Background(), n, x, target, c)
		if err != nil {
			t.Fatal(err)
		}
		if r.R2 == nil || *r.R2 < 0.999 || r.MAE > 200 || r.Loss > 0.01 {
			t.Errorf("method %d: %v", method, r)
		}
		if !slices.Equal(x, given) {
			t.Fatalf("method %d: the rows have changed", method)
		}
		if names := n.Stored(); len(names) != 6 || names[5].Name != "output.scale" {
			t.Errorf("stored are %v", names)
		}
		// What was fitted stays when training goes on, with other rows.
		before := slices.Clone(n.Params[2:])
		if _, err := Train(context.Background(), n, x[:50], target[:50], c); err != nil || !slices.Equal(n.Params[2:], before) {
			t.Errorf("method %d: rows are normalised by %v, then by %v (%v)", method, before, n.Params[2:], err)
		}
		// So does what is folded into the parameters.
		want := slices.Clone(n.Params)
		w := want[5] * want[0] / want[3]
		copy(n.Params, []float32{w, want[5]*want[1] + want[4] - w*want[2], want[2], -want[3], want[4], -want[5]})
		still := c
		still.Optimizer = SGD{LearningRate: 1e-30}
		if _, err := Train(context.Background(), n, x[50:], target[50:], still); err != nil || !slices.Equal(n.Params[2:], want[2:]) {
			t.Errorf("method %d: %v folded is normalised by %v (%v)", method, want, n.Params[2:], err)
		}
		for i, v := range n.Params[:2] {
			if math.Abs(float64(v-want[i])) > 1e-2 {
				t.Errorf("method %d: %v folded is trained from %v", method, want[:2], n.Params[:2])
			}
		}
	}
}

// TestFitSeesTrainingRowsOnly checks that rows which are set aside change nothing.
func TestFitSeesTrainingRowsOnly(t *testing.T) {
	c := Config{Optimizer: SGD{LearningRate: 0.01}, Batch: 8, Epochs: 1, Test: 0.3, Validation: 0.2, Seed: 3}
	fitted := func(outlier float32) []float32 {
		x, target := make([][1]float32, 40), make([][1]float32, 40)
		parts, err := splitRows(40, nil, &c)
		if err != nil {
			t.Fatal(err)
		}
		for i := range x {
			x[i][0], target[i][0] = float32(i), float32(i)
		}
		for _, i := range slices.Concat(parts.test, parts.validation) {
			x[i][0], target[i][0] = outlier, outlier
		}
		n := pair(NormalizeStandard)
		if _, err := Train(context.Background(), n, x, target, c); err != nil {
			t.Fatal(err)
		}
		return n.Params[2:]
	}
	if a, b := fitted(0), fitted(1000); !slices.Equal(a, b) {
		t.Errorf("rows are normalised by %v, and by %v with other rows set aside", a, b)
	}
}

// TestNormalizedColumns checks that whatever the numbers of a column are, they become finite ones, and those of a
// column with one value become 0. A far outlier by the quartiles of its column (robust) may be more than a float32 holds.
func TestNormalizedColumns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		column := rapid.SliceOfN(rapid.Float32Range(-1e37, 1e37), 1, 20).Draw(t, "column")
		if rapid.Bool().Draw(t, "constant") {
			column = slices.Repeat(column[:1], len(column))
		}
		method := Normalization(rapid.IntRange(0, 3).Draw(t, "method"))
		n := pair(method)
		fit(n.Inputs, n.Params, len(column), func(i int) []float32 { return column[i : i+1] })
		constant := slices.Min(column) == slices.Max(column)
		for _, v := range column {
			row := []float32{v}
			normalize(n.Inputs, n.Params, row)
			if exact := (float64(v) - float64(n.Params[2])) / float64(n.Params[3]); method == NormalizeRobust && math.Abs(exact) > math.MaxFloat32 {
				continue
			}
			if !finite(row[0]) || constant && method != NormalizeNone && row[0] != 0 {
				t.Fatalf("%v becomes %v (offset %v, scale %v)", v, row[0], n.Params[2], n.Params[3])
			}
		}
	})
}

func TestNormalizerMustFit(t *testing.T) {
	for _, change := range []func(n *Network[float32, [1]float32, [1]float32]){
		func(n *Network[float32, [1]float32, [1]float32]) { n.Fold = nil },
		func(n *Network[float32, [1]float32, [1]float32]) { n.Unfold = nil },
		func(n *Network[float32, [1]float32, [1]float32]) { n.Row = nil },
		func(n *Network[float32, [1]float32, [1]float32]) { n.TargetRow = nil },
		func(n *Network[float32, [1]float32, [1]float32]) { n.Inputs.Methods = nil },
		func(n *Network[float32, [1]float32, [1]float32]) { n.Targets.Scale.Offset = 6 },
	} {
		n := pair(NormalizeMinMax)
		change(n)
		if _, err := Train(context.Background(), n, make([][1]float32, 9), make([][1]float32, 9), Config{Optimizer: SGD{LearningRate: 1}, Batch: 1, Epochs: 1}); err == nil {
			t.Error("no error")
		}
	}
}
