package bench

import (
	"bytes"
	"strings"
	"testing"
)

// result is one with two calls: the first on two tiers, the second in C, too.
func result() *Result {
	none, some := 0.0, 12.0
	return &Result{
		Network: "digits", Shape: "64-32-10", Precision: "float32", Parameters: 2410, Forward: 2368, Step: 5056,
		Processor: "Abacus", Core: "pinned to core 1", Go: "go1.26", Widest: "avx2", Peak: 66.04, Rounds: 5, Milliseconds: 100,
		Contestants: []string{"generic", "avx2", "reference", "C"}, Notes: []string{"C: gcc 12"},
		Measurements: []Measurement{
			{Call: "forward", Rows: 1, By: "generic", Nanoseconds: 409.4, MultiplyAdds: 5.8, OfPeak: 0.09, Allocs: &none, SpeedUp: map[string]float64{"reference": 4.2}},
			{Call: "forward", Rows: 1, By: "avx2", Nanoseconds: 60.2, MultiplyAdds: 39.3, OfPeak: 0.6, Allocs: &none, SpeedUp: map[string]float64{"generic": 6.8, "reference": 28}},
			{Call: "forward", Rows: 1, By: "reference", Nanoseconds: 1720, MultiplyAdds: 1.4, OfPeak: 0.02, Allocs: &some},
			{Call: "step", Rows: 32, By: "avx2", Nanoseconds: 98.7, MultiplyAdds: 51.2, OfPeak: 0.776, Allocs: &none, SpeedUp: map[string]float64{"C": 2.06}},
			{Call: "step", Rows: 32, By: "C", Nanoseconds: 203, MultiplyAdds: 24.9, OfPeak: 0.377},
		},
	}
}

func TestText(t *testing.T) {
	var out bytes.Buffer
	if err := result().Text(&out); err != nil {
		t.Fatal(err)
	}
	want := strings.TrimLeft(`
digits: 64-32-10, float32, 2410 parameters; multiply-adds per sample: forward 2368, step 5056
Abacus, pinned to core 1, go1.26; peak 66.0 multiply-adds per ns (avx2); medians of 5 rounds of 100 ms

     call  rows         by  ns/sample  multiply-adds/ns  of peak  × generic  × reference   × C  allocs
  forward     1    generic        409               5.8    9.0 %                    4.20             0
  forward     1       avx2       60.2              39.3   60.0 %       6.80         28.0             0
  forward     1  reference       1720               1.4    2.0 %                                    12

     step    32       avx2       98.7              51.2   77.6 %                          2.06       0
     step    32          C        203              24.9   37.7 %
C: gcc 12
`, "\n")
	if got := trimmed(out.String()); got != trimmed(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestMarkdown(t *testing.T) {
	var out bytes.Buffer
	if err := Markdown(&out, []*Result{result()}); err != nil {
		t.Fatal(err)
	}
	want := strings.TrimLeft(`
|network|call|rows|generic|avx2|reference|C|of peak|× reference|× C|allocs|
|---|---|---|---|---|---|---|---|---|---|---|
|digits 64-32-10|forward|1|409|60.2|1720||60.0 %|28.0||0|
||step|32||98.7||203|77.6 %||2.06|0|

digits: Abacus, pinned to core 1, go1.26; peak 66.0 multiply-adds per ns (avx2); medians of 5 rounds of 100 ms. C: gcc 12.
`, "\n")
	if got := trimmed(out.String()); got != trimmed(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// trimmed takes the spaces off the ends of lines.
func trimmed(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 0.062: "0.06", 2.064: "2.06", 33.38: "33.4", 409.4: "409", 117092.3: "117092"} {
		if got := number(x); got != want {
			t.Errorf("%v is printed as %s, want %s", x, got, want)
		}
	}
}
