package vector

// value is what an expression is in each of several statements that advance side by side.
type value struct {
	args    []Arg   // one per copy, or one for all of them
	lanes   int     // 0: every lane is the same
	upto    int     // only so many lanes count, from lane 0 on; 0: all of them
	product []value // what it is the product of, as long as it is not multiplied
	kept    []value // a mask and what it keeps, as long as an addition may take them
}

// at returns the argument of copy i.
func (v value) at(i int) Arg {
	if len(v.args) == 1 {
		return v.args[0]
	}
	return v.args[i]
}

// fewer returns how many lanes count where those of two values do.
func fewer(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// number is a constant.
func (l *lowering) number(x float64) value { return l.pattern(l.Element.bits(x)) }

// pattern is a constant given as the bits of an element.
func (l *lowering) pattern(bits uint64) value { return value{args: []Arg{Const(bits)}} }

// lanesOf returns the lanes of the register that a value needs.
func (l *lowering) lanesOf(v value) int {
	switch {
	case v.upto > 0:
		return l.full(v.upto)
	case v.lanes == 0:
		return l.widest
	}
	return l.full(v.lanes)
}

// op appends one instruction per copy and returns their results. The last arguments may stay in memory. In exact kernels a
// multiply-add is a product and a sum.
func (l *lowering) op(op Op, xs ...value) value {
	if !op.fused() || !l.Kernel.Exact {
		return l.instr(Instr{Op: op}, xs...)
	}
	product := l.instr(Instr{Op: Mul}, xs[:2]...)
	switch op {
	case Fms:
		return l.instr(Instr{Op: Sub}, product, xs[2])
	case Fnma:
		return l.instr(Instr{Op: Sub}, xs[2], product)
	}
	return l.instr(Instr{Op: Add}, product, xs[2])
}

// shift moves the bits of an element.
func (l *lowering) shift(op Op, x value, by int) value { return l.instr(Instr{Op: op, Imm: by}, x) }

// compare returns the masks of x relation y.
func (l *lowering) compare(r Relation, x, y value) value {
	if inMemory(x) && !inMemory(y) {
		x, y, r = y, x, mirrored[r]
	}
	return l.instr(Instr{Op: Compare, Imm: int(r)}, x, y)
}

// keep returns x where a mask holds, else zero.
func (l *lowering) keep(mask, x value) value {
	return l.masked(Instr{Op: Keep}, mask, x)
}

// kept returns what a mask keeps of x. It is left to the addition that may take both.
func (l *lowering) kept(mask, x value) value {
	x = l.settled(x)
	out := l.join(mask, x)
	return value{kept: []value{mask, x}, lanes: out.lanes, upto: out.upto, args: out.args}
}

// keeps returns the mask of the lanes whose bits are ones in x, which is the same in all of them: NaN.
func (l *lowering) keeps(x value) value {
	if x = l.ready(x); len(x.args) > 1 {
		l.failf("statements side by side keep by different masks")
	}
	if r := x.args[0].(Reg); l.keeping.of != r || l.keeping.block != l.block {
		l.keeping = keeping{r, l.block, l.compare(Unordered, x, x).args[0].(Reg)}
	}
	return value{args: []Arg{l.keeping.mask}}
}

// keeping is the mask that was made last of a register, in a block of statements.
type keeping struct {
	of    Reg
	block int
	mask  Reg
}

// choose returns x where a mask holds, else y.
func (l *lowering) choose(mask, x, y value) value {
	return l.masked(Instr{Op: Select}, mask, x, y)
}

// join returns what a value computed from others is like.
func (l *lowering) join(xs ...value) value {
	var out value
	copies := 1
	for _, x := range xs {
		if out.lanes > 0 && x.lanes > 0 && out.lanes != x.lanes {
			l.failf("%d lanes meet %d", out.lanes, x.lanes)
		}
		out.lanes = max(out.lanes, x.lanes)
		out.upto = fewer(out.upto, x.upto)
		copies = max(copies, len(x.args))
	}
	if out.lanes > 0 {
		out.upto = 0
	}
	out.args = make([]Arg, copies)
	return out
}

// instr appends one instruction like proto per copy.
func (l *lowering) instr(proto Instr, xs ...value) value {
	for i := range xs {
		xs[i] = l.settled(xs[i])
	}
	out := l.join(xs...)
	proto.Lanes = l.lanesOf(out)
	class := Vector
	if proto.Op == Compare {
		class = Mask
	}
	l.legalize(proto.Op, proto.Lanes, len(out.args), out.lanes, xs)
	for i := range out.args {
		s := proto
		s.Dst = l.register("", class)
		for _, x := range xs {
			s.Args = append(s.Args, x.at(i))
		}
		out.args[i] = s.Dst
		l.write(&s)
	}
	return out
}

// masked appends instructions whose first value is the mask.
func (l *lowering) masked(proto Instr, xs ...value) value {
	for i := range xs {
		xs[i] = l.settled(xs[i])
	}
	out := l.join(xs...)
	proto.Lanes = l.lanesOf(out)
	l.legalize(proto.Op, proto.Lanes, len(out.args), out.lanes, xs[1:])
	for i := range out.args {
		s := proto
		s.Mask, s.Dst = xs[0].at(i).(Reg), l.register("", Vector)
		for _, x := range xs[1:] {
			s.Args = append(s.Args, x.at(i))
		}
		out.args[i] = s.Dst
		l.write(&s)
	}
	return out
}

// legalize loads the arguments that may not stay in memory. An argument that several copies share is loaded once. Where
// elements lie in lanes, what has too few of them gets lane 0 in all.
func (l *lowering) legalize(op Op, lanes, copies, elements int, xs []value) {
	info := ops[op]
	if info.commutes && inMemory(xs[0]) && !inMemory(xs[1]) {
		xs[0], xs[1] = xs[1], xs[0]
	}
	left := 1 // arguments that may stay
	for i := range xs {
		if elements > 0 && xs[i].upto > 0 && xs[i].upto < max(2, elements) {
			xs[i] = l.splat(xs[i])
		}
		if !inMemory(xs[i]) {
			continue
		}
		allowed := false
		for _, p := range info.memory {
			allowed = allowed || p == i
		}
		if left > 0 && allowed && l.foldable(op, xs[i], lanes, copies) {
			left--
			continue
		}
		xs[i] = l.inRegisters(xs[i], lanes)
	}
}

// inMemory tells whether some of the arguments are not in registers.
func inMemory(v value) bool {
	for _, a := range v.args {
		if _, ok := a.(Reg); !ok {
			return true
		}
	}
	return false
}

// foldable tells whether an instruction reads the argument itself, from memory. Keep is a load of elements.
func (l *lowering) foldable(op Op, v value, lanes, copies int) bool {
	if copies > 1 && len(v.args) == 1 {
		return false
	}
	for _, a := range v.args {
		switch a := a.(type) {
		case Const:
			if a == 0 || op == Keep {
				return false
			}
		case Mem:
			if l.Regs[a.Base].Bytes > 0 || a.Splat && (l.Target.SplatUses == 0 || op == Keep) || !a.Splat && (l.rest || l.full(v.lanes) != lanes || v.lanes != lanes && !a.Room) {
				return false
			}
		case Scalar, Word, Ramp, Table:
			return false
		}
	}
	return true
}

// inRegisters loads what is not in registers.
func (l *lowering) inRegisters(v value, lanes int) value {
	v = l.settled(v)
	args := make([]Arg, len(v.args))
	for i, a := range v.args {
		if _, ok := a.(Reg); ok {
			args[i] = a
			continue
		}
		if c, ok := a.(Const); ok && l.group != 0 && l.recent == (loaded{c, lanes, l.group, l.recent.reg}) {
			args[i] = l.recent.reg
			continue
		}
		r := l.register("", Vector)
		l.load(r, a, v.lanes, lanes)
		args[i] = r
		if c, ok := a.(Const); ok && len(v.args) == 1 {
			l.recent = loaded{c, lanes, l.group, r}
		}
	}
	v.args = args
	return v
}

// loaded is the constant that was loaded last for statements side by side: the next operation may need it again.
type loaded struct {
	c            Const
	lanes, group int
	reg          Reg
}

// load appends the instruction that brings an argument to a register; of elements in a row there are count.
func (l *lowering) load(dst Reg, a Arg, count, lanes int) {
	s := &Instr{Op: Load, Lanes: lanes, Dst: dst, Args: []Arg{a}}
	if a == Arg(Const(0)) {
		s.Op, s.Args = Zero, nil
	}
	if m, ok := a.(Mem); ok && !m.Splat {
		if s.Lanes, s.Mask = l.reach(m, count); l.Regs[m.Base].Bytes > 0 {
			s.Op = Widen
		}
	}
	l.write(s)
}

// splat brings lane 0 to all lanes.
func (l *lowering) splat(v value) value {
	v = l.inRegisters(v, l.full(1))
	out := value{args: make([]Arg, len(v.args))}
	for i, a := range v.args {
		r := l.register("", Vector)
		l.write(&Instr{Op: Splat, Lanes: l.widest, Dst: r, Args: []Arg{a}})
		out.args[i] = r
	}
	return out
}
