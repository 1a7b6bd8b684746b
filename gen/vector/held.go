package vector

import (
	"maps"
	"slices"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// What is stored outside of loops, a whole register at a time, is still in a register. Who loads it reads that: the processor need not hand the elements
// on from the store to the load, of which a step of a small network has several behind each other.

// spot is where lanes lie: from element at of an operand of the kernel on.
type spot struct {
	of        string
	at, lanes int
}

// spot returns where elements of an array lie.
func (l *lowering) spot(a *kernel.Array, at, lanes int) spot {
	if part, ok := l.parts[a]; ok {
		return spot{part.Of, part.Offset + at, lanes}
	}
	return spot{a.Name, at, lanes}
}

// read returns what an index means: the register that holds it, if there is one, else the memory.
func (l *lowering) read(of string, at kernel.Index) value {
	if p := l.resolve(of, at); l.nest == nil && p.lanes > 0 {
		if r, ok := l.held[l.spot(p.array, p.at, p.lanes)]; ok {
			if h := (Held{r, p.array.Name}); l.section != nil && r < l.section.From && !slices.Contains(l.section.Held, h) {
				l.section.Held = append(l.section.Held, h)
			}
			return value{args: []Arg{r}, lanes: p.lanes}
		}
	}
	return l.access(of, at)
}

// stored notes that a register was stored: what was held of the same elements no longer is.
func (l *lowering) stored(s *Instr) {
	m, ok := s.Args[1].(Mem)
	if !ok {
		return
	}
	to := l.spot(l.pointee[m.Base], m.At, s.Lanes)
	maps.DeleteFunc(l.held, func(h spot, _ Reg) bool {
		return h.of == to.of && (l.nest != nil || h.at < to.at+to.lanes && to.at < h.at+h.lanes)
	})
	if l.holds && l.nest == nil && s.Mask == 0 && s.Lanes == l.Target.Lanes(int(l.Element)) {
		l.held[to] = s.Args[0].(Reg)
	}
}

// release gives the variables that are still to read a register, which will change, registers of their own.
func (l *lowering) release(r Reg) {
	for _, v := range l.pending {
		if v.wait && v.uses > 0 && slices.Contains(v.load.args, Arg(r)) {
			l.need(v)
		}
	}
}

// changed notes that a register gets another value.
func (l *lowering) changed(r Reg) {
	if l.keeping.of == r {
		l.keeping = keeping{}
	}
	maps.DeleteFunc(l.held, func(_ spot, h Reg) bool { return h == r })
}
