package gen_test

import (
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// wired lists the generated files that do not compute: they may check bounds and allocate.
var wired = []string{"features.go", "fold.go", "predict.go", "wiring.go", "load.go", "tier.go", "trained.go", "run.go"}

// complaint matches what the compiler says of a bounds check, or of what it puts on the heap. Strings do not count: they
// are the constants of panics, and the name of a class that does not exist.
var complaint = regexp.MustCompile(`^(.+\.go):\d+:\d+: (Found Is|moved to heap|[^"].* escapes to heap)`)

// checkQuality compiles the packages of a folder with the compiler's notes, and vets them. What computes has no bounds
// check and puts nothing on the heap. The compiler also reports what is instantiated from elsewhere; only what it reports
// in the folder counts.
func checkQuality(t *testing.T, dir string, env []string, folder, reported string) {
	t.Helper()
	command := func(args ...string) string {
		cmd := exec.Command("go", append(args, "./"+folder+"/...")...)
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", args, err, out)
		}
		return string(out)
	}
	notes := command("build", "-gcflags=-d=ssa/check_bce -m")
	if !strings.Contains(notes, "\n"+reported) {
		t.Fatalf("the compiler says nothing about %s:\n%.1000s", folder, notes)
	}
	for line := range strings.Lines(notes) {
		found := complaint.FindStringSubmatch(line)
		if found != nil && strings.HasPrefix(found[1], reported) && !slices.Contains(wired, filepath.Base(found[1])) {
			t.Error(strings.TrimSpace(line))
		}
	}
	command("vet")
}

// TestCommittedCode checks the quality of the generated packages of this repository.
func TestCommittedCode(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the generated packages")
	}
	t.Parallel()
	checkQuality(t, "..", os.Environ(), "generated", "generated/")
}

// TestRandomCode checks the quality of random networks.
func TestRandomCode(t *testing.T) {
	t.Parallel()
	f := theFleet(t)
	checkQuality(t, f.dir, f.environment(), f.packages[0], "fleet/"+f.packages[0]+"/")
	checkFormat(t, filepath.Join(f.dir, f.packages[0]))
}

// TestFormat checks that the generated packages of this repository are formatted.
func TestFormat(t *testing.T) {
	checkFormat(t, filepath.Join("..", "generated"))
}

// checkFormat checks that gofmt would change no file of a folder.
func checkFormat(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		formatted, err := format.Source(src)
		if err == nil && string(formatted) != string(src) {
			t.Errorf("%s is not formatted", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
