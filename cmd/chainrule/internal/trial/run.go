package trial

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trainer"
)

// saveTime is how long the program may take to save its weights once it is to
// stop.
const saveTime = 30 * time.Second

// noticeTime is how long an interrupt may take to end a context.
const noticeTime = 200 * time.Millisecond

// exitPanic is the exit code of a Go program that panics.
const exitPanic = 2

// interruptible makes the end of the command's context an interrupt, not a kill.
func interruptible(cmd *exec.Cmd) {
	cmd.Cancel = func() error {
		// On a terminal, Ctrl-C has interrupted the program already, and on
		// Windows nobody else can.
		_ = cmd.Process.Signal(os.Interrupt)
		return nil
	}
	cmd.WaitDelay = saveTime
}

// Interrupted tells whether the context has ended, or ends in a moment: on a
// terminal, Ctrl-C interrupts a child and this process at once, and the child may
// be gone before the context is.
func Interrupted(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	case <-time.After(noticeTime):
		return false
	}
}

// CrashError says that the program died from a bug.
type CrashError struct{ Text string }

// Error returns what the program said.
func (e *CrashError) Error() string { return e.Text }

// DataError says that the data lacks columns.
type DataError struct{ Text string }

// Error returns what the program said.
func (e *DataError) Error() string { return e.Text }

// Arguments are what a program is told on its command line.
type Arguments interface{ List() []string }

// Run runs the program, with data as its input if that is where the arguments have
// the rows, and hands every line that it prints to line. When the context ends, or
// line returns an error, the program stops early; training saves the weights it has.
func (p *Program) Run(ctx context.Context, args Arguments, data io.Reader, line func([]byte) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(ctx, p.binary, args.List()...)
	interruptible(cmd)
	cmd.Stdin = data
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return exit.Errorf(exit.Internal, "cannot run the compiled network (set TMPDIR if programs must not run there): %w", err)
	}
	var lineErr error
	for r := bufio.NewReader(stdout); ; {
		text, err := r.ReadBytes('\n')
		if len(text) > 0 && lineErr == nil {
			if lineErr = line(text); lineErr != nil {
				stop()
			}
		}
		if err != nil {
			break // the end; what went wrong is up to Wait
		}
	}
	err = cmd.Wait()
	if exitCode := cmd.ProcessState.ExitCode(); exitCode == int(exit.OK) || exitCode == int(exit.Interrupted) {
		_, _ = os.Stderr.Write(stderr.Bytes()) // warnings
	}
	err = exitError(err, bytes.TrimSpace(stderr.Bytes()))
	if lineErr != nil && !errors.Is(lineErr, syscall.EPIPE) {
		return lineErr // that the program was stopped for it says nothing more
	}
	return errors.Join(lineErr, err)
}

// exitError makes an error of how the program ended and what it said.
func exitError(err error, stderr []byte) error {
	var ended *exec.ExitError
	if !errors.As(err, &ended) {
		return err
	}
	switch text, code := string(stderr), ended.ExitCode(); code {
	case trainer.ExitNoColumn:
		return &DataError{text}
	case int(exit.Interrupted):
		return context.Canceled
	case exitPanic:
		return &CrashError{text}
	case int(exit.Data), int(exit.IO), int(exit.Diverged):
		return exit.Errorf(exit.Code(code), "%s", text)
	default: // killed, say, for want of memory
		return exit.Errorf(exit.Internal, "the compiled program: %w\n%s", err, text)
	}
}
