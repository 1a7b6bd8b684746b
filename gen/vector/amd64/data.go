package amd64

import (
	"fmt"
	"io"

	"github.com/chainrule-go/chainrule/gen/vector"
)

// data is the read-only memory of a file of kernels: constants, and masks of the first lanes of a register.
//
// A constant is one element, to be broadcast as it is read; where an instruction of AVX2 reads it itself, it fills a
// register.
type data struct {
	order []entry
	at    map[entry]int
	size  int
	tails bool
	ramp  bool

	tables    []table
	tableAt   map[table]int
	tableSize int
}

// entry is a constant.
type entry struct {
	bits uint64
	size int  // of an element
	wide bool // fills 32 bytes
}

const (
	constants = "constants<>"
	tails     = "tails<>"
	wideBytes = 32
)

// newData collects the constants of kernels, the wide ones first.
func newData(kernels []Kernel) *data {
	d := &data{at: map[entry]int{}, tableAt: map[table]int{}}
	for _, wide := range []bool{true, false} {
		for _, size := range []int{8, 4} {
			for _, k := range kernels {
				if int(k.Func.Element) == size {
					d.collect(k.Func, k.Func.Body, wide)
				}
			}
		}
	}
	return d
}

// collect adds the constants of some instructions, and notes whether masks of lanes are needed.
func (d *data) collect(f *vector.Func, body []vector.Stmt, wide bool) {
	for _, s := range body {
		switch s := s.(type) {
		case *vector.Loop:
			d.collect(f, s.Body, wide)
		case *vector.Instr:
			d.tails = d.tails || (s.Op == vector.Tail || s.Op == vector.First) && f.Target.Masks == 0
			for _, a := range s.Args {
				switch a := a.(type) {
				case vector.Const:
					d.add(entryOf(f, s, a), wide)
				case vector.Ramp:
					d.ramp = true
				case vector.Table:
					if s.Op == vector.Load {
						d.addTable(table{a, int(f.Element), s.Lanes})
					}
				}
			}
		}
	}
}

// add gives a constant its place, once.
func (d *data) add(e entry, wide bool) {
	if _, ok := d.at[e]; ok || e.wide != wide {
		return
	}
	d.at[e] = d.size
	d.order = append(d.order, e)
	if d.size += e.size; e.wide {
		d.size += wideBytes - e.size
	}
}

// entryOf returns the entry that an instruction reads a constant from.
func entryOf(f *vector.Func, s *vector.Instr, c vector.Const) entry {
	return entry{bits: uint64(c), size: int(f.Element), wide: s.Op != vector.Load && f.Target.SplatUses == 0}
}

// address names a constant.
func (d *data) address(e entry) string { return fmt.Sprintf("%s+%d(SB)", constants, d.at[e]) }

// tail names the mask of the first n elements.
func (d *data) tail(n, size int) string {
	return fmt.Sprintf("%s+%d(SB)", tails, wideBytes-n*size)
}

// print writes the tables.
func (d *data) print(w io.Writer) {
	if d.size > 0 {
		fmt.Fprint(w, "\n// Constants: one element each, those that instructions read themselves repeated.\n")
	}
	for _, e := range d.order {
		size, bits := e.size, e.bits
		if e.wide && size == 4 {
			size, bits = 8, bits|bits<<32
		}
		for at := 0; at < e.size || e.wide && at < wideBytes; at += size {
			fmt.Fprintf(w, "DATA %s+%d(SB)/%d, $0x%0*x\n", constants, d.at[e]+at, size, 2*size, bits)
		}
	}
	if d.size > 0 {
		fmt.Fprintf(w, "GLOBL %s(SB), RODATA|NOPTR, $%d\n", constants, d.size)
	}
	d.printTables(w)
	if d.ramp {
		printRamp(w)
	}
	if !d.tails {
		return
	}
	fmt.Fprint(w, "\n// Masks: the first lanes of a register that starts before the middle.\n")
	for i := 0; i < 2*wideBytes; i += 8 {
		bits := uint64(0)
		if i < wideBytes {
			bits = ^bits
		}
		fmt.Fprintf(w, "DATA %s+%d(SB)/8, $0x%016x\n", tails, i, bits)
	}
	fmt.Fprintf(w, "GLOBL %s(SB), RODATA|NOPTR, $%d\n", tails, 2*wideBytes)
}
