package trial

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trainer"
)

func TestEnvironment(t *testing.T) {
	t.Setenv("GOCACHE", "/cache")
	given := []string{"GOFLAGS=-mod=vendor", "GOWORK=/go.work", "GOOS=js", "GOENV=/env", "HOME=/home"}
	got := strings.Join(environment(given, "/temp"), "\n") + "\n"
	for _, want := range []string{"GOFLAGS=", "GOWORK=off", "GOENV=off", "GOPROXY=off", "GO111MODULE=on", "GOTOOLCHAIN=local"} {
		if strings.LastIndex(got, want+"\n") < 0 || strings.LastIndex(got, want+"\n") < strings.LastIndex(got, want[:strings.Index(want, "=")+1]) {
			t.Errorf("%s is not the last word on it in:\n%s", want, got)
		}
	}
	if !strings.Contains(got, "HOME=/home\n") || strings.Contains(got, "GOCACHE=") {
		t.Errorf("changes what it need not:\n%s", got)
	}
}

func TestEnvironmentWithoutHome(t *testing.T) {
	for _, name := range []string{"GOCACHE", "XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(name, "")
	}
	want := "GOCACHE=" + filepath.Join("temp", "cache")
	if got := environment(nil, "temp"); got[len(got)-1] != want {
		t.Errorf("environment is %q, want %s at its end", got, want)
	}
}

// TestExitError runs shells in place of training programs.
func TestExitError(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("needs a shell")
	}
	run := func(script string) error {
		dir := t.TempDir()
		p := &Program{dir, filepath.Join(dir, "train.exe")}
		if err := os.WriteFile(p.binary, []byte("#!"+sh+"\n"+script+"\n"), 0o777); err != nil {
			t.Fatal(err)
		}
		return p.Run(context.Background(), &trainer.Arguments{}, nil, func([]byte) error { return nil })
	}
	crash, data := &CrashError{}, &DataError{}
	if err := run("exit 0"); err != nil {
		t.Errorf("success: error %v", err)
	}
	for _, code := range []exit.Code{exit.Data, exit.IO, exit.Diverged} {
		if err := run(fmt.Sprintf("echo wrong >&2; exit %d", code)); err == nil || err.Error() != "wrong" || exit.Of(err) != code {
			t.Errorf("exit %d: error %v", code, err)
		}
	}
	if err := run("echo 'panic: x' >&2; exit 2"); !errors.As(err, &crash) || crash.Text != "panic: x" {
		t.Errorf("exit 2: error %v", err)
	}
	if err := run("echo 'no column' >&2; exit 32"); !errors.As(err, &data) || data.Text != "no column" {
		t.Errorf("exit 32: error %v", err)
	}
	if err := run("exit 130"); !errors.Is(err, context.Canceled) {
		t.Errorf("exit 130: error %v", err)
	}
	if err := run("kill -9 $$"); err == nil || !strings.Contains(err.Error(), "signal: killed") || exit.Of(err) != exit.Internal {
		t.Errorf("killed: error %v", err)
	}
}

func TestRunStopsWhenNobodyListens(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("needs a shell")
	}
	dir := t.TempDir()
	p := &Program{dir, filepath.Join(dir, "train.exe")}
	script := "#!" + sh + "\ntrap 'echo saved; exit 130' INT\necho line\nwhile :; do sleep 0.01; done\n"
	if err := os.WriteFile(p.binary, []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	deaf := errors.New("deaf")
	lines := 0
	err = p.Run(context.Background(), &trainer.Arguments{}, nil, func([]byte) error { lines++; return deaf })
	if !errors.Is(err, deaf) || errors.Is(err, context.Canceled) || lines != 1 {
		t.Errorf("error is %v after %d lines, want that of the reader alone after one", err, lines)
	}
}
