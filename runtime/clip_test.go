package runtime

import (
	"math"
	"testing"
)

// The first of the norm tests has the numbers of PyTorch's clip_grad_norm_.
func TestClip(t *testing.T) {
	for _, test := range []struct {
		clip Clip
		want []float64
	}{
		{Clip{}, []float64{3, -4, 0.5, 12}},
		{Clip{Norm: 1.5}, []float64{0.3458980723229539, -0.4611974297639385, 0.057649678720492314, 1.3835922892918155}},
		{Clip{Norm: 100}, []float64{3, -4, 0.5, 12}},
		{Clip{Value: 3.5}, []float64{3, -3.5, 0.5, 3.5}},
		{Clip{Value: 0.5, Norm: 0.5}, []float64{0.25, -0.25, 0.25, 0.25}},
	} {
		g := []float64{3, -4, 0.5, 12}
		if !clipGradient([]run[float64]{{g: g[:3]}, {g: g[3:]}}, test.clip, false) {
			t.Errorf("%+v: not finite", test.clip)
		}
		for i := range g {
			if math.Abs(g[i]-test.want[i]) > 1e-6*test.clip.Norm+1e-15 {
				t.Errorf("%+v: element %d: got %v, want %v", test.clip, i, g[i], test.want[i])
			}
		}
	}
}

func TestClipFindsNonFinite(t *testing.T) {
	for _, test := range []struct {
		g    []float64
		clip Clip
	}{
		{[]float64{1, math.NaN()}, Clip{}},
		{[]float64{math.Inf(-1), 1}, Clip{Value: 1}},
		{[]float64{1e200, 1}, Clip{Norm: 1}}, // the norm is not finite
	} {
		if clipGradient([]run[float64]{{g: test.g}}, test.clip, false) {
			t.Errorf("%v with %+v: taken for finite", test.g, test.clip)
		}
	}
}
