package spec

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"
)

// repeat returns n times item as a YAML list.
func repeat(n int, item string) string { return "[" + strings.Repeat(item+",", n-1) + item + "]" }

// numbered returns the list [p0, p1, …].
func numbered(prefix string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s%d,", prefix, i)
	}
	return "[" + b.String() + "]"
}

// TestLimits checks what is refused as a whole: too large, too deep, no text.
// None of it may take long.
func TestLimits(t *testing.T) {
	const rest = "name: n_1\noutput: {targets: [y]}\nloss: huber\n"
	const small = rest + "input: {features: [a]}\n"
	tests := []struct{ name, text, want string }{
		{"empty", "", "s.yaml:1:1: is empty, want a mapping with the keys name,"},
		{"comment", "# nothing\n", "s.yaml:1:1: is empty, want a mapping"},
		{"marker", "---\n", "s.yaml:2:1: is empty, want a mapping"},
		{"scalar", "42", "s.yaml:1:1: is 42, want a mapping"},
		{"list", "[1]", "s.yaml:1:1: is a list, want a mapping"},
		{"two empty documents", "---\n---\n", "s.yaml:2:1: starts a second document, want one per file"},
		{"binary", "name: a\x00", "s.yaml:1:8: holds the control character U+0000, want plain text"},
		{"gzip", "\x1f\x8b\x08", "s.yaml:1:1: holds the control character U+001F, want plain text"},
		{"not UTF-8", "name: a\nb\xff: 1", "s.yaml:2:2: holds the byte 0xff, want UTF-8 text"},
		{"UTF-16", "\xff\xfen\x00", "s.yaml:1:1: holds the byte 0xff, want UTF-8 text"},
		{"line separator", "name: a\u2028b", "s.yaml:1:8: holds the control character U+2028"},
		{"carriage return", "a: 1\r\nb: 2\rc: 3", "s.yaml:2:5: holds the control character U+000D"},
		{"byte order mark", "\ufeffa: 1\ufeff", "s.yaml:1:5: holds the control character U+FEFF"},
		{"bytes", strings.Repeat("#", 1<<20+1), "s.yaml:1:1: has 1048577 bytes, want at most 1048576"},
		{"most bytes", strings.Repeat("#", 1<<20), "s.yaml:1:1: is empty"},
		{"depth", strings.Repeat("[", 65) + strings.Repeat("]", 65), "s.yaml:1:65: [0][0][0]"},
		{"bottomless", strings.Repeat("[", 1<<19) + strings.Repeat("]", 1<<19), "s.yaml:1:1: is no YAML: exceeded max depth"},
		{"bottomless block", strings.Repeat("- ", 1<<19), "s.yaml:1:1: is no YAML: exceeded max depth"},
		{"directive", "%YAML 1.1\n---\n" + small, "s.yaml:3:1: layers: is missing"},
		{"layers", small + "layers: " + repeat(65, "{dropout: 0}"), "s.yaml:5:9: layers: holds 65 layers, want at most 64"},
		{"features", rest + "input: {features: " + numbered("f", 16385) + "}", "s.yaml:4:19: input.features: holds 16385 features, want at most 16384"},
		{"shape", rest + "input: {shape: [16385]}", "s.yaml:4:17: input.shape[0]: is 16385, want at most 16384"},
		{"units", small + "layers: [dense: {units: 16385}]", "s.yaml:5:25: layers[0].dense.units: is 16385, want at most 16384"},
		{"classes", "name: n_1\noutput: {classes: " + numbered("c", 16385) + "}", "s.yaml:2:19: output.classes: holds 16385 classes, want at most 16384"},
		{"levels", rest + "input: {features: [{name: a, kind: categorical, levels: " + numbered("l", 251) + "}]}", "levels: holds 251 levels, want at most 250"},
		{"wide levels", rest + "input: {features: [" + strings.Repeat("{name: a, kind: categorical, levels: "+numbered("l", 250)+"},", 66) + "]}", "input.features: make 16500 inputs, one for each level, want at most 16384"},
		{"epochs", small + "train: {epochs: 10000001}", "train.epochs: is 10000001, want at most 10000000"},
		{"rows", small + "train: {data: {rows: " + repeat(10001, "[1, 2]") + "}}", "s.yaml:5:22: train.data.rows: holds 10001 rows, want at most 10000"},
		{"keys", numbered("{k", 1) + "\n", "s.yaml:1:1: is no YAML"},
		{"many keys", "{" + strings.Repeat("a: 1, ", 100_000) + "}", `s.yaml:1:8: a: is given twice, first in line 1`},
		{"many unknown keys", strings.ReplaceAll(strings.Trim(numbered("k", 30_000), "[]"), ",", ": 1\n"), `s.yaml:1:1: unknown key "k0", want name`},
		{"long key", strings.Repeat("k", 1000) + ": 1", `s.yaml:1:1: unknown key "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk… (1000 characters)", want name,`},
		{"long name", "name: " + strings.Repeat("n", 65), "s.yaml:1:7: name: has 65 characters, want at most 64"},
		{"long text", "input: {features: [" + strings.Repeat("n", 201) + "]}", "s.yaml:1:20: input.features[0]: is nnn"},
	}
	for _, test := range tests {
		start := time.Now()
		_, err := Parse("s.yaml", []byte(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v\nwant %s", test.name, err, test.want)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: took %v", test.name, took)
		}
	}
}

