package spec

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"
	"unicode"
)

// good is a spec with a hole for each thing that a hostile text may replace.
var good = map[string]string{
	"name": "kind", "feature": "a", "layer": "hidden", "units": "3", "rate": "0.5", "class": "yes!", "loss": "softmax_cross_entropy",
	"learning": "0.1", "batch": "8", "epochs": "20", "seed": "7", "csv": "rows.csv", "label": "kind",
}

// fill returns the good spec with one hole filled otherwise.
func fill(hole, with string) string {
	at := func(name string) string {
		if name == hole {
			return with
		}
		return good[name]
	}
	return "name: " + at("name") + "\ninput: {features: [" + at("feature") + ", b]}\nlayers:\n" +
		"  - dense: {name: " + at("layer") + ", units: " + at("units") + "}\n  - dropout: " + at("rate") + "\n  - dense: {units: 2}\n" +
		"output: {classes: [" + at("class") + ", \"no\"]}\nloss: " + at("loss") + "\n" +
		"train: {optimizer: {sgd: {learning_rate: " + at("learning") + "}}, batch: " + at("batch") + ", epochs: " + at("epochs") +
		", seed: " + at("seed") + ", data: {csv: " + at("csv") + ", label: " + at("label") + "}}\n"
}

// notWhole are texts that are no count, whatever other readers make of them.
var notWhole = []string{
	"0", "-1", "-0", "+3", "1.5", "3.0", "1e3", "1E3", "0x10", "0o17", "017", "08", "0b11", "1_000", `"3"`, "'3'", ".inf", "-.inf", ".nan",
	"NaN", "Infinity", "99999999999999999999", "9223372036854775808", "1e400", "~", "null", "true", "yes", "[]", "{}", "[3]", "٣", "３",
	"1:30", "--1", "''", "3 3", "3;", "$3", "2024-01-01",
}

// notReal are texts that are no finite number.
var notReal = []string{
	"-1", ".inf", "-.inf", "+.inf", ".nan", "NaN", "nan", "Inf", "inf", "Infinity", "1e999", "-1e999", "1e400", "0x1p-2", "1_0.5", `"0.5"`, "~", "null", "true", "no",
	"[]", "{}", "٠.٥", "0,5", "1:30", "1e", "e5", ".", "-", "+-1", "''", "0.5.5", "0x10", "1f",
}

// noNames would be packages or layers that Go, its tools or other systems take for something else.
var noNames = []string{
	"''", "~", "null", "true", "no", "1", "1a", "Iris", "IRIS", "my-net", "my net", `"my net"`, "my.net", "_net", "net_", "my__net", "é", "größe", "日本", "iris\u200b",
	"ırıs", "іris", "аbc", "../../x", "../x", "/etc/passwd", "a/b", `"a\\b"`, `"C:"`, "nul.go", "x.go", ".", "..", ".git", "'-o'", "'*'", "'$HOME'", "'`id`'", "'%s'",
	`"a\nb"`, `"a\n//go:generate x"`, `"a\tb"`, `"a\0"`, `"\u202eiris"`, `"a\u2028b"`, `"\u200biris"`, "func", "type", "go", "nil", "iota", "string", "error", "init", "foo_test",
	"foo_windows", "foo_amd64", "foo_linux_arm64", "foo_wasm", "[a]", "{a: b}",
	strings.Repeat("n", 65), strings.Repeat("n", 100_000),
}

// packagesOnly are names that a layer may have, but not a package.
var packagesOnly = []string{"main", "internal", "vendor", "testdata", "all", "std", "cmd", "x", "dz3", "w0", "fmt", "unsafe", "runtime", "os", "math", "embed", "testing"}

// noTexts would break a line, a comment or a terminal.
var noTexts = []string{
	`"a\nb"`, `"a\r"`, `"a\0b"`, `"\x1b[31m"`, `"\x7f"`, `"\u0085"`, `"\u2028"`, `"\u2029"`, `"\ufeffa"`, `"\u202ea"`, `"\u2066a"`, "''", "~", "null", "[]", "{}",
	"'!!!'", "'...'", strings.Repeat("n", 201), "yes", "no", "on", "off",
}

