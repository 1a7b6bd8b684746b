package runtime

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var ab = Columns{Features: []Feature{{Name: "a"}, {Name: "b"}}}

func TestReadCSV(t *testing.T) {
	species := Columns{Label: "kind", Classes: []string{"cat", "dog"}}
	for _, test := range []struct {
		name    string
		text    string
		columns Columns
		want    Table
	}{
		{"features by name, in their order", "b,c,a\n1,x,2\n3,,4\n", ab, Table{X: [][]float64{{2, 1}, {4, 3}}}},
		{"all but the label", "x,kind,y\n1,cat,2\n3,dog,4\n", species, Table{X: [][]float64{{1, 2}, {3, 4}}, Class: []int{0, 1}}},
		{"labels by index", "x,kind\n1,1\n3,0\n", species, Table{X: [][]float64{{1}, {3}}, Class: []int{1, 0}}},
		{
			"names that are numbers are names", "x,kind\n1,1\n3,2\n", Columns{Label: "kind", Classes: []string{"1", "2"}},
			Table{X: [][]float64{{1}, {3}}, Class: []int{0, 1}},
		},
		{
			"targets", "p,x,q\n1,2,3\n", Columns{Targets: []string{"q", "p"}, Size: 1},
			Table{X: [][]float64{{2}}, Y: [][]float64{{3, 1}}},
		},
		{"byte order mark, CRLF, blank lines, no newline at the end", "\ufeffa,b\r\n\r\n1,2\r\n  \r\n3,4", ab, Table{X: [][]float64{{1, 2}, {3, 4}}}},
		{"quotes and spaces", "\"a\" ,\t\"b\"\n \"1\", 2 \n", ab, Table{X: [][]float64{{1, 2}}}},
		{
			"quoted comma and quote", "x,kind\n1,\"a,\"\"b\"\"\"\n", Columns{Label: "kind", Classes: []string{"c", `a,"b"`}},
			Table{X: [][]float64{{1}}, Class: []int{1}},
		},
		{"numbers", "a,b\n+1.5e3,-.5\n007,2.\n", ab, Table{X: [][]float64{{1500, -0.5}, {7, 2}}}},
		{"columns named by numbers", "0,1,kind\n5,6,dog\n", species, Table{X: [][]float64{{5, 6}}, Class: []int{1}}},
		{"all columns named by numbers", "1,2\n5,6\n", Columns{Features: []Feature{{Name: "2"}}, Targets: []string{"1"}}, Table{X: [][]float64{{6}}, Y: [][]float64{{5}}}},
		{"same name twice, not wanted", "a,c,c,b\n1,2,3,4\n", ab, Table{X: [][]float64{{1, 4}}}},
	} {
		got, err := ReadCSV(strings.NewReader(test.text), "f.csv", test.columns)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		} else if !reflect.DeepEqual(*got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.name, *got, test.want)
		}
	}
}

// flowers has a column of every kind.
var flowers = Columns{Features: []Feature{
	{Name: "hue", Levels: []string{"red", "7"}}, {Name: "age"}, {Name: "wild", Boolean: true}, {Name: "soil", Levels: []string{"wet", "dry"}, Unknown: true},
}}

func TestReadCSVKinds(t *testing.T) {
	got, err := ReadCSV(strings.NewReader("age,wild,soil,hue\n5,true,dry,red\n6,0,sand,7\n"), "f.csv", flowers)
	want := Table{X: [][]float64{{1, 0, 5, 1, 0, 1, 0}, {0, 1, 6, 0, 0, 0, 1}}}
	if err != nil || !reflect.DeepEqual(*got, want) {
		t.Errorf("got %v (%v), want %v", got, err, want)
	}
	_, err = ReadCSV(strings.NewReader("age,wild,soil,hue\n5,yes,,blue\n"), "f.csv", flowers)
	const wantErr = "f.csv:2:8: hue: is \"blue\", want one of \"red\", \"7\"\nf.csv:2:3: wild: is \"yes\", want true or false"
	if err == nil || err.Error() != wantErr {
		t.Errorf("got\n%v\nwant\n%s", err, wantErr)
	}
}

