package vector

import "slices"

// Allocate gives every register a place in the machine. A register keeps it from its definition to its last use, through
// the whole of every loop that it comes into from outside. The result of a fused operation takes the place of one of its
// arguments, as machines have it; where all are needed later, a move goes before it. Nothing is spilled: a schedule that
// needs more registers than there are is a bad one, and the errors say so: one for each block, whose kernel uses the registers
// of no other. Where they have bundles, those come first.
func (f *Func) Allocate() []*PressureError {
	a := &allocation{Func: f, spans: f.spans(), taken: map[Class][]Reg{}, size: map[Class]int{}, short: map[int]bool{}}
	for _, class := range []Class{Vector, Mask, Pointer} {
		if file := a.file(class); a.taken[file] == nil {
			a.size[file] = f.places(class)
			a.taken[file] = make([]Reg, a.size[file])
		}
	}
	f.Body = a.body(f.Body)
	return a.full
}

// span is the life of a register, in positions of statements.
type span struct{ from, to int }

// spans returns the lives of all registers.
func (f *Func) spans() []span {
	s := make([]span, len(f.Regs))
	at := 0
	var visit func(body []Stmt)
	visit = func(body []Stmt) {
		for _, stmt := range body {
			at++
			mentions(stmt, func(r Reg) {
				if s[r].from == 0 {
					s[r].from = at
				}
				s[r].to = at
			})
			loop, ok := stmt.(*Loop)
			if !ok {
				continue
			}
			from := at
			visit(loop.Body)
			at++
			s[loop.Counter].to = max(s[loop.Counter].to, at)
			for r := range s {
				if s[r].from != 0 && s[r].from < from && s[r].to >= from {
					s[r].to = at
				}
			}
		}
	}
	visit(f.Body)
	return s
}

// mentions calls visit for every register of a statement, those of its body aside.
func mentions(s Stmt, visit func(Reg)) {
	one := func(r Reg) {
		if r != 0 {
			visit(r)
		}
	}
	switch s := s.(type) {
	case *Length:
		one(s.Dst)
	case *Point:
		one(s.Dst)
	case *Advance:
		one(s.Dst)
	case *Loop:
		one(s.Counter)
	case *Instr:
		for _, a := range s.Args {
			switch a := a.(type) {
			case Reg:
				one(a)
			case Mem:
				one(a.Base)
			}
		}
		one(s.Mask)
		one(s.Dst)
	}
}

// allocation walks the statements and knows which places are taken.
type allocation struct {
	*Func
	spans []span
	taken map[Class][]Reg // by file of registers: who is where
	at    int

	size  map[Class]int // how many registers a file has; what is taken beyond is too much
	short map[int]bool  // blocks that need more
	full  []*PressureError
}

// file returns the class in whose registers those of a class lie.
func (a *allocation) file(c Class) Class {
	if c == Mask && a.Target.Masks == 0 {
		return Vector
	}
	return c
}

// body allocates the statements of a body in order and returns them with the moves that had to be added.
func (a *allocation) body(body []Stmt) []Stmt {
	var out []Stmt
	for _, s := range body {
		a.at++
		switch s := s.(type) {
		case *Loop:
			a.take(s.Counter, s, 0)
			s.Body = a.body(s.Body)
			a.at++
			a.release()
		case *Length:
			a.take(s.Dst, s, 0)
		case *Point:
			a.take(s.Dst, s, 0)
		case *Instr:
			out = a.instr(out, s)
		}
		out = append(out, s)
		a.release()
	}
	return out
}

// instr allocates the result of an instruction; the places of arguments that are not needed any more are free for it.
func (a *allocation) instr(out []Stmt, s *Instr) []Stmt {
	if ops[s.Op].tied {
		return a.tied(out, s)
	}
	if s.Dst == 0 || a.Regs[s.Dst].Place >= 0 && !s.Op.fused() {
		return out
	}
	if s.Op.fused() {
		return a.fused(out, s)
	}
	a.releaseArgs(s)
	a.take(s.Dst, s, s.Group)
	return out
}

