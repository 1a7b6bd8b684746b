package gen_test

import (
	"testing"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// TestGeneratedTests writes the packages of networks of many kinds into a module of their own, and vets and tests them
// there, as their users would.
func TestGeneratedTests(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles packages")
	}
	t.Parallel()
	many := newDependent(t.TempDir(), "example.com/many")
	for _, text := range manySpecs {
		m, err := spec.Parse("many.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		files, err := gen.Generate(m, gen.Options{ImportPath: "example.com/many", Source: "many.yaml"})
		if err != nil {
			t.Fatal(err)
		}
		many.add(files)
	}
	for _, args := range [][]string{{"vet", "./..."}, {"test", "./..."}} {
		if out, err := many.command(args...).CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", args[0], err, out)
		}
	}
}
