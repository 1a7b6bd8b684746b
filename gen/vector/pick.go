package vector

// pick returns a value whose lane k is lane lanes[k] of the others, one behind the other. Each of them has a register, from
// lane per·i on for the i-th; what is above n lanes is lane 0 of the first, so that no lane holds anything strange.
func (l *lowering) pick(lanes []int, n int, xs ...value) value {
	width := l.full(n)
	for i := range xs {
		xs[i] = l.ready(xs[i])
		width = max(width, l.lanesOf(xs[i]))
	}
	out := l.pickIn(width, lanes, xs)
	out.lanes = n
	return out
}

// pickIn picks lanes of registers of one width: of one, or of two at a time.
func (l *lowering) pickIn(width int, lanes []int, xs []value) value {
	var table Table
	for k, from := range lanes {
		table[k] = uint64(from)
	}
	proto := Instr{Op: Pick, Lanes: width}
	if len(xs) > 1 {
		proto.Op = PickTwo
	}
	out := value{args: make([]Arg, len(xs[0].args))}
	for i := range out.args {
		s := proto
		s.Dst, s.Args = l.register("", Vector), []Arg{l.table(table, width)}
		for _, x := range xs {
			s.Args = append(s.Args, x.at(i))
		}
		out.args[i] = s.Dst
		l.write(&s)
	}
	return out
}

// table returns a table as the index of a pick: in a register, unless it is part of the instruction.
func (l *lowering) table(t Table, width int) Arg {
	if width*int(l.Element) <= l.Target.Narrow {
		return t
	}
	r := l.register("", Vector)
	l.write(&Instr{Op: Load, Lanes: width, Dst: r, Args: []Arg{t}})
	return r
}
