package runtime

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// newLinear returns z = b + w·x with half squared error, without StepSGD.
// Between w and b lies an element that belongs to no tensor.
func newLinear[F Float](in int) *Network[F, []F, F] {
	p := make([]F, in+2)
	predict := func(x []F) F {
		z := p[in+1]
		for i, v := range x {
			z += F(p[i] * v)
		}
		return z
	}
	return &Network[F, []F, F]{
		Version: GeneratedCodeNeedsRuntime1, Name: "linear", Params: p, Outputs: 1,
		Tensors: []Tensor{{Name: "w", Shape: []int{1, in}}, {Name: "b", Shape: []int{1}, Offset: in + 1}},
		Row:     func(x *[]F) []F { return *x },
		Gradients: func(g []F, x [][]F, target, weight []F, _, _ uint64) F {
			clear(g)
			var loss F
			n := F(len(x))
			for k := range x {
				r := predict(x[k]) - target[k]
				c := times(weight, k)
				loss += c * F(r*r) / 2
				for i, v := range x[k] {
					g[i] += c * F(r*v) / n
				}
				g[in+1] += c * r / n
			}
			return loss / n
		},
		Loss: func(x [][]F, target, weight []F) F {
			var loss F
			for k := range x {
				r := predict(x[k]) - target[k]
				loss += times(weight, k) * F(r*r) / 2
			}
			return loss / F(len(x))
		},
		Output: func(y []float64, x *[]F) { y[0] = float64(predict(*x)) },
		Target: func(t []float64, target *F) { t[0] = float64(*target) },
	}
}

// times returns how much a row counts.
func times[F Float](weight []F, row int) F {
	if weight == nil {
		return 1
	}
	return weight[row]
}

// withStep adds a StepSGD to n that counts its calls.
func withStep[F Float, X, T any](n *Network[F, X, T]) (calls *int) {
	calls = new(int)
	g, trained := make([]F, len(n.Params)), n.trainable()
	n.StepSGD = func(x []X, target []T, weight []F, rate F, seed, step uint64) F {
		*calls++
		loss := n.Gradients(g, x, target, weight, seed, step)
		for _, s := range trained {
			for i := s.lo; i < s.hi; i++ {
				n.Params[i] -= F(rate * g[i])
			}
		}
		return loss
	}
	return calls
}

// newSoftmax returns a linear classifier of two features into three classes.
func newSoftmax() *Network[float64, [2]float64, int] {
	p := make([]float64, 9) // w [3,2], b [3]
	probabilities := func(y []float64, x *[2]float64) {
		sum := 0.0
		for o := range y {
			y[o] = math.Exp(p[6+o] + p[2*o]*x[0] + p[2*o+1]*x[1])
			sum += y[o]
		}
		for o := range y {
			y[o] /= sum
		}
	}
	n := &Network[float64, [2]float64, int]{
		Version: GeneratedCodeNeedsRuntime1, Name: "softmax", Params: p, Outputs: 3,
		Tensors: []Tensor{{Name: "w", Shape: []int{3, 2}}, {Name: "b", Shape: []int{3}, Offset: 6}},
		Row:     func(x *[2]float64) []float64 { return x[:] },
		Classes: []string{"left", "right", "top"},
		Output:  probabilities,
		Target:  func(t []float64, target *int) { clear(t); t[*target] = 1 },
		ClassOf: func(target *int) int { return *target },
	}
	y := make([]float64, 3)
	n.Gradients = func(g []float64, x [][2]float64, target []int, weight []float64, _, _ uint64) float64 {
		clear(g)
		for k := range x {
			probabilities(y, &x[k])
			y[target[k]]--
			for o, dz := range y {
				dz *= times(weight, k)
				g[2*o] += dz * x[k][0] / float64(len(x))
				g[2*o+1] += dz * x[k][1] / float64(len(x))
				g[6+o] += dz / float64(len(x))
			}
		}
		return n.Loss(x, target, weight)
	}
	n.Loss = func(x [][2]float64, target []int, weight []float64) (loss float64) {
		for k := range x {
			probabilities(y, &x[k])
			loss -= times(weight, k) * math.Log(y[target[k]]) / float64(len(x))
		}
		return loss
	}
	return n
}

// clouds makes rows around three centers, half of them of class 2.
func clouds(rows int) (x [][2]float64, target []int) {
	rng := rand.New(rand.NewPCG(7, 7))
	center := [][2]float64{{-2, 0}, {2, 0}, {0, 3}}
	for i := range rows {
		class := []int{0, 1, 2, 2}[i%4]
		x = append(x, [2]float64{center[class][0] + rng.NormFloat64()*0.7, center[class][1] + rng.NormFloat64()*0.7})
		target = append(target, class)
	}
	return x, target
}

// line makes rows of t = 1 + 2·x₀ − x₁, with a little noise.
func line[F Float](rows int) (x [][]F, target []F) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range rows {
		v := []F{F(rng.NormFloat64()), F(rng.NormFloat64())}
		x = append(x, v)
		target = append(target, 1+2*v[0]-v[1]+F(0.05*rng.NormFloat64()))
	}
	return x, target
}

func TestNetworkCheck(t *testing.T) {
	type network = Network[float64, [2]float64, int]
	for _, test := range []struct {
		want   string
		change func(n *network)
	}{
		{"", func(n *network) {}},
		{"network softmax: version is 0, want 1", func(n *network) { n.Version = 0 }},
		{"Gradients, Loss, Output or Target is nil", func(n *network) { n.Loss = nil }},
		{"Outputs is 0", func(n *network) { n.Outputs = 0 }},
		{"Classes and ClassOf go together", func(n *network) { n.ClassOf = nil }},
		{"Outputs is 1 for 3 classes", func(n *network) { n.Outputs = 1 }},
		{"", func(n *network) { n.Outputs, n.Classes = 1, n.Classes[:2] }},
		{"tensor w: has no shape", func(n *network) { n.Tensors[0].Shape = nil }},
		{"tensor b: takes parameters 7 to 10, want them within 9", func(n *network) { n.Tensors[1].Offset = 7 }},
		{"tensor b: begins at parameter 5 inside another tensor", func(n *network) { n.Tensors[1].Offset = 5 }},
	} {
		n := newSoftmax()
		test.change(n)
		err := n.check()
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}

func TestTrainable(t *testing.T) {
	n := &Network[float32, int, int]{Tensors: []Tensor{
		{Shape: []int{2}, Offset: 8, Frozen: true},
		{Shape: []int{2, 2}, Offset: 0},
		{Shape: []int{3}, Offset: 4},
		{Shape: []int{5}, Offset: 11},
	}}
	if got, want := n.trainable(), []span{{0, 7}, {11, 16}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
