package bench

import (
	"fmt"
	"math/bits"
	goruntime "runtime"
	"syscall"
	"unsafe"
)

// mask says which cores a thread may run on.
type mask [16]uint64

// pin keeps the calling goroutine, and the processes that it starts, on one core: the last of those that it may use,
// because interrupts prefer the first. It says which, and returns what undoes it.
func pin() (core string, unpin func()) {
	goruntime.LockOSThread()
	var before mask
	if err := affinity(syscall.SYS_SCHED_GETAFFINITY, &before); err != nil {
		return "not pinned: " + err.Error(), goruntime.UnlockOSThread
	}
	last := before.last()
	var one mask
	one[last/64] = 1 << (last % 64)
	if err := affinity(syscall.SYS_SCHED_SETAFFINITY, &one); err != nil {
		return "not pinned: " + err.Error(), goruntime.UnlockOSThread
	}
	return fmt.Sprintf("pinned to core %d", last), func() {
		_ = affinity(syscall.SYS_SCHED_SETAFFINITY, &before)
		goruntime.UnlockOSThread()
	}
}

// last returns the core with the highest number.
func (m *mask) last() int {
	for i := len(m) - 1; i >= 0; i-- {
		if m[i] != 0 {
			return 64*i + bits.Len64(m[i]) - 1
		}
	}
	return 0
}

// affinity gets or sets the mask of the calling thread.
func affinity(call uintptr, m *mask) error {
	_, _, errno := syscall.RawSyscall(call, 0, unsafe.Sizeof(*m), uintptr(unsafe.Pointer(m)))
	if errno != 0 {
		return errno
	}
	return nil
}