// TestNumbersLimit checks the limit on what a spec makes of inline rows and given weights: as many numbers as it says are
// accepted, and one row or weight more is not.
func TestNumbersLimit(t *testing.T) {
	rows := func(n int, units string) string { // 249 inputs and a target
		return "name: n_1\noutput: {targets: [y]}\nloss: huber\ninput: {features: [{name: a, kind: categorical, levels: " + numbered("l", 249) + "}]}\n" +
			"layers: [dense: {units: 1" + units + "}]\ntrain: {data: {rows: " + repeat(n, "[l7, 0]") + "}}\n"
	}
	weights := ", weights: [" + repeat(249, "0.5") + "]"
	for _, test := range []struct{ name, text, want string }{
		{"most rows", rows(1000, ""), ""},
		{"rows", rows(1001, ""), "s.yaml:6:22: train.data.rows: makes 250250 numbers that the source holds, those of weights and one for each level, want at most 250000"},
		{"most rows and weights", rows(999, weights+", bias: false"), ""},
		{"rows and weights", rows(1000, weights), "train.data.rows: makes 250249 numbers"},
	} {
		_, err := Parse("s.yaml", []byte(test.text))
		if got := fmt.Sprint(err); test.want == "" && err != nil || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %.300s\nwant %s", test.name, got, test.want)
		}
	}
	for _, a := range []int{0, 1, 2, 1 << 16, math.MaxInt/2 + 1, math.MaxInt} {
		for _, b := range []int{0, 1, 2, 1 << 16, math.MaxInt} {
			sum, product := new(big.Int), new(big.Int)
			sum.Add(big.NewInt(int64(a)), big.NewInt(int64(b)))
			product.Mul(big.NewInt(int64(a)), big.NewInt(int64(b)))
			for _, c := range []struct {
				exact *big.Int
				got   int
			}{{sum, added(a, b)}, {product, multiplied(a, b)}} {
				if want := min(c.exact.Uint64(), math.MaxInt); !c.exact.IsUint64() && c.got != math.MaxInt || c.exact.IsUint64() && uint64(c.got) != want {
					t.Errorf("%d and %d make %d, want %v", a, b, c.got, c.exact)
				}
			}
		}
	}
}

// TestErrorList checks the order of errors, and that at most ten are printed.
func TestErrorList(t *testing.T) {
	_, err := Parse("dir/s.yaml", []byte("input: {features: [a], b: 1}\n"+strings.Repeat("x: 1\n", 12)+"é: {}\n"))
	list, ok := err.(ErrorList)
	if !ok || len(list) != 18 {
		t.Fatalf("%d errors, want 18: %v", len(list), err)
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 11 || lines[10] != "and 8 more" {
		t.Errorf("got %d lines, want 10 and a remainder:\n%v", len(lines), err)
	}
	for i := range list[1:] {
		if a, b := list[i].Pos, list[i+1].Pos; a.Line > b.Line || a.Line == b.Line && a.Col > b.Col {
			t.Errorf("%v comes before %v", list[i], list[i+1])
		}
	}
}

// TestPositions pins a few errors whole: file, line, column in runes, path.
func TestPositions(t *testing.T) {
	tests := []struct{ text, want string }{
		{"name: mlp\ninput: {shape: [4]}\nlayers:\n  - dense: {units: 0}\n  - dense: {units: 3, activation: rleu}\noutput: {targets: [x]}\nloss: huber\n",
			"s.yaml:4:20: layers[0].dense.units: is 0, want at least 1\n" +
				"s.yaml:5:20: layers[1].dense.units: is 3, want 1: one per target\n" +
				`s.yaml:5:35: layers[1].dense.activation: unknown activation "rleu" (did you mean "relu"?)`},
		{"name: mlp\r\ninput: {features: [größe, 尺寸, no]}\r\nlayers: [dense: {units: 1}]\r\noutput: {targets: [x]}\r\nloss: huber\r\n",
			"s.yaml:2:31: input.features[2]: is no, not a text to every reader; want a name in quotes"},
	}
	for _, test := range tests {
		if _, err := Parse("s.yaml", []byte(test.text)); err == nil || err.Error() != test.want {
			t.Errorf("got\n%v\nwant\n%s", err, test.want)
		}
	}
}
