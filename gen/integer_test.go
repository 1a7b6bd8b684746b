package gen_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
)

// integerSpec returns a network that computes with whole numbers where its parameters and rows are whole: sums, and
// activations that leave them alone. A slip of an index shows in the bits then, whatever the order of summation.
func integerSpec(r *rand.Rand, k int) string {
	width := func() int {
		return pick(r, []int{1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "name: whole%d\nprecision: %s\ninput: {shape: [%d]}\nlayers:\n", k, []string{"float32", "float64"}[k%2], width())
	for range r.IntN(4) {
		fmt.Fprintf(&b, "  - dense: {units: %d, activation: %s}\n", width(), []string{"relu", "linear"}[r.IntN(2)])
	}
	outputs := make([]string, width())
	for i := range outputs {
		outputs[i] = fmt.Sprintf("t%d", i)
	}
	fmt.Fprintf(&b, "  - dense: {units: %d}\noutput: {targets: [%s]}\nloss: half_squared_error\n", len(outputs), strings.Join(outputs, ", "))
	b.WriteString("train: {optimizer: {sgd: {learning_rate: 0.1}}, batch: 8, epochs: 1}\n")
	return b.String()
}

// newInteger builds such a network and draws whole parameters and rows, so small that no sum comes near the 24 bits of a
// float32. The number of rows is a power of two, so that their mean is exact.
func newInteger(r *rand.Rand, k int) (*subject, error) {
	s, err := buildSubject(integerSpec(r, k), pick(r, []int{1, 2, 4, 8, 16, 32, 64}))
	if err != nil {
		return nil, err
	}
	s.exact = true
	for full := 0.9; full > 1e-3; full *= 0.8 {
		whole := func(n int, limit int) []float64 {
			list := make([]float64, n)
			for i := range list {
				if r.Float64() < full {
					list[i] = float64(r.IntN(2*limit+1) - limit)
				}
			}
			return list
		}
		for _, v := range s.graph.Parameters() {
			s.env.Leaves[v.Ref()] = whole(count(v), 2)
		}
		s.env.Leaves["x"], s.env.Leaves["t"] = whole(s.env.Rows*count(s.graph.Input), 3), whole(s.env.Rows*count(s.graph.Target), 3)
		if s.largest()*float64(2*s.env.Rows) < 1<<24 {
			s.want, s.calm = s.graph.Eval(s.env), s.infer.Eval(s.env)
			return s, nil
		}
	}
	return nil, fmt.Errorf("no numbers are small enough for\n%s", s.text)
}

// largest bounds every sum of a training step, and every part of it: it is what the step computes from the absolute values.
func (s *subject) largest() float64 {
	env := &graph.Env{Rows: s.env.Rows, Leaves: map[string][]float64{}}
	for name, list := range s.env.Leaves {
		for _, v := range list {
			if v = math.Abs(v); name == "t" { // is subtracted
				v = -v
			}
			env.Leaves[name] = append(env.Leaves[name], v)
		}
	}
	results, largest := s.graph.Eval(env), 0.0
	for _, v := range s.graph.Values {
		for _, e := range results.Of(v) {
			largest = max(largest, math.Abs(e))
		}
	}
	return largest
}

// TestIntegers compares the bits that the kernels' interpreter and the compiled networks compute, on every tier, with those
// of the graph.
func TestIntegers(t *testing.T) {
	t.Parallel()
	f := theFleet(t)
	networks, numbers, zeros := 0, 0, 0
	for k, s := range f.subjects {
		if !s.exact {
			continue
		}
		networks++
		want := s.gradient(s.want)
		for _, d := range want {
			for _, v := range d {
				if numbers++; v == 0 {
					zeros++
				}
			}
		}
		for tier, outcomes := range f.tiers {
			got := outcomes[k]
			same := got.loss == s.meanLoss(s.graph, s.want) && equal(got.output, s.calm.Of(s.infer.Output))
			for i := range want {
				same = same && equal(got.gradient[i], want[i])
			}
			if !same {
				t.Errorf("%v: net %d is not exact, %d rows\n%s", tier, k, s.env.Rows, s.text)
			}
		}
	}
	if networks == 0 || 10*zeros > 9*numbers {
		t.Errorf("%d networks, %d of %d derivatives are zero: that says little", networks, zeros, numbers)
	}
	t.Logf("%d networks, %d derivatives, %d of them zero", networks, numbers, zeros)
}

// equal tells whether all elements are the same number.
func equal(a, b []float64) bool {
	for i := range b {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}
