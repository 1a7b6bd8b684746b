package vector_test

import (
	"fmt"
	"testing"

	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
)

var (
	targets  = []*target.Vector{target.AVX2, target.AVX512}
	elements = []vector.Element{vector.Float32, vector.Float64}
)

// TestRun compares the vector form with the kernel that it was lowered from, on virtual registers of the machine.
func TestRun(t *testing.T) {
	t.Parallel()
	for _, machine := range targets {
		for _, e := range elements {
			lanes := machine.Lanes(int(e))
			cases := append(vectortest.Cases(lanes), vectortest.Random(lanes, machine.Registers, 20, uint64(e))...)
			for i, c := range append(cases, vectortest.Registry(lanes+1, 2, lanes)...) {
				t.Run(fmt.Sprintf("%s/float%d/%s", machine.Name, 8*e, c.Name), func(t *testing.T) {
					if err := c.Func.Verify(); err != nil {
						t.Fatalf("%v\n%v", err, c.Func)
					}
					f, err := vector.Compile(c.Func, machine, e)
					if err != nil {
						t.Fatalf("%v\n%v", err, c.Func)
					}
					ops := c.Operands(e, uint64(i))
					want, result := c.Want(ops)
					got := vectortest.Clone(ops)
					defer func() {
						if r := recover(); r != nil {
							t.Errorf("%v\n%v\n%v", r, c.Func, f)
						}
					}()
					if err := c.Compare(e, 48, got, want, f.Run(got), result); err != nil {
						t.Errorf("%v\n%v\n%v", err, c.Func, f)
					}
				})
			}
		}
	}
}
