package report

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/chainrule-go/chainrule/runtime"
)

// pseudoTerminal returns a terminal and the other end of it, where what is written appears.
func pseudoTerminal(t *testing.T) (terminal, other *os.File) {
	t.Helper()
	other, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals on this machine: %v", err)
	}
	t.Cleanup(func() { other.Close() })
	control := func(request uintptr, value *uint32) {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, other.Fd(), request, uintptr(unsafe.Pointer(value))); errno != 0 {
			t.Skipf("no pseudo-terminals on this machine: %v", errno)
		}
	}
	var unlock, number uint32
	control(syscall.TIOCSPTLCK, &unlock)
	control(syscall.TIOCGPTN, &number)
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals on this machine: %v", err)
	}
	t.Cleanup(func() { terminal.Close() })
	return terminal, other
}

// On a terminal a bar shows the epoch, the losses, the rate and the time left; the log goes elsewhere, without it.
func TestProgressOnATerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	terminal, other := pseudoTerminal(t)
	shown := make(chan string)
	go func() {
		var all strings.Builder
		buffer := make([]byte, 4096)
		for {
			n, err := other.Read(buffer)
			all.Write(buffer[:n])
			if err != nil || strings.Contains(all.String(), "END") {
				shown <- all.String()
				return
			}
		}
	}()
	var log strings.Builder
	r := Text(&log, terminal, "iris", 50)
	for epoch := 1; epoch <= 25; epoch++ {
		line, err := json.Marshal(runtime.EpochReport{Epoch: epoch, Loss: 0.5, ValidationLoss: 0.625, Validated: true, Rate: 0.0125})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Line(line); err != nil {
			t.Fatal(err)
		}
		time.Sleep(12 * time.Millisecond) // the bar is drawn ten times a second
	}
	if err := r.End(Saved{}); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(terminal, "END")
	text := <-shown
	for _, want := range []string{"loss 0.5  validation 0.625  rate 0.0125", "/50)", "[0s:0s]", "epoch 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the terminal shows\n%q\nwant %q in it", text, want)
		}
	}
	if got := log.String(); strings.Contains(got, "\r") || !strings.Contains(got, "epoch 25/50  loss 0.5  validation 0.625\n") {
		t.Errorf("the log is %q", got)
	}
}
