package gen_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
)

// toys are sets that a network of a few units learns, with the loss that it must reach.
var toys = []struct {
	name, network string
	steps         int
	rate, loss    float64
	row           func(r *rand.Rand, n int) (x, target []float64)
	rows          int
}{
	{"exclusive or", "input: {shape: [2]}\nlayers:\n  - dense: {units: 8, activation: tanh}\n  - dense: {units: 1}\noutput: {targets: [y]}\nloss: binary_cross_entropy",
		150, 0.5, 0.01, func(_ *rand.Rand, n int) (x, target []float64) {
			return []float64{float64(n & 1), float64(n >> 1)}, []float64{float64(n&1 ^ n>>1)}
		}, 4},
	{"parity of three bits", "input: {shape: [3]}\nlayers:\n  - dense: {units: 16, activation: leaky_relu}\n  - dense: {units: 2}\noutput: {classes: [even, odd]}\nloss: softmax_cross_entropy",
		300, 0.2, 0.02, func(_ *rand.Rand, n int) (x, target []float64) {
			return []float64{float64(n & 1), float64(n >> 1 & 1), float64(n >> 2)}, []float64{float64((n&1 + n>>1&1 + n>>2) % 2)}
		}, 8},
	{"a disc", "input: {shape: [2]}\nlayers:\n  - dense: {units: 12, activation: silu}\n  - dense: {units: 6, activation: gelu}\n  - dense: {units: 2}\noutput: {classes: [in, out]}\nloss: softmax_cross_entropy",
		150, 0.2, 0.02, func(r *rand.Rand, n int) (x, target []float64) {
			angle, radius := 2*math.Pi*r.Float64(), 0.6*r.Float64()
			if n%2 == 1 {
				radius += 0.8
			}
			return []float64{radius * math.Cos(angle), radius * math.Sin(angle)}, []float64{float64(n % 2)}
		}, 40},
	{"a sine", "input: {shape: [1]}\nlayers:\n  - dense: {units: 12, activation: tanh}\n  - dense: {units: 12, activation: softplus}\n  - dense: {units: 1}\noutput: {targets: [y]}\nloss: mean_squared_error",
		500, 0.05, 0.005, func(_ *rand.Rand, n int) (x, target []float64) {
			at := float64(n)/12 - 1
			return []float64{at}, []float64{math.Sin(math.Pi * at)}
		}, 25},
	{"three spirals", "input: {shape: [2]}\nlayers:\n  - dense: {units: 16, activation: elu}\n  - dense: {units: 12, activation: mish}\n  - dense: {units: 3}\noutput: {classes: [a, b, c]}\nloss: softmax_cross_entropy",
		300, 0.1, 0.05, func(_ *rand.Rand, n int) (x, target []float64) {
			along := float64(n/3) / 15
			angle := 2*math.Pi*float64(n%3)/3 + 3*along
			return []float64{(0.2 + along) * math.Cos(angle), (0.2 + along) * math.Sin(angle)}, []float64{float64(n % 3)}
		}, 48},
}

// TestToysAreLearned trains networks with the bits of the compiled code, which TestBits compares: they reach their loss, and no
// parameter has gradients that are all zero.
func TestToysAreLearned(t *testing.T) {
	t.Parallel()
	for _, toy := range toys {
		r := rand.New(rand.NewPCG(3, 4))
		s, err := buildSubject(fmt.Sprintf("name: toy\n%s\ntrain: {optimizer: {sgd: {learning_rate: 0.1}}, batch: 8, epochs: 1}\n", toy.network), toy.rows)
		if err != nil {
			t.Fatal(err)
		}
		var x, target []float64
		for n := range toy.rows {
			in, out := toy.row(r, n)
			x, target = append(x, in...), append(target, out...)
		}
		s.env.Leaves["x"], s.env.Leaves["t"] = asFloat32(x), asFloat32(target)
		s.drawParameters(r)
		for _, v := range s.graph.Parameters() {
			if v.Name == "b" {
				clear(s.env.Leaves[v.Ref()])
			}
		}
		first, last, still := s.descend(toy.steps, toy.rate)
		if !(last <= toy.loss) {
			t.Errorf("%s: the loss falls from %.3g to %.3g in %d steps, want at most %v", toy.name, first, last, toy.steps, toy.loss)
		}
		for _, name := range still {
			t.Errorf("%s: all gradients of %s are zero", toy.name, name)
		}
		t.Logf("%s: from %.3g to %.3g", toy.name, first, last)
	}
}

// descend takes steps of gradient descent with momentum, in float32. It returns the first and the last loss, and the parameters whose
// gradient was always zero.
func (s *subject) descend(steps int, rate float64) (first, last float64, still []string) {
	m := machine32
	velocity, moved := map[*graph.Value][]float64{}, map[*graph.Value][]bool{}
	for step := range steps {
		loss, values := m.Step(s.net.Program, s.env)
		if last = loss; step == 0 {
			first = loss
		}
		for i, d := range s.gradient(values) {
			v := s.graph.Parameters()[i]
			if velocity[v] == nil {
				velocity[v], moved[v] = make([]float64, len(d)), make([]bool, len(d))
			}
			p := s.env.Leaves[v.Ref()]
			for k, g := range d {
				moved[v][k] = moved[v][k] || g != 0
				velocity[v][k] = 0.9*velocity[v][k] + g
				p[k] -= rate * velocity[v][k]
			}
			s.env.Leaves[v.Ref()] = asFloat32(p)
		}
	}
	for _, v := range s.graph.Parameters() {
		for k, m := range moved[v] {
			if !m {
				still = append(still, fmt.Sprintf("%s[%d]", v.Ref(), k))
			}
		}
	}
	return first, last, still
}

// asFloat32 returns numbers as float32 code has them.
func asFloat32(list []float64) []float64 {
	for i, v := range list {
		list[i] = float64(float32(v))
	}
	return list
}
