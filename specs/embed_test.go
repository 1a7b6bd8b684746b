package specs

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestData checks that the embedded data sets are whole.
func TestData(t *testing.T) {
	tests := []struct {
		file          string
		rows, columns int
		classes       string // name×rows of the last column; "" for numbers
	}{
		{"houses.csv", 400, 3, ""},
		{"iris.csv", 150, 5, "setosa×50 versicolor×50 virginica×50"},
		{"digits.csv.gz", 1797, 65, "0×178 1×182 2×177 3×183 4×181 5×182 6×181 7×179 8×174 9×180"},
		{"wine.csv", 178, 14, "class_0×59 class_1×71 class_2×48"},
		{"breast_cancer.csv", 569, 31, "benign×357 malignant×212"},
		{"diabetes.csv", 442, 11, ""},
	}
	for _, test := range tests {
		records := readCSV(t, test.file)
		if got := len(records) - 1; got != test.rows {
			t.Errorf("%s has %d rows, want %d", test.file, got, test.rows)
		}
		if got := len(records[0]); got != test.columns {
			t.Errorf("%s has %d columns, want %d", test.file, got, test.columns)
		}
		if got := count(records[1:]); test.classes != "" && got != test.classes {
			t.Errorf("%s has the classes %s, want %s", test.file, got, test.classes)
		}
	}
}

// readCSV returns all records of an embedded file; the reader checks that they
// have the length of the header.
func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := Files.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	records, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// count returns how often each text is in the last column, sorted.
func count(records [][]string) string {
	rows := map[string]int{}
	for _, r := range records {
		rows[r[len(r)-1]]++
	}
	var texts []string
	for _, class := range slices.Sorted(maps.Keys(rows)) {
		texts = append(texts, fmt.Sprintf("%s×%d", class, rows[class]))
	}
	return strings.Join(texts, " ")
}

// TestNotEmbedded checks that data which users bring stays out.
func TestNotEmbedded(t *testing.T) {
	names, err := fs.Glob(Files, "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasPrefix(name, "seeds.csv") || strings.HasPrefix(name, "mnist.csv") {
			t.Errorf("%s is embedded", name)
		}
	}
}
