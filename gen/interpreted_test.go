package gen_test

import (
	"flag"
	"math/rand/v2"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

var randomSeed = flag.Uint64("random", 1, "seed of the random networks")

// TestInterpreted runs the kernels of random networks in float64 and compares them with the graph.
func TestInterpreted(t *testing.T) {
	for k := range 200 {
		r := rand.New(rand.NewPCG(*randomSeed, uint64(k)))
		s := newSubject(t, randomSpec(r, k), r, pick(r, batches[:9]))
		loss, values := new(kernel.Machine).Step(s.net.Program, s.env)
		if d := off([]float64{loss}, []float64{s.meanLoss(s.graph, s.want)}); d > 1e-12 {
			t.Errorf("loss is off by %g\n%s", d, s.text)
		}
		got := s.gradient(values)
		for i, want := range s.gradient(s.want) {
			if d := off(got[i], want); d > 1e-12 {
				t.Errorf("gradient of %s is off by %g\n%s", s.graph.Parameters()[i].Ref(), d, s.text)
			}
		}
	}
}
