package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
)

// training runs chainrule train in a folder.
type training struct {
	t    *testing.T
	spec string
}

// run trains in dir until it has ended, or is interrupted after a number of epochs, and returns the lines it has printed,
// its exit code and what it says of errors.
func (r training) run(dir string, interruptAt int, flags ...string) (lines, code int, stderr string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "long.yaml"), []byte(r.spec), 0o666); err != nil {
		r.t.Fatal(err)
	}
	cmd := exec.Command("chainrule", append([]string{"train", "--json", "long.yaml"}, flags...)...)
	var errs strings.Builder
	cmd.Dir, cmd.Stderr = dir, &errs
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
		if lines++; lines == interruptAt {
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				r.t.Fatal(err)
			}
		}
	}
	cmd.Wait() // the exit code says it
	return lines, cmd.ProcessState.ExitCode(), errs.String()
}

// weights returns what the training in dir has left.
func (r training) weights(dir string) string {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "long.safetensors"))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

// interruptedOnce compares a training that is interrupted and resumed with one that is not: it has the same bits.
func (r training) interruptedOnce(flags ...string) (parts string) {
	r.t.Helper()
	whole, parts := r.t.TempDir(), r.t.TempDir()
	all, code, stderr := r.run(whole, 0, flags...)
	if code != 0 {
		r.t.Fatalf("exit code %d: %s", code, stderr)
	}
	seen, code, stderr := r.run(parts, 100, flags...)
	if code != int(exit.Interrupted) {
		r.t.Fatalf("exit code is %d, want %d: %s", code, int(exit.Interrupted), stderr)
	}
	if left, _ := filepath.Glob(filepath.Join(parts, "long.checkpoint.*")); len(left) == 0 {
		r.t.Fatal("no state is left")
	}
	if len(flags) > 0 { // without what it began with
		_, code, stderr := r.run(parts, 0, "--resume")
		if want := "rows were normalised otherwise, want the same --from as before"; code != int(exit.Data) || !strings.Contains(stderr, want) {
			r.t.Errorf("exit code is %d, want %d, and %q, want %q", code, int(exit.Data), stderr, want)
		}
	}
	// The interrupted one has printed its metrics, too.
	rest, code, stderr := r.run(parts, 0, append(flags, "--resume")...)
	if code != 0 || seen-1+rest != all {
		r.t.Errorf("%d epochs, and then %d lines, want %d: exit code %d, %s", seen-1, rest, all, code, stderr)
	}
	if r.weights(whole) != r.weights(parts) {
		r.t.Error("the weights of the resumed training differ")
	}
	if left, _ := filepath.Glob(filepath.Join(parts, "long.checkpoint.*")); len(left) > 0 {
		r.t.Errorf("%v are left", left)
	}
	return whole
}

// TestResume interrupts trainings and lets them go on: the weights have the bits of one that was not interrupted. One that
// began with other weights goes on with the same flags, for its rows are normalised as those of these weights were.
func TestResume(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a network")
	}
	r := training{t, strings.NewReplacer("endless", "long", "1000000", "30000", "sgd", "adam", "[x]", "[x], normalize: standard").Replace(endless)}
	first := r.interruptedOnce()
	other := r // whose rows are twice as large
	other.spec = strings.NewReplacer("[1, 1]", "[2, 1]", "[2, 2]", "[4, 2]", "[3, 3]", "[6, 3]").Replace(r.spec)
	other.interruptedOnce("--from", filepath.Join(first, "long.safetensors"))
}