func TestReadCSVErrors(t *testing.T) {
	species := Columns{Features: []Feature{{Name: "a"}}, Label: "kind", Classes: []string{"cat", "dog"}}
	for _, test := range []struct {
		text    string
		columns Columns
		want    string
	}{
		{"", ab, "f.csv:1:1: file is empty, want a header and rows"},
		{"a,b\n", ab, "f.csv:1:1: no rows follow the header"},
		{"1,2\n3,4\n", ab, "f.csv:1:1: first line is a row of numbers, want the names of the columns"},
		{"a;b\n1;2\n", ab, "f.csv:1:1: a: column is missing, the header has \"a;b\"\nf.csv:1:1: b: column is missing, the header has \"a;b\""},
		{"b,a,c,a\n1,2,3,4\n", ab, "f.csv:1:7: a: column is there twice"},
		{"a,b,c\n1,2,3\n", Columns{Size: 2}, "f.csv:1:1: header has 3 columns for features, want 2"},
		{"\xff\xfea\x00", ab, "f.csv:1:1: file is not text in UTF-8"},
		{"a,b\n1\n1,2,3\n", ab, "f.csv:2:1: row has 1 fields, want 2 as in the header\nf.csv:3:5: row has 3 fields, want 2 as in the header"},
		{"a,b\n1,\n x , ?\n", ab, "f.csv:2:3: b: is empty, want a number\nf.csv:3:2: a: is \"x\", want a number\nf.csv:3:6: b: is \"?\", want a number"},
		{"a,b\n1,\"2\n3,4\n", ab, "f.csv:2:3: quote is not closed on its line"},
		{"a,b\n1,\"2\"3\n", ab, "f.csv:2:6: text follows a closing quote, want a comma"},
		{"\"a,b\n1,2\n", ab, "f.csv:1:1: quote is not closed on its line"},
		{"a,b\n1e999,1e-999\n", ab, "f.csv:2:1: a: is \"1e999\", too large for a number\nf.csv:2:7: b: is \"1e-999\", too small for a number other than 0"},
		{"a,b\n1e39,1\n", Columns{Features: []Feature{{Name: "a"}}, Float32: true}, "f.csv:2:1: a: is \"1e39\", too large for float32"},
		{"a,kind\n1,cow\n2,1\n", species, "f.csv:2:3: kind: is \"cow\", want one of \"cat\", \"dog\"\nf.csv:3:3: kind: is \"1\", want one of \"cat\", \"dog\""},
		{
			"a,kind\n1,1\n2,2\n3,cat\n", species,
			"f.csv:3:3: kind: is \"2\", want the index of a class, 0 to 1, as in the first row\n" +
				"f.csv:4:3: kind: is \"cat\", want the index of a class, 0 to 1, as in the first row",
		},
		{"a,b\n1,2\n" + strings.Repeat("1", maxLineBytes) + "\n", ab, "f.csv:3:1: line is longer than 4194304 bytes"},
	} {
		_, err := ReadCSV(strings.NewReader(test.text), "f.csv", test.columns)
		if err == nil || err.Error() != test.want {
			t.Errorf("%.40q: got\n%v\nwant\n%s", test.text, err, test.want)
		}
	}
}

func TestReadCSVKeepsTenErrors(t *testing.T) {
	_, err := ReadCSV(strings.NewReader("a,b\n"+strings.Repeat("1,?\n", 25)), "f.csv", ab)
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 11 || lines[10] != "f.csv: and 15 more errors" {
		t.Errorf("got %s", err)
	}
}

func TestMissingColumnIsErrNoColumn(t *testing.T) {
	for text, want := range map[string]bool{"a,c\n1,2\n": true, "a,b\n1,?\n": false} {
		if _, err := ReadCSV(strings.NewReader(text), "f.csv", ab); errors.Is(err, ErrNoColumn) != want {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

// What ParseFloat takes beyond the grammar is refused; the rest has its value.
func TestParseNumber(t *testing.T) {
	for _, s := range []string{"NaN", "inf", "-Infinity", "0x10", "1_0", "1e", "1e+", ".", "-", "+.e1", "1.2.3", "1 2", "--1", "١", "1,5", "1f"} {
		if v, problem := parseNumber(s); problem == "" {
			t.Errorf("%q: got %v, want a refusal", s, v)
		}
	}
	for s, want := range map[string]float64{"0": 0, "-0.0e5": 0, "0e-999": 0, "5e-324": 5e-324, "1.E2": 100, "00012": 12} {
		if v, problem := parseNumber(s); problem != "" || v != want {
			t.Errorf("%q: got %v and %q, want %v", s, v, problem, want)
		}
	}
}

// Any text is either read or refused, without a panic; fields that were quoted come back.
func TestSplitFieldsInverts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.StringMatching(`[a-c ,"]{0,6}`), 1, 6).Draw(t, "fields")
		var quoted []string
		for _, s := range want {
			quoted = append(quoted, `"`+strings.ReplaceAll(s, `"`, `""`)+`"`)
		}
		fields, bad := splitFields(nil, strings.Join(quoted, " , "))
		if bad != nil {
			t.Fatal(bad)
		}
		var got []string
		for _, f := range fields {
			got = append(got, f.text)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func FuzzReadCSV(f *testing.F) {
	f.Add("a,b\n1,\"2\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := ReadCSV(strings.NewReader(text), "f.csv", ab)
		if err != nil {
			return
		}
		for _, x := range table.X {
			if len(x) != 2 || !allFinite(x) {
				t.Errorf("%q: got the row %v", text, x)
			}
		}
	})
}

func TestReadCSVFile(t *testing.T) {
	text := "a,b\n1,2\n"
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(text))
	z.Close()
	dir := t.TempDir()
	for name, contents := range map[string]string{
		"plain.csv": text, "packed.csv.gz": packed.String(), "short.csv.gz": packed.String()[:packed.Len()-5], "not.csv.gz": strings.Repeat(text, 9),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(contents), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"plain.csv": "", "packed.csv.gz": "", "short.csv.gz": "short.csv.gz:3: unexpected EOF",
		"not.csv.gz": "not.csv.gz: gzip: invalid header", "none.csv": "no such file",
	} {
		table, err := ReadCSVFile(filepath.Join(dir, name), ab)
		switch {
		case want == "" && (err != nil || !reflect.DeepEqual(table.X, [][]float64{{1, 2}})):
			t.Errorf("%s: got %+v, %v", name, table, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
	if _, err := OpenCSV(filepath.Join(dir, "none.csv.gz")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
