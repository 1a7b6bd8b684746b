package page

import (
	"fmt"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/source"
)

// input returns what a report of one of the examples is made of, with the given
// last line of the training.
func input(t *testing.T, name, final string) *Input {
	t.Helper()
	s, err := source.Read(filepath.Join("..", "..", "..", "..", "specs", name))
	if err != nil {
		t.Fatal(err)
	}
	log := ""
	for epoch := 1; epoch <= 40; epoch++ {
		log += fmt.Sprintf(`{"epoch":%d,"loss":%g,"validation_loss":%g,"rate":0.01}`+"\n", epoch, 2/float64(epoch), 3/float64(epoch))
	}
	return &Input{Spec: s, LogName: "log.jsonl", Log: []byte(log + final + "\n")}
}

const irisFinal = `{"final":true,"on":"test","rows":30,"loss":0.1,"epochs":40,"best_epoch":33,"stopped":"epochs","accuracy":0.9667,` +
	`"classes":[{"name":"setosa","rows":10,"predicted":10,"precision":1,"recall":1},{"name":"versicolor","rows":10,"predicted":9,"precision":1,"recall":0.9},` +
	`{"name":"</script><b>x","rows":0,"predicted":1,"precision":0,"recall":0}],"confusion":[[10,0,0],[0,9,1],[0,0,0]]}`

const housesFinal = `{"final":true,"on":"train","rows":3,"loss":0.25,"epochs":40,"stopped":"epochs","mean_squared_error":0.25,"mean_absolute_error":0.4,"r2":0.5}`

// classification and regression are complete inputs.
func classification(t *testing.T) *Input {
	in := input(t, "iris.yaml", irisFinal)
	in.BenchName, in.Bench = "bench.json", []byte(`{"network":"iris","processor":"a processor","measurements":[
		{"call":"Forward","rows":1,"by":"avx2","ns_per_sample":17.25,"of_peak":0.125,"allocs":0},{"call":"Forward","rows":1,"by":"C","ns_per_sample":30,"of_peak":0.1}]}`)
	return in
}

func regression(t *testing.T) *Input {
	in := input(t, "houses.yaml", housesFinal)
	in.PointsName, in.Points = "houses.csv", []byte(`{"rows":3,"mean_squared_error":0.25,"mean_absolute_error":0.4,"actual":[[1],[3],[2]],"predicted":[[1.5],[2.5],[2]]}`)
	return in
}

func TestHTML(t *testing.T) {
	for _, test := range []struct {
		name       string
		in         *Input
		want, none []string
	}{
		{"classes", classification(t), []string{
			`<title>iris: report</title>`, `<b>0\.9667</b>`, `<b>131</b>`, `<td class="cell" style="--share: 0\.900">9</td>`,
			`<td>versicolor</td><td class="n">10</td><td class="n">9</td><td class="n">100\.0 %</td><td class="n">90\.0 %</td>`, `&lt;/script&gt;&lt;b&gt;x</th>`,
			`<div>z\[o\] = b\[o\] &#43; Σᵢ W\[o,i\]·x\[i\]</div>`, `<div>dx\[i\] = Σₒ dz\[o\]·W\[o,i\]</div>`, `func Dense1\(y \*\[16\]float32`, `func dense2Backward\(`, `func softmaxCrossEntropy\(`,
			`<td>Forward</td><td class="n">1</td><td>avx2</td><td class="n">17\.25</td><td class="n">12\.5 %</td><td class="n">0</td>`, `"name":"validation_loss"`, `"name":"rate"`, `MIT License`,
		}, []string{`id="points"`}},
		{"targets", regression(t), []string{`<b>0\.5000</b>`, `<span class="quiet">RMSE</span><b>0\.5</b>`, `"actual":\[\[1,3,2\]\]`, `"predicted":\[\[1\.5,2\.5,2\]\]`, `Rows of houses\.csv`}, []string{`id="confusion"`, `id="bench"`}},
		{"without the last line", input(t, "iris.yaml", ""), []string{`<b>40</b>`}, []string{`id="confusion"`}},
	} {
		html, err := HTML(test.in)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		for _, p := range test.want {
			if !regexp.MustCompile(p).Match(html) {
				t.Errorf("%s: lacks %s", test.name, p)
			}
		}
		for _, p := range append(test.none, `<b>x`, `<link[^>]* href="h`, `src=`) {
			if regexp.MustCompile(p).Match(html) {
				t.Errorf("%s: has %s", test.name, p)
			}
		}
	}
}

// TestErrors looks at what is said about files that are none of ours.
func TestErrors(t *testing.T) {
	for _, test := range []struct{ log, bench, want string }{
		{"", "", `^log\.jsonl:1:1: has no epochs, want`},
		{"{\"epoch\":1,\"loss\":1}\nepoch 2\n", "", `^log\.jsonl:2:1: is no line of chainrule train --json`},
		{"{\"loss\":1}\n", "", `^log\.jsonl:1:1: has no epoch, want`},
		{"{\"epoch\":1,\"loss\":1}\n", "x", `^bench\.json:1:1: is no result of chainrule bench --json`},
		{"{\"epoch\":1,\"loss\":1}\n", "{}", `^bench\.json:1:1: has no measurements, want`},
	} {
		in := classification(t)
		in.Log = []byte(test.log)
		if test.bench != "" {
			in.Bench = []byte(test.bench)
		}
		if _, err := HTML(in); err == nil || !regexp.MustCompile(test.want).MatchString(err.Error()) {
			t.Errorf("log %q, bench %q: error is %v, want %s", test.log, test.bench, err, test.want)
		}
	}
}
