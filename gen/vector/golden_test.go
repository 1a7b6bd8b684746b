package vector_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
)

// golden compares a text with the file that holds it; UPDATE=1 writes the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (−want +got; UPDATE=1 go test writes it):\n%s", path, diff)
	}
}

// TestListing shows the vector form of two small kernels.
func TestListing(t *testing.T) {
	t.Parallel()
	dense := vectortest.Forward(vectortest.Shape{Rows: 4, In: 3, Out: 21, Height: 2, Count: 2, Wide: 8, Terms: 1}, vectortest.Function("relu"))
	exp := vectortest.Map("exp", 16, 2, 8, func(x kernel.Expr) kernel.Expr { return vectortest.Call("exp", x) })
	for name, c := range map[string]vectortest.Case{"dense": dense, "exp": exp} {
		for _, machine := range targets {
			f, err := vector.Compile(c.Func, machine, vector.Float32)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+"_"+machine.Name+".txt", f.String())
		}
	}
}

// TestRegistersOfTile counts what a tile of 6 rows and 2 vectors takes of AVX2: 12 sums, 2 weights, one input.
func TestRegistersOfTile(t *testing.T) {
	t.Parallel()
	c := vectortest.Forward(vectortest.Shape{Rows: 6, In: 8, Out: 16, Height: 6, Count: 2, Wide: 8, Terms: 1}, vectortest.Function("relu"))
	f, err := vector.Compile(c.Func, target.AVX2, vector.Float32)
	if err != nil {
		t.Fatal(err)
	}
	most := 0
	for _, r := range f.Regs {
		if r.Class == vector.Vector {
			most = max(most, r.Place+1)
		}
	}
	if most != 15 {
		t.Errorf("the tile takes %d registers, want 15\n%v", most, f)
	}
}
