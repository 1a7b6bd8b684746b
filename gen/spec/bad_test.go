package spec

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestBad parses the specs in testdata/bad, which carry their errors where they
// are: a comment ### "regexp" for each, at the end of the line. Specs are apart
// by a line of five dashes. Every error must be expected, and the reverse.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files:", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, chunk := range chunks(string(text)) {
			_, err := Parse(file, []byte(chunk))
			var list ErrorList
			if !errors.As(err, &list) {
				t.Errorf("%s: %v, want an ErrorList for\n%s", file, err, chunk)
			}
			compareErrors(t, list, expectations(chunk))
		}
	}
}

// chunks cuts the specs of a file apart. Empty lines in front keep the numbers
// of the lines as they are in the file.
func chunks(text string) []string {
	var all []string
	lines := 0
	for chunk := range strings.SplitSeq(text, "-----\n") {
		all = append(all, strings.Repeat("\n", lines)+chunk)
		lines += strings.Count(chunk, "\n") + 1
	}
	return all
}

// pattern is a regular expression between quotes, in which \" is a quote.
var pattern = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)

// expectations returns the regular expressions at the end of each line.
func expectations(text string) map[int][]string {
	want := map[int][]string{}
	for i, line := range strings.Split(text, "\n") {
		_, comment, _ := strings.Cut(line, "### ")
		for _, match := range pattern.FindAllStringSubmatch(comment, -1) {
			want[i+1] = append(want[i+1], strings.ReplaceAll(match[1], `\"`, `"`))
		}
	}
	return want
}

// compareErrors reports errors that no expression on their line matches, and
// expressions that match none.
func compareErrors(t *testing.T, got ErrorList, want map[int][]string) {
	t.Helper()
	for _, e := range got {
		message := e.Msg
		if e.Path != "" {
			message = e.Path + ": " + e.Msg
		}
		i := slices.IndexFunc(want[e.Pos.Line], func(p string) bool { return regexp.MustCompile(p).MatchString(message) })
		if i < 0 {
			t.Errorf("unexpected: %v", e)
			continue
		}
		want[e.Pos.Line] = slices.Delete(want[e.Pos.Line], i, i+1)
	}
	for line, patterns := range want {
		for _, p := range patterns {
			t.Errorf("line %d: no error like %q", line, p)
		}
	}
}
