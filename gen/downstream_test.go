package gen_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, content []byte) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", fmt.Appendf(nil, "module example.com/many\n\ngo 1.25\n\nrequire %s v0.0.0\n\nreplace %s => %s\n", module[:len(module)-1], module[:len(module)-1], root))
	for _, text := range manySpecs {
		m, err := spec.Parse("many.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		files, err := gen.Generate(m, gen.Options{ImportPath: "example.com/many", Source: "many.yaml"})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			write(f.Path, f.Content)
		}
	}
	for _, args := range [][]string{{"vet", "./..."}, {"test", "./..."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", args[0], err, out)
		}
	}
}
