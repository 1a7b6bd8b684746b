package update

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/vector"
)

// TestFresh compares the committed files of package runtime with what the table makes now.
func TestFresh(t *testing.T) {
	files, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		path := filepath.Join("..", "..", "runtime", f.Path)
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, f.Content) {
			t.Errorf("%s is not fresh: run go generate ./...", path)
		}
	}
}

// TestAlike runs every entry element by element, as loops in lanes, and on vector registers, for lengths with every kind
// of rest: what it sets is the same to the last bit, sums agree.
func TestAlike(t *testing.T) {
	for _, e := range entries {
		portable := e.lower(0)
		if err := portable.Verify(); err != nil {
			t.Errorf("%v\n%v", err, portable)
		}
		for _, c := range e.compiled() {
			if c.err != nil {
				t.Fatal(c.err)
			}
			f := c.Func
			if err := f.Kernel.Verify(); err != nil {
				t.Errorf("%v\n%v", err, f.Kernel)
			}
			round := func(x float64) float64 { return x }
			if f.Element == vector.Float32 {
				round = func(x float64) float64 { return float64(float32(x)) }
			}
			m := kernel.Machine{Round: round}
			lanes := f.Target.Lanes(int(f.Element))
			for _, n := range []int{0, 1, lanes - 1, lanes, e.copies*lanes - 1, e.copies*lanes + 1, 3*e.copies*lanes + lanes + 2} {
				want, inLanes, got := operands(f, n, round), operands(f, n, round), operands(f, n, round)
				sum := m.Run(portable, want)
				sums := []float64{m.Run(f.Kernel, inLanes), f.Run(got)}
				for _, a := range f.Kernel.Arrays {
					if !slices.Equal(want.Arrays[a.Name], inLanes.Arrays[a.Name]) || !slices.Equal(want.Arrays[a.Name], got.Arrays[a.Name]) {
						t.Errorf("%s of %d elements: %s is %v in lanes, %v in registers, want %v", c.Name, n, a.Name,
							inLanes.Arrays[a.Name], got.Arrays[a.Name], want.Arrays[a.Name])
					}
				}
				for _, s := range sums {
					if d := s - sum; d > 1e-5*sum || -d > 1e-5*sum {
						t.Errorf("%s of %d elements: %v, want %v", c.Name, n, s, sum)
					}
				}
			}
		}
	}
}

// operands draws numbers above 0, which the roots need.
func operands(f *vector.Func, n int, round func(float64) float64) kernel.Operands {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	o := kernel.Operands{Arrays: map[string][]float64{}, Scalars: map[string]float64{}}
	for _, a := range f.Kernel.Arrays {
		o.Arrays[a.Name] = make([]float64, n)
		for i := range n {
			o.Arrays[a.Name][i] = round(r.Float64())
		}
	}
	for _, s := range f.Kernel.Scalars {
		o.Scalars[s.Name] = round(r.Float64())
	}
	return o
}
