package vector

import "github.com/chainrule-go/chainrule/gen/kernel"

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
		s.Dst, s.Args = l.register("", Vector), []Arg{l.table(table, proto.Op, width)}
		for _, x := range xs {
			s.Args = append(s.Args, x.at(i))
		}
		out.args[i] = s.Dst
		l.write(&s)
	}
	return out
}

// table returns a table as the index of a pick: in a register, unless it is part of the instruction.
func (l *lowering) table(t Table, op Op, width int) Arg {
	if op == Pick && width*int(l.Element) <= l.Target.Narrow {
		return t
	}
	r := l.register("", Vector)
	l.write(&Instr{Op: Load, Lanes: width, Dst: r, Args: []Arg{t}})
	return r
}

// picked puts lanes of registers together, two registers at a time.
func (l *lowering) picked(x kernel.Pick) value {
	n := len(x.Lanes)
	var xs []value
	number := make([]int, len(x.From)) // of those that some lane comes from, from 1 on
	for _, lane := range x.Lanes {
		if number[lane.From] == 0 {
			xs = append(xs, l.ready(l.eval([]kernel.Expr{x.From[lane.From]})))
			number[lane.From] = len(xs)
		}
	}
	width := l.full(n)
	for _, x := range xs {
		width = max(width, l.lanesOf(x))
	}
	lanes := make([]int, n)
	if len(xs) == 1 {
		return l.one(x, xs[0], width, n)
	}
	y := xs[0]
	for i, next := range xs[1:] {
		for k, lane := range x.Lanes {
			switch from := number[lane.From] - 1; {
			case from == i+1:
				lanes[k] = width + lane.At
			case i == 0 && from == 0:
				lanes[k] = lane.At
			default:
				lanes[k] = k // it is there already, or will be
			}
		}
		y = l.pickIn(width, lanes, []value{y, next})
	}
	y.lanes = n
	return y
}

// one puts lanes of one register together.
func (l *lowering) one(p kernel.Pick, x value, width, n int) value {
	lanes := make([]int, n)
	same, first := true, true
	for k, lane := range p.Lanes {
		lanes[k] = lane.At
		same, first = same && lane.At == k, first && lane.At == 0
	}
	switch {
	case same:
	case first:
		r := l.register("", Vector)
		l.write(&Instr{Op: Splat, Lanes: l.full(n), Dst: r, Args: []Arg{x.at(0)}})
		x = value{args: []Arg{r}}
	default:
		x = l.pickIn(width, lanes, []value{x})
	}
	x.lanes, x.upto = n, 0
	return x
}
