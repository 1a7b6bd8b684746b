package scaffold

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chainrule-go/chainrule/gen/spec"
)

// writeCSV writes a file and returns its path and that of a spec beside it.
func writeCSV(t *testing.T, text string) (file, specFile string) {
	t.Helper()
	dir := t.TempDir()
	file = filepath.Join(dir, "data.csv")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return file, filepath.Join(dir, "flower.yaml")
}

// TestSpec looks at what is made of columns.
func TestSpec(t *testing.T) {
	for _, test := range []struct {
		name, csv, label           string
		features, classes, targets []string
		dataLabel                  string
		omitted                    []string
	}{
		{name: "words", csv: "a,b,kind\n1,2.5,x\n2,3,y\n", features: []string{"a", "b"}, classes: []string{"x", "y"}, dataLabel: "kind"},
		{name: "label by its name", csv: "\ufeffSpecies, a\nx,1\nno,2\n", features: []string{"a"}, classes: []string{"no", "x"}, dataLabel: "Species"},
		{name: "few integers", csv: "a,b\n1,10\n2,9\n3,10\n", features: []string{"a"}, classes: []string{"9", "10"}, dataLabel: "b"},
		{name: "numbers", csv: "a,b\n1,10.5\n2,9\n", features: []string{"a"}, targets: []string{"b"}},
		{name: "label given", csv: "a,b\n1.5,x\n2,y\n", label: "a", features: []string{"b categorical x|y"}, targets: []string{"a"}},
		{name: "nothing to learn from", csv: "a,b\n1,x\n1,y\n"},
		{name: "kinds", csv: "a,b,c\ntrue,10,x\nfalse,9 m,y\n", features: []string{"a boolean", "b categorical 10|9 m"}, classes: []string{"x", "y"}, dataLabel: "c"},
		{name: "left out", csv: "id,same,gap,word,a b,a_b,y\n1,5,,é,1,2,0\n2,5,1,è,2,3,1\n", features: []string{"word categorical è|é", "a b"}, classes: []string{"0", "1"}, dataLabel: "y",
			omitted: []string{`"id" numbers the rows`, `"same" is the same in all rows`, `"gap" is empty in 1 rows`, `"a_b" .*as \\?"a b\\?" does`}},
		{name: "hostile names", csv: "\"a: {}\",\"# x\",\"x\t//go:generate rm\",class\n1,2,3,\"- z\"\n2,1,4,\"&a\"\n", features: []string{"a: {}", "# x"}, classes: []string{"&a", "- z"},
			dataLabel: "class", omitted: []string{`printable`}},
	} {
		file, specFile := writeCSV(t, test.csv)
		text, err := Spec(specFile, file, test.label)
		if test.features == nil {
			if err == nil || !strings.Contains(err.Error(), "has no column to learn from") {
				t.Errorf("%s: error is %v", test.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		m, err := spec.Parse(specFile, text)
		if err != nil {
			t.Errorf("%s: %v\n%s", test.name, err, text)
			continue
		}
		got := [][]string{names(m.Input.Features), m.Output.Classes, m.Output.TargetNames(), {m.Train.Data.CSV, m.Train.Data.Label}}
		if diff := cmp.Diff([][]string{test.features, test.classes, test.targets, {"data.csv", test.dataLabel}}, got); diff != "" {
			t.Errorf("%s: %s\n%s", test.name, diff, text)
		}
		for _, o := range test.omitted {
			if !regexp.MustCompile(o).Match(text) {
				t.Errorf("%s: does not say %s\n%s", test.name, o, text)
			}
		}
	}
}

// TestSpecErrors looks at what is said about files from which nothing can be learned.
func TestSpecErrors(t *testing.T) {
	many := "a,b\n"
	for i := range maxValues + 1 {
		many += fmt.Sprintf("%d,word%d\n", i, i)
	}
	for _, test := range []struct{ name, csv, label, want string }{
		{"empty", "", "", `data\.csv:1:1: file is empty`},
		{"no rows", "a,b\n", "", `data\.csv:2:1: no rows follow the header`},
		{"no header", "1,2\n3,4\n", "", `data\.csv:1:1: first line is a row of numbers`},
		{"short row", "a,b\n1\n", "", `data\.csv:2:1: wrong number of fields`},
		{"quote", "a,b\n1,\"2\n", "", `data\.csv:\d:\d+: extraneous or missing " in quoted-field`},
		{"no such label", "a,b\n1,2\n", "c", `data\.csv:1:1: has no column "c", want --label with one of: a, b`},
		{"one class", "a,b\n1,x\n2,x\n", "", `column b, to be predicted, is the same in all rows`},
		{"label with gaps", "a,b\n1,x\n2,\n", "", `column b, to be predicted, is empty in 1 rows`},
		{"words", many, "", `column b, to be predicted, has more than 1000 different words`},
	} {
		file, specFile := writeCSV(t, test.csv)
		_, err := Spec(specFile, file, test.label)
		if err == nil || !regexp.MustCompile(test.want).MatchString(err.Error()) {
			t.Errorf("%s: error is %v, want %s", test.name, err, test.want)
		}
	}
}

// TestWrite writes into folders with and without files.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "My Garden-2")
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	w, err := Write(filepath.Join(dir, "one.yaml"), []byte("one"))
	if err != nil || len(w.Files) != 3 || w.Directive != "" {
		t.Fatalf("wrote %v, error %v, want three files", w, err)
	}
	const first = "// Package mygarden2 has the network of one.yaml.\npackage mygarden2\n\n//go:generate go tool chainrule generate one.yaml\n"
	if got := read("gen.go"); got != first {
		t.Errorf("gen.go is %q, want %q", got, first)
	}
	w, err = Write(filepath.Join(dir, "two.yaml"), []byte("two"))
	if err != nil || len(w.Files) != 1 || w.Directive != "//go:generate go tool chainrule generate two.yaml" {
		t.Errorf("wrote %v, error %v, want the spec, and the line for gen.go", w, err)
	}
	if _, err = Write(filepath.Join(dir, "one.yaml"), []byte("other")); err == nil || !strings.Contains(err.Error(), "one.yaml: is there already") {
		t.Errorf("error is %v, want that the spec is there", err)
	}
	if read("one.yaml") != "one" || read("gen.go") != first {
		t.Error("a file was overwritten")
	}
	if err := os.Remove(filepath.Join(dir, "gen.go")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(filepath.Join(dir, "three.yaml"), nil); err != nil {
		t.Fatal(err)
	}
	if got := read("gen.go"); !strings.Contains(got, "\npackage main\n") {
		t.Errorf("gen.go is %q, want it in package main", got)
	}
}

// names returns features as text.
func names(features []spec.Feature) []string {
	var all []string
	for _, f := range features {
		name := f.Name
		if f.Kind != spec.Number {
			name += strings.TrimRight(" "+f.Kind+" "+strings.Join(f.Levels, "|"), " ")
		}
		all = append(all, name)
	}
	return all
}