// bombs are whole files.
var bombs = []string{
	"a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n",
	"a: &a {b: *a}\n", "&a [*a]\n", "a: &a\n  <<: *a\n", "<<: [{name: x}]\n", "<<: {name: x}\n",
	strings.Repeat("[", 65) + strings.Repeat("]", 65), strings.Repeat("[", 1<<19), strings.Repeat("- ", 1<<18), strings.Repeat("{a: ", 1000), strings.Repeat("? ", 1<<16),
	strings.Repeat("a: ", 1000), strings.Repeat("!", 1<<16), strings.Repeat("&a ", 1<<16), strings.Repeat("*a ", 1<<16), strings.Repeat("\"", 1<<16), strings.Repeat("'", 1<<16+1),
	strings.Repeat("---\n", 1<<16), strings.Repeat("a: 1\n", 1<<16), strings.Repeat("#", 1<<20+1), strings.Repeat(" ", 1<<20+1), strings.Repeat("\n", 1<<20),
	strings.Repeat("k", 1<<19) + ": 1", "name: " + strings.Repeat("n", 1<<19), "name: |\n" + strings.Repeat("  line\n", 1<<16), "name: >\n" + strings.Repeat("  line\n", 1<<16),
	"name: \"" + strings.Repeat(`\u2028`, 1<<16) + "\"", "layers: [" + strings.Repeat("{dense: {units: 1}},", 30_000) + "]", "layers: [" + strings.Repeat("dense,", 100_000) + "]",
	"input: {features: [" + strings.Repeat("a,", 200_000) + "]}", "input: {shape: [9999999999]}", "input: {shape: [4294967296, 4294967296]}", "input: {shape: [65536]}\nlayers: [{dense: {units: 16384}}]",
	"layers: [" + strings.Repeat("{dense: {units: 16384}},", 255) + "]", "train: {data: {rows: [" + strings.Repeat("[1],", 100_000) + "]}}", "train: {data: {rows: [[" + strings.Repeat("1,", 200_000) + "]]}}",
	"%YAML 9.9\n---\nname: x\n", "%TAG ! tag:x,2000:\n---\n!a b\n", "!!python/object/apply:os.system ['id']\n", "!!binary aGk=\n", "!!map {}\n", "!!set {a, b}\n", "!<tag:yaml.org,2002:str> x\n",
	"\x00", "\xff\xfe", "\xfe\xff\x00n", "\xef\xbb", "\xc0\x80", "\xed\xa0\x80", "name: a\x1b[2J", "name: \x7f", "name: a\u2028b", "\ufeff\ufeffname: a", "a: 1\rb: 2", "\t", "\tname: x",
	"name", "42", "[1]", "''", "~", "- name: x", "name: kind: x", "name: x\n  loss: y", "{", "[", "\"", "'", "|", ">", "?", ":", "-", "&", "*", "!", "%", "@", "`", ",", "]", "}", "#",
	"{name: x, name: y}", "{? {a: b} : c}", "{[a]: b}", "{~: a}", "{1: a}", "{true: a}", "{\"na\\x6de\": x, name: y}", "NAME: x", "Name: x", "name : x\nname: y", "nаme: x", "ｎame: x", "\"name \": x", "name\u00a0: x",
	"name: x\n...\nname: y\n", "--- x\n--- y\n", "--- |\n name: x\n", "--- >\n name: x\n", "name: x # \u202e\n",
}

// corpus is every hostile spec: what is wrong with each is one thing only, where it fills a hole.
func corpus() []string {
	all := append([]string(nil), bombs...)
	for hole, texts := range map[string][]string{
		"units": notWhole, "batch": notWhole, "epochs": notWhole, "learning": notReal, "rate": append([]string{"1", "1.1"}, notReal...),
		"seed": {"-1", "1.5", "18446744073709551616", "~", "[]", "0x10", `"7"`, "1e3"}, "name": append(packagesOnly, noNames...), "layer": noNames,
		"feature": noTexts, "class": noTexts,
		"loss": {"''", "~", "hinge", "Huber", "huber ", "softmax_cross_entrοpy", "[huber]", "{huber: 1}", "{huber: {delta: -1}}", "{huber: {delta: 1, x: 2}}", "{huber: {}, mean_squared_error: {}}", "__import__"},
		"csv":  {"''", "~", "[]", `"a\0b"`, `"a\nb"`, strings.Repeat("c", 201)},
	} {
		for _, text := range texts {
			all = append(all, fill(hole, text))
		}
	}
	return all
}

// TestHostile parses what nobody means well with: no panic, every refusal has a place and can be printed, and none of it
// costs memory.
func TestHostile(t *testing.T) {
	if _, err := Parse("good.yaml", []byte(fill("", ""))); err != nil {
		t.Fatal(err)
	}
	texts := corpus()
	if len(texts) < 300 {
		t.Errorf("%d texts, want 300", len(texts))
	}
	for _, text := range texts {
		var err error
		if peak := peakMemory(func() { _, err = Parse("s.yaml", []byte(text)) }); peak > 64<<20 {
			t.Errorf("%.60q: costs %d MB", text, peak>>20)
		}
		if err := refusal(err); err != nil {
			t.Errorf("%.200q: %v", text, err)
		}
	}
}

// peakMemory returns the bytes that f holds at most, no more than it allocates in all: where that is much, the collector
// runs often and what is left is sampled.
func peakMemory(f func()) uint64 {
	var m runtime.MemStats
	allocated := func() uint64 { runtime.ReadMemStats(&m); return m.TotalAlloc }
	before := allocated()
	f()
	all := allocated() - before
	if all < 32<<20 {
		return all
	}
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	runtime.GC()
	runtime.ReadMemStats(&m)
	base, most := m.HeapAlloc, uint64(0)
	done := make(chan bool)
	go func() { f(); close(done) }()
	for {
		select {
		case <-done:
			return most
		case <-time.After(time.Millisecond):
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc-min(base, m.HeapAlloc))
		}
	}
}

// refusal tells what is wrong with the error of a hostile spec.
func refusal(err error) error {
	var list ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		return fmt.Errorf("is accepted, or fails without a place: %v", err)
	}
	for _, e := range list {
		if e.Pos.Line < 1 || e.Pos.Col < 1 {
			return fmt.Errorf("%v has no place", e)
		}
	}
	for _, r := range err.Error() {
		if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return fmt.Errorf("its error has the character %U: %q", r, err.Error())
		}
	}
	if len(err.Error()) > 8<<10 {
		return fmt.Errorf("its error has %d bytes", len(err.Error()))
	}
	return nil
}

// BenchmarkHostile is the time that each costs.
func BenchmarkHostile(b *testing.B) {
	for i, text := range corpus() {
		b.Run(fmt.Sprint(i), func(b *testing.B) {
			for b.Loop() {
				_, _ = Parse("s.yaml", []byte(text))
			}
		})
	}
}
