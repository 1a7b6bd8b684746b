package rows

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/source"
	"github.com/chainrule-go/chainrule/gen/spec"
)

func TestFile(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, path := range []string{"specs/a.csv", "b.csv"} {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		data    spec.Data
		given   string
		want    string
		missing bool
	}{
		{spec.Data{CSV: "a.csv"}, "", "specs/a.csv", false},
		{spec.Data{CSV: "../b.csv"}, "", "b.csv", false},
		{spec.Data{CSV: filepath.Join(dir, "b.csv")}, "", filepath.Join(dir, "b.csv"), false},
		{spec.Data{CSV: "a.csv"}, "b.csv", "b.csv", false},
		{spec.Data{Rows: [][]float64{{1}}}, "", "", false},
		{spec.Data{Rows: [][]float64{{1}}}, "b.csv", "b.csv", false},
		{spec.Data{CSV: "b.csv"}, "", "", true},
		{spec.Data{CSV: "a.csv"}, "a.csv", "", true},
		{spec.Data{}, "", "", true},
	}
	for _, test := range tests {
		s := &source.Spec{File: filepath.Join("specs", "m.yaml"), Model: &spec.Model{Train: spec.Train{Data: test.data}}}
		got, err := File(s, test.given)
		if got != filepath.FromSlash(test.want) || (exit.Of(err) == exit.Data) != test.missing || (err != nil) != test.missing {
			t.Errorf("File(%+v, %q) = %q, %v, want %q, missing %v", test.data, test.given, got, err, test.want, test.missing)
		}
	}
}

func TestMissing(t *testing.T) {
	flowers := &spec.Model{
		Input:  spec.Input{Features: []spec.Feature{{Name: "length"}, {Name: "width"}}, Size: 2},
		Output: spec.Output{Classes: []string{"rose", "tulip"}},
		Train:  spec.Train{Data: spec.Data{Label: "kind"}},
	}
	images := &spec.Model{Input: spec.Input{Size: 784}, Output: spec.Output{Targets: []spec.Target{{Name: "age"}, {Name: "price"}}}}
	const form = "none\nIt is a file .csv or .csv.gz with a header line and these columns, in any order:\n    "
	tests := []struct {
		source *source.Spec
		want   string
	}{
		{&source.Spec{Model: flowers}, form + "length,width,kind\nwhere kind is one of: rose, tulip\n"},
		{&source.Spec{File: "f.yaml", Text: []byte("# Ask\n# a gardener.\n"), Model: flowers},
			form + "length,width,kind\nwhere kind is one of: rose, tulip\nf.yaml says:\n    Ask\n    a gardener.\n"},
		{&source.Spec{Model: images}, form + "(784 columns of inputs, of any name, in their order),age,price\n"},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, Missing(test.source, "none").Error()); diff != "" {
			t.Error(diff)
		}
	}
}
