package amd64_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/amd64"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
)

// TestAssembly compares the files of two small kernels with those in testdata; UPDATE=1 writes them.
func TestAssembly(t *testing.T) {
	t.Parallel()
	dense := vectortest.Forward(vectortest.Shape{Rows: 4, In: 3, Out: 21, Height: 2, Count: 2, Wide: 8, Terms: 1}, vectortest.Function("relu"))
	turns := vectortest.Turns(6, 4, 11, 8)
	turns.Func.Summary = "adds 3·rate·x to y, in as many rows as there are."
	exp := vectortest.Map("exp", 4, 1, 4, func(x kernel.Expr) kernel.Expr { return vectortest.Call("exp", x) })
	for _, machine := range []*target.Vector{target.AVX2, target.AVX512} {
		var kernels []amd64.Kernel
		for _, c := range []vectortest.Case{dense, turns, exp} {
			f, err := vector.Compile(c.Func, machine, vector.Float32)
			if err != nil {
				t.Fatal(err)
			}
			kernels = append(kernels, amd64.Kernel{Name: "test" + c.Func.Name, Func: f})
		}
		const header = "// Code of a test.\n\n"
		for path, got := range map[string]string{
			machine.Name + "_amd64.s.txt": amd64.Assembly(header, kernels), machine.Name + "_amd64.go.txt": amd64.Stubs(header, "test", kernels),
		} {
			golden(t, filepath.Join("testdata", path), got)
		}
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
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
