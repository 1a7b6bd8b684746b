package runtime

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// moments returns the smallest and largest value, the mean and the variance.
func moments[F Float](w []F) (low, high, mean, variance float64) {
	for _, v := range w {
		mean += float64(v) / float64(len(w))
	}
	for _, v := range w {
		variance += (float64(v) - mean) * (float64(v) - mean) / float64(len(w))
	}
	return float64(slices.Min(w)), float64(slices.Max(w)), mean, variance
}

func TestInitializers(t *testing.T) {
	const in, out = 120, 80
	inf := math.Inf(1)
	tests := []struct {
		name           string
		set            func(w []float32, rng *rand.Rand)
		mean, variance float64
		limit          float64 // distance from the mean
	}{
		{"zeros", func(w []float32, _ *rand.Rand) { Zeros(w) }, 0, 0, 0},
		{"constant", func(w []float32, _ *rand.Rand) { Constant(w, -0.5) }, -0.5, 0, 0},
		{"uniform", func(w []float32, rng *rand.Rand) { Uniform(w, 1, 4, rng) }, 2.5, 9. / 12, 1.5},
		{"normal", func(w []float32, rng *rand.Rand) { Normal(w, 3, 0.5, rng) }, 3, 0.25, inf},
		{"glorot_uniform", func(w []float32, rng *rand.Rand) { GlorotUniform(w, in, out, rng) }, 0, 2. / 200, math.Sqrt(6. / 200)},
		{"glorot_normal", func(w []float32, rng *rand.Rand) { GlorotNormal(w, in, out, rng) }, 0, 2. / 200, inf},
		{"he_uniform", func(w []float32, rng *rand.Rand) { HeUniform(w, in, out, rng) }, 0, 2. / 120, math.Sqrt(6. / 120)},
		{"he_normal", func(w []float32, rng *rand.Rand) { HeNormal(w, in, out, rng) }, 0, 2. / 120, inf},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := make([]float32, in*out)
			Constant(w, 99)
			test.set(w, InitRand(1, "dense1.weight"))
			low, high, mean, variance := moments(w)
			if tolerance := 4 * math.Sqrt(test.variance/float64(len(w))); math.Abs(mean-test.mean) > tolerance+1e-12 {
				t.Errorf("mean is %v, want %v ± %v", mean, test.mean, tolerance)
			}
			if math.Abs(variance-test.variance) > 0.06*test.variance+1e-12 {
				t.Errorf("variance is %v, want about %v", variance, test.variance)
			}
			bound := test.limit * (1 + 1e-6)
			if low < test.mean-bound || high > test.mean+bound {
				t.Errorf("values reach from %v to %v, want within %v of %v", low, high, test.limit, test.mean)
			}
			if test.limit != inf && (low > test.mean-0.99*test.limit || high < test.mean+0.99*test.limit) {
				t.Errorf("values reach from %v to %v only, want nearly %v from %v", low, high, test.limit, test.mean)
			}
		})
	}
}

func TestInitRand(t *testing.T) {
	draw := func(seed uint64, tensor string) float64 { return InitRand(seed, tensor).Float64() }
	if draw(1, "a.weight") != draw(1, "a.weight") {
		t.Error("the same seed and tensor give other numbers")
	}
	first := []float64{draw(1, "a.weight"), draw(1, "b.weight"), draw(1, "a.bias"), draw(2, "a.weight"), draw(3, "a.weight")}
	slices.Sort(first)
	if len(slices.Compact(first)) != 5 {
		t.Error("two seeds or two tensors begin with the same number")
	}
	a, b := make([]float64, 10), make([]float32, 10)
	Normal(a, 0, 1, InitRand(1, "a"))
	Normal(b, 0, 1, InitRand(1, "a"))
	for i := range a {
		if float32(a[i]) != b[i] {
			t.Errorf("float64 starts with %v, float32 with %v", a[i], b[i])
		}
	}
}

func TestOrthogonal(t *testing.T) {
	for _, size := range []struct{ in, out int }{{1, 1}, {5, 3}, {3, 5}, {7, 1}, {1, 7}, {16, 16}, {65, 64}, {30, 100}} {
		t.Run(fmt.Sprintf("%dx%d", size.out, size.in), func(t *testing.T) {
			w, narrow := make([]float64, size.in*size.out), make([]float32, size.in*size.out)
			const gain = 1.5
			Orthogonal(w, size.in, size.out, gain, InitRand(3, "w"))
			Orthogonal(narrow, size.in, size.out, gain, InitRand(3, "w"))
			for i, v := range w {
				if narrow[i] != float32(v) {
					t.Fatalf("element %d: float32 %v, float64 %v", i, narrow[i], v)
				}
			}
			if e := gramError(w, size.in, size.out, gain*gain); e > 1e-14*gain*gain*float64(size.in+size.out) {
				t.Errorf("WᵀW or WWᵀ is off by %v", e)
			}
		})
	}
}

// gramError returns the largest |W·Wᵀ - square·I|, of WᵀW when W has more rows than columns.
func gramError(w []float64, in, out int, square float64) float64 {
	at := func(vector, i int) float64 { return w[vector*in+i] }
	if out > in {
		at = func(vector, i int) float64 { return w[i*in+vector] }
	}
	var worst float64
	for a := range min(in, out) {
		for b := range min(in, out) {
			var sum float64
			for i := range max(in, out) {
				sum += at(a, i) * at(b, i)
			}
			if a == b {
				sum -= square
			}
			worst = max(worst, math.Abs(sum))
		}
	}
	return worst
}

// TestOrthogonalIsFair checks what a QR decomposition without care for signs
// gets wrong: the elements must have mean 0, and mean square 1/3 in a 3×3 matrix.
func TestOrthogonalIsFair(t *testing.T) {
	const tries = 2000
	var sum, squares, reflections [9]float64
	for seed := range uint64(tries) {
		var w [9]float64
		Orthogonal(w[:], 3, 3, 1, InitRand(seed, "w"))
		det := w[0]*(w[4]*w[8]-w[5]*w[7]) - w[1]*(w[3]*w[8]-w[5]*w[6]) + w[2]*(w[3]*w[7]-w[4]*w[6])
		reflections[0] += det / tries
		for i, v := range w {
			sum[i] += v / tries
			squares[i] += v * v / tries
		}
	}
	for i := range sum {
		if math.Abs(sum[i]) > 0.06 || math.Abs(squares[i]-1./3) > 0.03 || math.Abs(reflections[0]) > 0.1 {
			t.Errorf("element %d: mean %v, mean square %v; mean determinant %v", i, sum[i], squares[i], reflections[0])
		}
	}
}

func TestOrthonormalizeDependent(t *testing.T) {
	q := [][]float64{{1, 0, 0}, {0, 1, 0}}
	if norm := orthonormalize([]float64{3, -2, 0}, q); norm != 0 {
		t.Errorf("norm is %v for a vector among the others, want 0", norm)
	}
	nearly := []float64{1, 1, 1e-7}
	orthonormalize(nearly, q)
	if math.Abs(nearly[2]-1) > 1e-15 || math.Abs(nearly[0]) > 1e-15 {
		t.Errorf("got %v, want the third axis", nearly)
	}
}