// tied lets the result take the place of the first argument, or of a copy of it if it is needed later.
func (a *allocation) tied(out []Stmt, s *Instr) []Stmt {
	x := s.Args[0].(Reg)
	switch {
	case x == s.Dst:
	case a.Regs[s.Dst].Place < 0 && a.spans[x].to == a.at:
		a.move(x, s.Dst)
	default:
		a.take(s.Dst, s, s.Group)
		out = append(out, &Instr{Op: Move, Lanes: s.Lanes, Dst: s.Dst, Args: []Arg{x}, Group: s.Group})
		s.Args = slices.Replace(slices.Clone(s.Args), 0, 1, Arg(s.Dst))
	}
	return out
}

// fused lets the result of a fused operation take the place of an argument: of the sum rather than of a factor.
func (a *allocation) fused(out []Stmt, s *Instr) []Stmt {
	for _, k := range []int{2, 0, 1} {
		r, ok := s.Args[k].(Reg)
		if ok && r == s.Dst {
			return out
		}
	}
	if a.Regs[s.Dst].Place < 0 {
		for _, k := range []int{2, 0, 1} {
			if r, ok := s.Args[k].(Reg); ok && a.spans[r].to == a.at {
				a.move(r, s.Dst)
				return out
			}
		}
		a.take(s.Dst, s, s.Group)
	}
	// No argument can be given up: the sum goes where the result is wanted.
	bring := &Instr{Op: Move, Lanes: s.Lanes, Dst: s.Dst, Args: []Arg{s.Args[2]}, Group: s.Group}
	if _, ok := s.Args[2].(Reg); !ok {
		bring.Op = Load
	}
	s.Args = []Arg{s.Args[0], s.Args[1], s.Dst}
	return append(out, bring)
}

// move gives the place of one register to another.
func (a *allocation) move(from, to Reg) {
	place := a.Regs[from].Place
	a.Regs[to].Place = place
	a.taken[a.file(Vector)][place] = to
}

// take gives a register the first free place.
func (a *allocation) take(r Reg, s Stmt, group int) {
	if a.Regs[r].Place >= 0 {
		return
	}
	class := a.file(a.Regs[r].Class)
	place := slices.Index(a.taken[class], 0)
	if place < 0 {
		place = len(a.taken[class])
		a.taken[class] = append(a.taken[class], 0)
	}
	if file, beyond := a.taken[class][:a.size[class]], a.taken[class][a.size[class]:]; place >= len(file) && !slices.ContainsFunc(beyond, func(r Reg) bool { return r != 0 }) {
		a.pressure(file, s, group)
	}
	a.Regs[r].Place, a.taken[class][place] = place, r
}

// releaseArgs frees the places of the arguments that are not needed after an instruction.
func (a *allocation) releaseArgs(s *Instr) {
	mentions(s, func(r Reg) {
		if r != s.Dst && a.spans[r].to == a.at {
			a.free(r)
		}
	})
}

// free gives the place of a register back.
func (a *allocation) free(r Reg) {
	file := a.taken[a.file(a.Regs[r].Class)]
	if i := slices.Index(file, r); i >= 0 {
		file[i] = 0
	}
}

// release frees the places of everything that ends here.
func (a *allocation) release() {
	for _, file := range a.taken {
		for i, r := range file {
			if r != 0 && a.spans[r].to <= a.at {
				file[i] = 0
			}
		}
	}
}

// pressure notes that no place is left. What follows in the same block may only be a consequence, and so is what meets
// registers beyond the last.
func (a *allocation) pressure(file []Reg, s Stmt, group int) {
	e := &PressureError{Kernel: a.Kernel.Name, Target: a.Target.Name, Have: len(file), At: "a loop"}
	block := -1
	if group > 0 {
		e.bundle = a.bundles[group-1]
		block = e.bundle.block
	}
	if a.short[block] {
		return
	}
	a.short[block] = true
	if i, ok := s.(*Instr); ok {
		e.At = a.Func.instr(i)
	}
	for _, r := range file {
		e.Live = append(e.Live, a.reg(r))
	}
	if e.bundle.copies < 1 {
		a.full = append(a.full, e)
	} else {
		a.full = append([]*PressureError{e}, a.full...)
	}
}
