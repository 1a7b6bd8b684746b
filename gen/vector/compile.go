package vector

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/target"
)

// Compile turns a kernel into vector code for a machine. It fails where the kernel has statements without a vector form,
// more lanes than the machine, or more values in registers than the machine holds.
func Compile(k *kernel.Func, t *target.Vector, e Element) (*Func, error) {
	limits := map[bundleKind]int{}
	for holds := true; ; {
		// Statements become instructions on as many registers as they like, loops move pointers.
		f, err := lower(k, t, e, limits, holds)
		if err != nil {
			return nil, err
		}
		if err := f.Verify(); err != nil {
			return nil, err
		}
		// Every register gets its place in the machine.
		full := f.Allocate()
		if len(full) == 0 {
			return f, f.Verify()
		}
		if holds { // that takes registers
			holds = false
			continue
		}
		// Where there are not enough, fewer copies of the statement advance side by side, in the end one and with few registers.
		for k, e := range full {
			kind := e.bundle.bundleKind
			switch {
			case e.bundle.copies < 1 && k > 0: // maybe a consequence
			case e.bundle.copies < 1 || limits[kind] == 1:
				return nil, e
			default:
				limits[kind] = max(1, e.bundle.copies-1)
			}
		}
	}
}

// PressureError says that more values have to be in registers than the machine has.
type PressureError struct {
	Kernel, Target, At string   // the functions and the instruction
	Have               int      // registers of this class
	Live               []string // what they hold
	bundle             bundle   // of the statements that the instruction belongs to
}

// Error names the instruction and what the registers hold there.
func (e *PressureError) Error() string {
	return fmt.Sprintf("vector %s: %s has %d registers, all in use at %s: %v", e.Kernel, e.Target, e.Have, e.At, e.Live)
}
