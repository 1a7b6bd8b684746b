package gen_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// snippet is a fenced block of the README that names the file it is taken from.
var snippet = regexp.MustCompile("(?s)<!-- from (\\S+) -->\n```[a-z]+\n(.*?)```")

// TestReadme checks that what the README shows of a file stands there, and that the paths it links to exist.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	snippets := snippet.FindAllStringSubmatch(string(readme), -1)
	if len(snippets) < 2 {
		t.Errorf("%d snippets from files, want at least 2", len(snippets))
	}
	for _, s := range snippets {
		text, err := os.ReadFile(filepath.Join("..", s[1]))
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(string(text), s[2]) {
			t.Errorf("%s does not contain\n%s", s[1], s[2])
		}
	}
	for _, link := range regexp.MustCompile(`\]\(([^):]+)\)`).FindAllStringSubmatch(string(readme), -1) {
		if _, err := os.Stat(filepath.Join("..", link[1])); err != nil {
			t.Error(err)
		}
	}
}
