package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"chainrule": main})
}

// TestScript runs the command as its users do. Scripts have, besides what
// testscript offers:
//
//	status N command…   the command must exit with code N
//	near A B x          the CSV files have the same words, and numbers that differ by x at most
//	[root]              whether the user may do everything
//	clean               no temporary folder of chainrule is left
//	$REPO               the root of this module
//	$BIN                the folder of the chainrule command
func TestScript(t *testing.T) {
	if !testing.Short() {
		fetchModules(t)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		Setup:               setUp,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition: func(cond string) (bool, error) {
			if cond == "root" { // may do what permissions forbid
				return os.Getuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status": status,
			"near":   near,
			"clean": func(ts *testscript.TestScript, _ bool, _ []string) {
				if left := leftovers(ts, ts.Getenv("TMPDIR")); len(left) > 0 {
					ts.Fatalf("left behind: %q", left)
				}
			},
		},
	})
}

// fetchModules brings what a module that has chainrule as a tool asks for into the module cache. A build of chainrule
// itself needs less: not the modules that only other systems build.
func fetchModules(t *testing.T) {
	download := exec.Command("go", "mod", "download")
	download.Dir = filepath.Join("..", "..")
	if out, err := download.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", download, err, out)
	}
}

// setUp makes the Go command work without a network and without the surroundings
// of this test.
func setUp(env *testscript.Env) error {
	vars := []string{"GOCACHE", "GOMODCACHE"}
	values, err := exec.Command("go", append([]string{"env"}, vars...)...).Output()
	if err != nil {
		return err
	}
	for i, value := range strings.Fields(string(values)) {
		env.Setenv(vars[i], value)
	}
	repo, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return err
	}
	command, err := exec.LookPath("chainrule")
	if err != nil {
		return err
	}
	env.Setenv("REPO", repo)
	env.Setenv("BIN", filepath.Dir(command))
	env.Setenv("GOPROXY", "off")
	env.Setenv("GOSUMDB", "off")
	env.Setenv("GOENV", "off")
	env.Setenv("GOTOOLCHAIN", "local")
	return nil
}

func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status code command [argument...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code is %d, want %d", got, want)
	}
}

// leftovers lists the temporary folders in dir that chainrule has not removed.
func leftovers(t interface{ Fatalf(string, ...any) }, dir string) []string {
	left, err := filepath.Glob(filepath.Join(dir, "chainrule-*"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return left
}

const endless = `name: endless
input: {features: [x]}
layers:
  - dense: {units: 1}
output: {targets: [y]}
loss: mean_squared_error
train:
  optimizer: {sgd: {learning_rate: 0.001}}
  batch: 1
  epochs: 1000000
  data: {rows: [[1, 1], [2, 2], [3, 3]]}
`

// TestInterrupt stops a training that would take hours.
func TestInterrupt(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a network")
	}
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "endless.yaml"), []byte(endless), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("chainrule", "train", "--json", "endless.yaml")
		cmd.Dir = dir
		cmd.Env = append(cmd.Environ(), "TMPDIR="+dir)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(stdout)
		lines.Scan()
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		last := ""
		for lines.Scan() {
			last = lines.Text()
		}
		_ = cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != int(exit.Interrupted) || stderr.Len() > 0 {
			t.Errorf("%v: exit code is %d, want %d; stderr %q", sig, code, int(exit.Interrupted), stderr.String())
		}
		if !strings.HasPrefix(last, `{"final":true,"on":"train"`) {
			t.Errorf("%v: last line is %q, want the metrics", sig, last)
		}
		if _, err := os.Stat(filepath.Join(dir, "endless.safetensors")); err != nil {
			t.Errorf("%v: no weights: %v", sig, err)
		}
		if left := leftovers(t, dir); len(left) > 0 {
			t.Errorf("%v: left behind: %q", sig, left)
		}
	}
}

// TestClosedPipe is chainrule train --json | head -1.
func TestClosedPipe(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a network")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "endless.yaml"), []byte(endless), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("chainrule", "train", "--json", "endless.yaml")
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "TMPDIR="+dir)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	bufio.NewScanner(stdout).Scan()
	stdout.Close()
	if err := cmd.Wait(); err == nil {
		t.Error("no error")
	}
	if left := leftovers(t, dir); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
