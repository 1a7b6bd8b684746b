package runtime

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestSourceIsAllFilesButTests(t *testing.T) {
	want, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	assembly, _ := filepath.Glob("*.s")
	want = append(want, assembly...)
	slices.Sort(want)
	want = slices.DeleteFunc(want, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	got, err := fs.Glob(Source, "*")
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v (%v), want %v", got, err, want)
	}
	for _, name := range got {
		embedded, _ := Source.ReadFile(name)
		file, _ := os.ReadFile(name)
		if !bytes.Equal(embedded, file) {
			t.Errorf("%s: the embedded copy differs", name)
		}
	}
}
