package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestSets converts a few rows of every set in the form of its publisher.
func TestSets(t *testing.T) {
	folder := t.TempDir()
	for name, text := range sources(t) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct{ set, header, last string }{
		{"iris", "sepal_length,sepal_width,petal_length,petal_width,species", "5.9,3.0,5.1,1.8,virginica"},
		{"digits", "pixel_0_0,pixel_0_1,", ",8"},
		{"wine", "alcohol,malic_acid,ash,", ",class_1"},
		{"breast_cancer", "mean_radius,mean_texture,", ",benign"},
		{"diabetes", "age,sex,bmi,bp,s1,s2,s3,s4,s5,s6,progression", "48,1,21.6,87.0,183,103.2,70.0,3.0,3.8918,69,75"},
		{"seeds", "area,perimeter,compactness,", "14.88,14.57,0.8811,5.554,3.333,1.018,4.956,canadian"},
		{"mnist", "pixel_0_0,pixel_0_1,", ",1,7"},
	}
	for i, test := range tests {
		t.Run(test.set, func(t *testing.T) {
			table, err := sets[i].read(folder)
			if err != nil {
				t.Fatal(err)
			}
			if err := table.check(); err != nil {
				t.Fatal(err)
			}
			text := string(table.encode())
			if !strings.HasPrefix(text, test.header) || !strings.HasSuffix(text, test.last+"\n") {
				t.Errorf("got %s\nwant %s … %s", text, test.header, test.last)
			}
			if sets[i].name != test.set {
				t.Errorf("set %d is %s, want %s", i, sets[i].name, test.set)
			}
		})
	}
}

// sources returns files of two rows each.
func sources(t *testing.T) map[string]string {
	t.Helper()
	row := func(n int, separator, last string) string { return strings.Repeat("1"+separator, n) + last + "\n" }
	image := strings.Repeat("\x00", 783) + "\xff"
	idx := func(count byte) string {
		return "\x00\x00\x08\x03\x00\x00\x00" + string(rune(count)) + "\x00\x00\x00\x1c\x00\x00\x00\x1c"
	}
	return map[string]string{
		"iris.csv":                  "2,4,setosa,versicolor,virginica\n5.1,3.5,1.4,0.2,0\n5.9,3.0,5.1,1.8,2\n",
		"digits.csv.gz":             string(compress([]byte(row(64, ",", "0") + row(64, ",", "8")))),
		"wine_data.csv":             "2,13,class_0,class_1,class_2\n" + row(13, ",", "0") + row(13, ",", "1"),
		"breast_cancer.csv":         "2,30,malignant,benign\n" + row(30, ",", "0") + row(30, ",", "1"),
		"diabetes_data_raw.csv.gz":  string(compress([]byte("59 2 32.1 101.0 157 93.2 38.0 4.0 4.8598 87\n48 1 21.6 87.0 183 103.2 70.0 3.0 3.8918 69\n"))),
		"diabetes_target.csv.gz":    string(compress([]byte("1.510000000000000000e+02\n7.500000000000000000e+01\n"))),
		"seeds_dataset.txt":         "15.26\t14.84\t0.871\t5.763\t3.312\t2.221\t5.22\t1\n14.88\t14.57\t0.8811\t5.554\t\t3.333\t1.018\t4.956\t3\n",
		"train-images-idx3-ubyte":   idx(2) + image + image,
		"train-labels-idx1-ubyte":   "\x00\x00\x08\x01\x00\x00\x00\x02\x05\x00",
		"t10k-images-idx3-ubyte.gz": string(compress([]byte(idx(1) + image))),
		"t10k-labels-idx1-ubyte.gz": string(compress([]byte("\x00\x00\x08\x01\x00\x00\x00\x01\x07"))),
	}
}

func TestBadSources(t *testing.T) {
	tests := []struct{ file, text, set, want string }{
		{"iris.csv", "3,4,setosa,versicolor\n1,2,3,4,0\n", "iris", "does not start with rows,features,classes"},
		{"iris.csv", "1,4,setosa,versicolor\n1,2,3,4,2\n", "iris", `row 1: class "2", want 0 to 1`},
		{"iris.csv", "1,4,setosa,versicolor\n1,2,3,0\n", "iris", "row 1 has 4 fields, want 5"},
		{"seeds_dataset.txt", "1 2 3 4 5 6 7 0\n", "seeds", `row 1: class "0", want 1 to 3`},
		{"train-images-idx3-ubyte", "\x00\x00\x08\x01", "mnist", "no IDX file"},
		{"train-images-idx3-ubyte", "\x00\x00\x08\x03\xff\xff\xff\xff\x00\x00\x00\x1c\x00\x00\x00\x1c", "mnist", "0 bytes of elements"},
		{"digits.csv.gz", "this is no gzip file", "digits", "gzip: invalid header"},
		{"digits.csv", "1", "digits", "no such file"},
		{"a", "", "roses", `unknown set "roses"`},
	}
	for _, test := range tests {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, test.file), []byte(test.text), 0o644); err != nil {
			t.Fatal(err)
		}
		err := convert(folder, t.TempDir(), []string{test.set})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s from %q: %v, want %s", test.set, test.text, err, test.want)
		}
	}
}

// TestCompress checks that packed files depend on their contents alone.
func TestCompress(t *testing.T) {
	text := []byte(strings.Repeat("0,1,2,3\n", 1000))
	packed := compress(text)
	if !bytes.Equal(packed, compress(text)) {
		t.Error("the same text gives different bytes")
	}
	if time := packed[4:8]; !bytes.Equal(time, make([]byte, 4)) || packed[3] != 0 {
		t.Errorf("the header has the flags %#x and the time %v, want none", packed[3], time)
	}
}

// TestHouses checks that the committed file is what the generator makes, and
// that its formula explains 98 % of the variance: the best possible R².
func TestHouses(t *testing.T) {
	made := makeHouses()
	committed, err := os.ReadFile("../houses.csv")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, made.encode()) {
		t.Error("houses.csv is not what makeHouses makes")
	}
	var rest, price []float64
	for _, row := range made.rows {
		h := house{number(t, row[0]), number(t, row[1])}
		price = append(price, number(t, row[2]))
		rest = append(rest, number(t, row[2])-h.price())
	}
	center(price)
	if r2 := 1 - dot(rest, rest)/dot(price, price); math.Abs(r2-0.98) > 1e-4 {
		t.Errorf("the formula has an R² of %.5f, want 0.98", r2)
	}
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
