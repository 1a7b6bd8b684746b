//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
)

// TestInterruptBench stops measurements that would take hours, while it compiles and while it measures. As a terminal does,
// it interrupts all processes of the group.
func TestInterruptBench(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a network")
	}
	for _, after := range []time.Duration{100 * time.Millisecond, 3 * time.Second} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "endless.yaml"), []byte(endless), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("chainrule", "bench", "--time", "1h", "endless.yaml")
		cmd.Dir = dir
		cmd.Env = append(cmd.Environ(), "TMPDIR="+dir)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after)
		if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != int(exit.Interrupted) {
			t.Errorf("after %v: exit code is %d, want %d", after, code, exit.Interrupted)
		}
		if left := leftovers(t, dir); len(left) > 0 {
			t.Errorf("after %v: left behind: %q", after, left)
		}
	}
}
