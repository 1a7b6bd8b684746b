package reference

import (
	"io/fs"
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
	want = slices.DeleteFunc(want, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	if got, err := fs.Glob(Source, "*"); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v (%v), want %v", got, err, want)
	}
}
