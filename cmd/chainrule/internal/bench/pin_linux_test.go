package bench

import (
	"math/bits"
	goruntime "runtime"
	"syscall"
	"testing"
)

func TestPin(t *testing.T) {
	var m mask
	m[0], m[2] = 1, 1<<5
	if got := m.last(); got != 2*64+5 {
		t.Errorf("last core is %d, want 133", got)
	}

	goruntime.LockOSThread() // so that all calls ask the same thread
	defer goruntime.UnlockOSThread()
	var before, during, after mask
	ask := func(m *mask) {
		if err := affinity(syscall.SYS_SCHED_GETAFFINITY, m); err != nil {
			t.Skip(err)
		}
	}
	ask(&before)
	core, unpin := pin()
	ask(&during)
	unpin()
	ask(&after)
	cores := 0
	for _, word := range during {
		cores += bits.OnesCount64(word)
	}
	if cores != 1 || during.last() != before.last() {
		t.Errorf("%s, but the thread may run on %d cores, the last of which is %d", core, cores, during.last())
	}
	if after != before {
		t.Errorf("the thread may run on %x again, want %x as before", after, before)
	}
}
