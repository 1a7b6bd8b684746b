package vector

import (
	"maps"
	"slices"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// frame is a loop around the current statement. One that turns once is not printed.
type frame struct {
	*kernel.Loop
	printed bool
	counter Reg // where it is printed
	mask    Reg // of its lanes, where they do not fill a register
}

// nest is an outermost loop with everything in it. Each operand has a pointer of its own in it, or several where its
// elements are walked in different ways.
type nest struct {
	streams map[*kernel.Array][]*stream
	order   []*stream
	left    Reg // of loops over slices: the counter of the elements that are left
}

// stream is a pointer to an operand and how many elements it advances with each loop around its accesses.
type stream struct {
	array *kernel.Array
	reg   Reg
	coef  map[*frame]int
}

func newNest() *nest { return &nest{streams: map[*kernel.Array][]*stream{}} }

// loop lowers a loop. What its body defines ends with it.
func (l *lowering) loop(s *kernel.Loop) {
	registers, operands := kernel.Defined(s.Body)
	vars, views := kernel.Hidden(l.vars, registers), kernel.Hidden(l.views, operands)
	l.turns(s)
	maps.Copy(l.vars, vars)
	maps.Copy(l.views, views)
}

// turns lowers a loop with the names that it defines.
func (l *lowering) turns(s *kernel.Loop) {
	turns := (s.To - s.From) / s.Step
	f := &frame{Loop: s, printed: turns > 1 || s.Turns != ""}
	if s.Lanes > l.Target.Lanes(int(l.Element)) {
		l.failf("%d lanes, but a register has %d", s.Lanes, l.Target.Lanes(int(l.Element)))
	}
	if s.Lanes > 0 && s.Lanes&(s.Lanes-1) != 0 {
		f.mask = l.tail(s.Lanes)
	}
	if !f.printed {
		l.loops = append(l.loops, f)
		l.statements(s.Body)
		l.loops = l.loops[:len(l.loops)-1]
		return
	}
	outermost := l.nest == nil
	if s.First != "" && !outermost {
		l.failf("the loop over %s, which leaves out turns, is inside another", s.Var)
	}
	if outermost {
		l.nest, l.line = newNest(), newNest()
	}
	loop := &Loop{Turns: turns, Count: s.Turns, Counter: l.register(s.Var, Pointer)}
	f.counter = loop.Counter
	if loop.Count != "" {
		loop.Turns = 0
	}
	outer := l.body
	l.body = &loop.Body
	l.loops = append(l.loops, f)
	l.statements(s.Body)
	l.loops = l.loops[:len(l.loops)-1]
	back := l.advance(f, loop)
	l.body = outer
	if outermost {
		for _, s := range l.nest.order {
			l.write(l.point(s.reg, s.array))
			if by := s.coef[f] * f.Step; f.First != "" && by != 0 {
				l.write(&Advance{Dst: s.reg, By: by, Times: f.First})
			}
		}
		l.nest = nil
		back = nil // the next statement takes pointers of its own
	}
	l.write(loop)
	for _, s := range back {
		l.write(s)
	}
}

// advance moves the pointers at the end of a turn and returns what takes them back after the loop.
func (l *lowering) advance(f *frame, loop *Loop) (back []Stmt) {
	for _, s := range l.nest.order {
		by := s.coef[f] * f.Step
		if by == 0 {
			continue
		}
		l.merge(&Advance{Dst: s.reg, By: by})
		if loop.Count != "" {
			back = append(back, &Advance{Dst: s.reg, By: -by, Times: loop.Count})
		} else {
			back = append(back, &Advance{Dst: s.reg, By: -by * loop.Turns})
		}
	}
	return back
}

// merge appends the move of a pointer, or adds it to one among the last statements.
func (l *lowering) merge(a *Advance) {
	list := *l.body
	for i := len(list) - 1; i >= 0; i-- {
		last, ok := list[i].(*Advance)
		if !ok {
			break
		}
		if last.Dst == a.Dst && last.Times == "" {
			if last.By += a.By; last.By == 0 {
				*l.body = append(list[:i], list[i+1:]...)
			}
			return
		}
	}
	l.write(a)
}

// place is where an access goes: a position after a pointer, for one element or for lanes.
type place struct {
	array *kernel.Array
	at    int
	coef  map[*frame]int // of the printed loops
	lanes int
}

// resolve computes where an index of a named operand goes.
func (l *lowering) resolve(of string, at kernel.Index) place {
	v := l.view(of)
	p := place{array: v.array, at: v.offset.Const + at.Const, coef: map[*frame]int{}, lanes: at.Lanes}
	for _, t := range append(append([]kernel.Term(nil), v.offset.Terms...), at.Terms...) {
		f := l.frame(t.Var)
		p.at += t.Coef * f.From
		p.coef[f] += t.Coef
	}
	for f, coef := range p.coef {
		if f.Lanes > 0 && coef != 0 {
			if coef != 1 || p.lanes > 0 {
				l.failf("%s[%s]: its lanes are not neighbours", of, at)
			}
			p.lanes = f.Lanes
		}
		if !f.printed || coef == 0 {
			delete(p.coef, f)
		}
	}
	return p
}

// frame returns the innermost loop of that variable.
func (l *lowering) frame(v string) *frame {
	for i := len(l.loops) - 1; i >= 0; i-- {
		if l.loops[i].Var == v {
			return l.loops[i]
		}
	}
	l.failf("index variable %s is not defined", v)
	return nil
}

// access returns the memory that an index means, as a value that is not loaded yet. Beside a single element there may be
// anything: the stack has no lanes there, and what looks like denormal numbers is slow.
func (l *lowering) access(of string, at kernel.Index) value {
	p := l.resolve(of, at)
	return value{args: []Arg{Mem{Base: l.pointer(p), At: p.at, Splat: p.lanes == 0, Room: p.lanes > 1 && l.own(p.array)}}, lanes: p.lanes}
}

// own tells whether an array lies in memory of the function itself, where the last of its registers has room.
func (l *lowering) own(a *kernel.Array) bool {
	of := l.parts[a].Of
	return slices.ContainsFunc(l.Kernel.Locals, func(local *kernel.Array) bool { return local.Name == of })
}

// reach returns how many lanes a load or a store of some elements has, and its mask, where there may be room for more.
func (l *lowering) reach(m Mem, elements int) (lanes int, mask Reg) {
	if m.Room && elements > 0 {
		return l.full(elements), 0
	}
	return l.touched(elements)
}

// maxLine is how many operands have a pointer at the same time outside loops.
const maxLine = 6

// pointer returns the pointer that advances as a place does.
func (l *lowering) pointer(p place) Reg {
	n := l.nest
	if n == nil {
		n = l.line
	}
	for _, s := range n.streams[p.array] {
		if l.advancesAs(s, p) {
			return s.reg
		}
	}
	s := &stream{array: p.array, reg: l.register(p.array.Name, Pointer), coef: map[*frame]int{}}
	l.Regs[s.reg].Bytes, l.pointee[s.reg] = p.array.Bytes, p.array
	l.advancesAs(s, p)
	if l.nest == nil {
		if len(n.order) == maxLine {
			delete(n.streams, n.order[0].array)
			n.order = n.order[1:]
		}
		l.write(l.point(s.reg, p.array))
	}
	n.streams[p.array] = append(n.streams[p.array], s)
	n.order = append(n.order, s)
	return s.reg
}

// advancesAs tells whether a stream advances with every loop around here as a place does, and enters the loops in which
// it was not used yet.
func (l *lowering) advancesAs(s *stream, p place) bool {
	for _, f := range l.loops {
		if coef, used := s.coef[f]; used && coef != p.coef[f] {
			return false
		}
	}
	for _, f := range l.loops {
		if f.printed {
			s.coef[f] = p.coef[f]
		}
	}
	return true
}

// touched returns how many lanes a load or a store of some elements has, and its mask.
func (l *lowering) touched(elements int) (lanes int, mask Reg) {
	if elements == 0 {
		return 1, 0
	}
	for i := len(l.loops) - 1; i >= 0; i-- {
		if f := l.loops[i]; f.Lanes == elements && f.mask != 0 {
			return l.full(elements), f.mask
		}
	}
	if elements&(elements-1) == 0 {
		return elements, 0
	}
	return l.full(elements), l.tail(elements)
}

// tail defines the mask of the first n lanes.
func (l *lowering) tail(n int) Reg {
	r := l.register("tail", Mask)
	l.write(&Instr{Op: Tail, Lanes: l.full(n), Dst: r, Imm: n})
	return r
}

// sumOf adds two indices.
func sumOf(a, b kernel.Index) kernel.Index {
	return kernel.Index{Const: a.Const + b.Const, Terms: append(append([]kernel.Term(nil), a.Terms...), b.Terms...), Lanes: max(a.Lanes, b.Lanes)}
}
