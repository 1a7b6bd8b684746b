package predictor

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/runtime"
)

// sums is a network whose outputs are x[0] and x[1], as probabilities of classes, or their sum, as a target.
func sums(classes ...string) *network[float32, [2]float32, int] {
	n := &runtime.Network[float32, [2]float32, int]{Outputs: 1, Output: func(y []float64, x *[2]float32) { y[0] = float64(x[0]) + float64(x[1]) }}
	columns := runtime.Columns{Features: []runtime.Feature{{Name: "a"}, {Name: "b"}}, Size: 2, Targets: []string{"sum"}, Float32: true}
	if classes != nil {
		n.Outputs, n.Classes, columns.Targets = 2, classes, nil
		columns.Label, columns.Classes = "side", classes
		n.Output = func(y []float64, x *[2]float32) { y[0], y[1] = float64(x[0]), float64(x[1]) }
	}
	return &network[float32, [2]float32, int]{n, columns, func(r io.Reader) error {
		text, err := io.ReadAll(r)
		if err == nil && string(text) != "weights" {
			err = errors.New("weights: header: is none")
		}
		return err
	}, func(x *[2]float32, elements []float64) { x[0], x[1] = float32(elements[0]), float32(elements[1]) }}
}

// files writes the rows and weights, and returns the arguments.
func files(t *testing.T, rows string) *Arguments {
	t.Helper()
	dir := t.TempDir()
	a := &Arguments{Data: filepath.Join(dir, "rows"), Weights: filepath.Join(dir, "weights")}
	for path, text := range map[string]string{a.Data: rows, a.Weights: "weights"} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func TestPredict(t *testing.T) {
	single := sums("left", "right")
	single.Outputs, single.Output = 1, func(y []float64, x *[2]float32) { y[0] = float64(x[0]) }
	unnamed := sums()
	unnamed.columns.Features = nil
	for _, test := range []struct {
		name         string
		n            *network[float32, [2]float32, int]
		rows, format string
		want         string
	}{
		{"targets", sums(), "b,a\n1,2\n0.5,0.25\n", "", "sum\n3\n0.75\n"},
		{"float32", sums(), "a,b\n0.1,0\n", "", "sum\n0.1\n"},
		{"CSV to JSON", sums(), "b,a\n1,2\n", JSON, "{\"sum\":3}\n"},
		{"classes", sums("le,ft", "right"), "\ufeffa,b\n0.25,0.75\n1,1\n", "", "side,\"le,ft\",right\nright,0.25,0.75\n\"le,ft\",1,1\n"},
		{"JSON", sums("left", `"right"`), "\ufeff{\"b\":0.75,\"a\":0.25,\"c\":[]}\n\n{\"a\":\"1\",\"b\":0}", "",
			"{\"class\":\"\\\"right\\\"\",\"probabilities\":{\"left\":0.25,\"\\\"right\\\"\":0.75}}\n{\"class\":\"left\",\"probabilities\":{\"left\":1,\"\\\"right\\\"\":0}}\n"},
		{"JSON to CSV", sums("left", "right"), `{"a":0.25,"b":0.75}`, CSV, "side,left,right\nright,0.25,0.75\n"},
		{"one output", single, "a,b\n0.25,0\n", "", "side,left,right\nleft,0.75,0.25\n"},
		{"without names", unnamed, "x,y\n1,2\n", "", "sum\n3\n"},
		{"arrays", unnamed, "[1, 2]\n[3, 4]\n", "", "{\"sum\":3}\n{\"sum\":7}\n"},
		{"overflow", sums("left", "right"), "a,b\n1,1\n", "", "side,left,right\n\"\",NaN,NaN\n"},
	} {
		if test.name == "overflow" {
			test.n.Output = func(y []float64, _ *[2]float32) { y[0], y[1] = nan(), nan() }
		}
		a := files(t, test.rows)
		a.Format = test.format
		var out bytes.Buffer
		if err := test.n.run(parse(a.List()), &out); err != nil {
			t.Errorf("%s: %v", test.name, err)
		} else if diff := cmp.Diff(test.want, out.String()); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func nan() float64 { zero := 0.0; return zero / zero }

func TestEvaluate(t *testing.T) {
	for _, test := range []struct {
		name string
		n    *network[float32, [2]float32, int]
		rows string
		want string
	}{
		{"targets", sums(), "a,b,sum\n1,2,3\n1,1,4\n", `^{"rows":2,"mean_squared_error":2,"mean_absolute_error":1,"r2":-7}\n$`},
		{"JSON", sums(), "{\"a\":1,\"b\":2,\"sum\":3}\n{\"a\":1,\"b\":1,\"sum\":4}", `"r2":-7}\n$`},
		{"classes", sums("left", "right"), "a,b,side\n1,0,left\n0,1,right\n1,0,right\n", `^{"rows":3,"accuracy":0.66.*"confusion":\[\[1,0\],\[1,1\]\]}\n$`},
	} {
		a := files(t, test.rows)
		a.Evaluate = true
		var out bytes.Buffer
		if err := test.n.run(parse(a.List()), &out); err != nil {
			t.Errorf("%s: %v", test.name, err)
		} else if !regexp.MustCompile(test.want).MatchString(out.String()) {
			t.Errorf("%s: printed %s, want %s", test.name, out.String(), test.want)
		}
	}
}

// TestErrors looks at what is said about rows that are none, with their place.
func TestErrors(t *testing.T) {
	unnamed := sums()
	unnamed.columns.Features = nil
	many := strings.Repeat("{}\n", 20)
	for _, test := range []struct {
		name     string
		n        *network[float32, [2]float32, int]
		rows     string
		evaluate bool
		want     string // after the name of the file
	}{
		{"number", sums(), "a,b\n1,x\n", false, `:2:3: b: is "x", want a number`},
		{"column", sums(), "a\n1\n", false, `:1:1: b: column is missing`},
		{"target", sums(), "a,b\n1,2\n", true, `:1:1: sum: column is missing`},
		{"class", sums("left", "right"), "a,b,side\n1,2,up\n", true, `:2:5: side: is "up", want one of "left", "right"`},
		{"JSON number", sums(), "{\"a\":1,\"b\":2}\n\n{\"a\":1,\"b\":\"x\"}", false, `:3:1: b: is "x", want a number`},
		{"JSON key", sums(), `{"a":1}`, false, `:1:1: b: is missing, want a value`},
		{"JSON list", sums(), `{"a":1,"b":[2]}`, false, `:1:1: b: is \[2\], want a number, a word, true or false`},
		{"JSON null", sums(), `{"a":1,"b":null}`, false, `:1:1: b: is null, want`},
		{"JSON lines", sums(), `{"a":1,"b":"1\n2"}`, false, `:1:1: b: is "1\\n2", want text of one line`},
		{"JSON object", sums(), "{\"a\":1,\"b\":2}\n[1,2]", false, `:2:1: is no JSON object`},
		{"JSON elements", unnamed, "[1,2]\n[1]", false, `:2:1: has 1 elements, want 2`},
		{"JSON array", unnamed, "{\"a\":1}", false, `:1:1: is no JSON array`},
		{"JSON unnamed", unnamed, "[1,2]", true, `: has JSON lines, want CSV`},
		{"many", sums(), many, false, `:10:1: a: is missing, want a value$`},
		{"nothing", sums(), " \n", false, `:1:1: file is empty`},
	} {
		a := files(t, test.rows)
		a.Evaluate = test.evaluate
		err := test.n.run(a, io.Discard)
		if err == nil || !regexp.MustCompile(regexp.QuoteMeta(a.Data)+test.want).MatchString(err.Error()) || exit.Of(err) != exit.Data {
			t.Errorf("%s: error is %v, want %s", test.name, err, test.want)
		}
	}
	a := files(t, "a,b\n1,2\n")
	a.Weights = a.Data
	if err := sums().run(a, io.Discard); err == nil || err.Error() != a.Data+": weights: header: is none" {
		t.Errorf("error is %v, want that the weights are none", err)
	}
}
