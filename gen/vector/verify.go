package vector

import (
	"fmt"
	"slices"
)

// Verify reports what is wrong with a function: a register that is read before it is defined, of the wrong class or
// beyond those of the machine, an argument in memory where the operation takes none, a number of lanes that no register
// has. What it finds is a mistake of this package.
func (f *Func) Verify() error {
	c := &checker{f: f, defined: map[Reg]bool{}}
	c.body(f.Body)
	if c.err != nil {
		return fmt.Errorf("vector %s: %w\n%s", f.Kernel.Name, c.err, f)
	}
	return nil
}

// checker walks the statements in order.
type checker struct {
	f       *Func
	defined map[Reg]bool
	err     error // the first mistake
}

// failf reports a mistake; only the first counts.
func (c *checker) failf(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// body checks statements in order.
func (c *checker) body(body []Stmt) {
	for _, s := range body {
		switch s := s.(type) {
		case *Loop:
			if s.Count == "" && s.Turns < 2 && s.Step == 0 && !s.Rest {
				c.failf("loop of %d turns", s.Turns)
			}
			c.define(s.Counter, Pointer)
			c.body(s.Body)
		case *Return:
			if c.f.Kernel.Scalar(s.Unless) == nil {
				c.failf("%s is no operand", s.Unless)
			}
		case *Length:
			c.define(s.Dst, Pointer)
			if a := c.f.Kernel.Array(s.Array); a == nil || !a.Slice {
				c.failf("%s is no slice", s.Array)
			}
		case *Point:
			c.define(s.Dst, Pointer)
			if c.f.Kernel.Array(s.Array) == nil {
				c.failf("%s is no operand", s.Array)
			}
		case *Advance:
			c.use(s.Dst, Pointer)
		case *Instr:
			c.instr(s)
		}
	}
}

// define enters the register of a result.
func (c *checker) define(r Reg, class Class) {
	c.defined[r] = true
	c.use(r, class)
}

// use checks that a register is one of the machine, if it has a place, and that it is defined.
func (c *checker) use(r Reg, class Class) {
	info := c.f.Regs[r]
	if !c.defined[r] {
		c.failf("%s is read before it is defined", c.f.reg(r))
	}
	if info.Class != class {
		c.failf("%s is of class %d, want %d", c.f.reg(r), info.Class, class)
	}
	if info.Place >= c.f.places(class) {
		c.failf("%s does not exist", c.f.reg(r))
	}
}

// instr checks the arguments of an instruction, its lanes and its result.
func (c *checker) instr(s *Instr) {
	info := ops[s.Op]
	if len(s.Args) != info.args || info.masked != (s.Mask != 0) && s.Op != Load && s.Op != Store {
		c.failf("%s: wrong arguments", c.f.instr(s))
		return
	}
	if !c.legalLanes(s) {
		c.failf("%s: no register has %d lanes", c.f.instr(s), s.Lanes)
	}
	if s.Mask != 0 {
		c.use(s.Mask, Mask)
	}
	memory := 0
	for i, a := range s.Args {
		if r, ok := a.(Reg); ok {
			class := Vector
			if s.Op == First || s.Op == Counter {
				class = Pointer
			}
			c.use(r, class)
			continue
		}
		memory++
		if m, ok := a.(Mem); ok {
			c.use(m.Base, Pointer)
			if integers := c.f.Regs[m.Base].Bytes > 0; integers != (s.Op == Widen) || integers && (s.Mask != 0 || s.Lanes != c.f.Target.Lanes(int(c.f.Element))) {
				c.failf("%s: integers are read into whole registers, by widen", c.f.instr(s))
			}
		}
		if !c.inMemory(s, info, i, a) {
			c.failf("%s: argument %d has to be in a register", c.f.instr(s), i)
		}
	}
	if memory > 1 {
		c.failf("%s: %d arguments in memory", c.f.instr(s), memory)
	}
	if s.Dst != 0 {
		class := Vector
		if s.Op == Tail || s.Op == TailHigh || s.Op == First || s.Op == Compare {
			class = Mask
		}
		c.define(s.Dst, class)
	} else if s.Op != Store {
		c.failf("%s has no result", c.f.instr(s))
	}
	if (s.Op.fused() || ops[s.Op].tied) && s.Dst != 0 && c.f.Regs[s.Dst].Place >= 0 && !c.tied(s) {
		c.failf("%s: the result takes the place of none of the arguments", c.f.instr(s))
	}
}

// inMemory tells whether argument i may lie in memory as it does.
func (c *checker) inMemory(s *Instr, info opInfo, i int, a Arg) bool {
	allowed := false
	for _, p := range info.memory {
		allowed = allowed || p == i
	}
	if m, ok := a.(Mem); ok && m.Splat && s.Op != Load && c.f.Target.SplatUses == 0 {
		return false
	}
	switch a.(type) {
	case Table:
		return s.Op == Load || s.Op == Pick && s.Lanes*int(c.f.Element) <= c.f.Target.Narrow
	case Scalar:
		return allowed && (s.Op == Load || s.Op == Store)
	case Word, Ramp:
		return s.Op == Load
	}
	return allowed
}

// legalLanes tells whether a register has that many lanes; a load or a store may touch fewer.
func (c *checker) legalLanes(s *Instr) bool {
	n := s.Lanes
	if n < 1 || n&(n-1) != 0 || n > c.f.Target.Lanes(int(c.f.Element)) {
		return false
	}
	return n == c.f.full(n) || s.Op == Load || s.Op == Store || s.Op == High
}

// tied tells whether the result of a fused operation lies where one of its arguments lay, that of a tied one where the first
// lay, and no other register.
func (c *checker) tied(s *Instr) bool {
	in := func(a Arg) bool {
		r, ok := a.(Reg)
		return ok && c.f.Regs[r].Place == c.f.Regs[s.Dst].Place
	}
	if ops[s.Op].tied {
		return in(s.Args[0]) && !slices.ContainsFunc(s.Args[1:], func(a Arg) bool { return in(a) && a != s.Args[0] })
	}
	return slices.ContainsFunc(s.Args, in)
}

// places returns how many registers of a class the machine has.
func (f *Func) places(class Class) int {
	switch {
	case class == Pointer:
		return f.Target.Pointers
	case class == Mask && f.Target.Masks > 0:
		return f.Target.Masks
	}
	return f.Target.Registers
}
