package explain

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/specs"
)

// TestGolden compares derivations with the files that hold them; UPDATE=1 writes the files.
func TestGolden(t *testing.T) {
	for _, name := range []string{"iris", "mazur", "digits"} {
		e := derivation(t, name)
		golden(t, name+".txt", Text, e)
		golden(t, name+".md", Markdown, e)
	}
}

// derivation explains one of the examples.
func derivation(t *testing.T, name string) *gen.Explanation {
	t.Helper()
	text, err := specs.Files.ReadFile(name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := spec.Parse(name+".yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	e, err := gen.Explain(m)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func golden(t *testing.T, name string, print func(io.Writer, *gen.Explanation) error, e *gen.Explanation) {
	t.Helper()
	var got bytes.Buffer
	if err := print(&got, e); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, got.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (−want +got; UPDATE=1 go test writes it):\n%s", path, diff)
	}
}

// TestPlural counts.
func TestPlural(t *testing.T) {
	if got := plural(1, "row") + ", " + plural(2, "row") + ", " + plural(0, "row"); got != "1 row, 2 rows, 0 rows" {
		t.Errorf("got %s", got)
	}
}

// TestNoVectorCode says that there is none.
func TestNoVectorCode(t *testing.T) {
	var out bytes.Buffer
	if err := Text(&out, &gen.Explanation{Network: "net", Precision: "float32"}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "No vector code") {
		t.Errorf("got %s", out.String())
	}
}
