package gen_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// TestExplain compares the derivation of an example with its generated code: formulas, names and schedules stand there, the
// parameters follow each other, and the sums are those of the layers.
func TestExplain(t *testing.T) {
	for _, name := range []string{"iris", "mazur", "digits", "mnist"} {
		m, err := spec.Parse(name+".yaml", []byte(committed()[name+".yaml"]))
		if err != nil {
			t.Fatal(err)
		}
		e, err := gen.Explain(m)
		if err != nil {
			t.Fatal(err)
		}
		code := ""
		for _, file := range []string{"forward.go", name + "train/backward.go"} {
			text, err := os.ReadFile(filepath.Join("..", "generated", name, filepath.FromSlash(file)))
			if err != nil {
				t.Fatal(err)
			}
			code += string(text)
		}
		code = strings.Join(strings.Fields(strings.ReplaceAll(code, "//", "")), " ") // without the breaks of comments
		offset, forward, step := 0, 0, e.Loss.MultiplyAdds
		functions := []*gen.Function{&e.Loss}
		for _, l := range e.Layers {
			for _, tensor := range l.Tensors {
				if tensor.Offset != offset {
					t.Errorf("%s: %s.%s is at %d, want %d", name, l.Name, tensor.Name, tensor.Offset, offset)
				}
				offset += tensor.Length
			}
			functions = append(functions, l.Forward, l.Backward)
			forward += l.Forward.MultiplyAdds
			step += l.Forward.MultiplyAdds + l.Backward.MultiplyAdds
		}
		if e.Parameters != offset || e.Forward != forward || e.Step != step {
			t.Errorf("%s: %d parameters, %d and %d multiply-adds; the layers have %d, %d and %d", name, e.Parameters, e.Forward, e.Step, offset, forward, step)
		}
		for _, f := range functions {
			for _, line := range append(slices.Clone(f.Formulas), "func "+f.Name+"(", "Schedule: "+f.Schedule) {
				if !strings.Contains(code, strings.Join(strings.Fields(line), " ")) {
					t.Errorf("%s: the generated code does not say %q", name, line)
				}
			}
			if len(f.Formulas) == 0 {
				t.Errorf("%s: %s has no formulas", name, f.Name)
			}
		}
	}
}
