package vector

import (
	"maps"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// Sums of lanes that go to neighbouring elements, such as eight elements of db, are made together: registers whose lanes
// are to be added are zipped and added, in a tree, until one register has a sum in every lane.

// packs returns how many of the stores, from the first on, put sums of lanes in neighbouring elements.
func (l *lowering) packs(list []kernel.Stmt) int {
	most := l.Target.Lanes(int(l.Element))
	n := 0
	for n < min(len(list), most) {
		s, ok := list[n].(kernel.Store)
		if !ok || !l.neighbours(list[0].(kernel.Store), s, n) || !l.packable(list[0].(kernel.Store).X, s.X, n) {
			break
		}
		n++
	}
	if n < 2 {
		return 1
	}
	return n
}

// neighbours tells whether a store goes to element n after that of the first.
func (l *lowering) neighbours(first, s kernel.Store, n int) bool {
	return l.after(l.resolve(first.Of, first.At), l.resolve(s.Of, s.At), n)
}

// after tells whether b is the one element n after a.
func (l *lowering) after(a, b place, n int) bool {
	return a.array == b.array && a.lanes == 0 && b.lanes == 0 && b.at == a.at+n && maps.Equal(a.coef, b.coef)
}

// packable tells whether expression n of a row can have its value in lane n, given the first.
func (l *lowering) packable(first, x kernel.Expr, n int) bool {
	switch x := x.(type) {
	case kernel.Num:
		return true
	case kernel.Var:
		return x == first
	case kernel.Load:
		a, b := first.(kernel.Load), x
		return l.after(l.resolve(a.Of, a.At), l.resolve(b.Of, b.At), n) || l.after(l.resolve(a.Of, a.At), l.resolve(b.Of, b.At), 0)
	case kernel.Binary:
		a := first.(kernel.Binary)
		return l.packable(a.X, x.X, n) && l.packable(a.Y, x.Y, n)
	case kernel.Apply:
		a := first.(kernel.Apply)
		for i := range x.Args {
			if !l.packable(a.Args[i], x.Args[i], n) {
				return false
			}
		}
		return true
	case kernel.LaneSum:
		lanes := l.lanesIn(x.X)
		return lanes > 1 && lanes == l.lanesIn(first.(kernel.LaneSum).X) && (lanes == l.full(lanes) || lanes&(lanes-1) != 0)
	}
	return false
}

// lanesIn returns the lanes of an expression.
func (l *lowering) lanesIn(x kernel.Expr) int {
	switch x := x.(type) {
	case kernel.Var:
		if v := l.vars[x.Name]; v != nil {
			return v.lanes
		}
	case kernel.Load:
		return l.resolve(x.Of, x.At).lanes
	case kernel.Binary:
		return max(l.lanesIn(x.X), l.lanesIn(x.Y))
	case kernel.Apply:
		lanes := 0
		for _, a := range x.Args {
			lanes = max(lanes, l.lanesIn(a))
		}
		return lanes
	}
	return 0
}

// storePacked writes stores whose values are the lanes of one register.
func (l *lowering) storePacked(list []kernel.Stmt) {
	exprs := make([]kernel.Expr, len(list))
	for i, s := range list {
		s := s.(kernel.Store)
		if exprs[i] = s.X; s.Add {
			exprs[i] = kernel.Binary{Op: '+', X: kernel.Load{Of: s.Of, At: s.At}, Y: s.X}
		}
		l.flush(l.view(s.Of).array.Name)
	}
	n := len(list)
	f := &frame{Loop: &kernel.Loop{Lanes: n}}
	if n&(n-1) != 0 {
		f.mask = l.tail(n)
	}
	l.loops = append(l.loops, f) // its lanes are the statements
	x := l.pack(exprs)
	x = l.inRegisters(x, l.full(n))
	to := l.access(list[0].(kernel.Store).Of, list[0].(kernel.Store).At)
	m := unsplat(to.args[0]).(Mem)
	m.Room = l.own(l.view(list[0].(kernel.Store).Of).array)
	l.store(x.at(0).(Reg), m, n)
	l.loops = l.loops[:len(l.loops)-1]
}

// pack computes expressions with the value of the n-th in lane n.
func (l *lowering) pack(xs []kernel.Expr) value {
	switch x := xs[0].(type) {
	case kernel.Load:
		v := l.access(x.Of, x.At)
		second := xs[1].(kernel.Load)
		if l.after(l.resolve(x.Of, x.At), l.resolve(second.Of, second.At), 1) {
			v.args[0], v.lanes = unsplat(v.args[0]), len(xs)
		}
		return v
	case kernel.Binary:
		a := l.pack(parts(xs, func(x kernel.Expr) kernel.Expr { return x.(kernel.Binary).X }))
		b := l.pack(parts(xs, func(x kernel.Expr) kernel.Expr { return x.(kernel.Binary).Y }))
		return l.arithmetic(x.Op, a, b)
	case kernel.Apply:
		args := make([]value, len(x.Args))
		for i := range args {
			args[i] = l.pack(parts(xs, func(x kernel.Expr) kernel.Expr { return x.(kernel.Apply).Args[i] }))
		}
		return l.apply(x.Func, args)
	case kernel.LaneSum:
		return l.packedSum(l.eval(parts(xs, func(x kernel.Expr) kernel.Expr { return x.(kernel.LaneSum).X })), len(xs))
	}
	return l.eval(xs[:1])
}

// packedSum returns the sums of the lanes of n values in n lanes.
func (l *lowering) packedSum(x value, n int) value {
	x = l.ready(x)
	lanes := x.lanes
	if lanes&(lanes-1) != 0 {
		full, mask := l.touched(lanes)
		x = l.keep(value{args: []Arg{mask}, lanes: lanes}, x)
		lanes = full
	}
	rows := make([]Reg, n)
	for i := range rows {
		rows[i] = x.at(i).(Reg)
	}
	width := max(l.full(n), min(lanes, 2*l.Target.Narrow/int(l.Element))) // fewer sums are not worth a wider tree
	for ; lanes > width; lanes /= 2 {
		for i, r := range rows {
			high := l.register("", Vector)
			l.write(&Instr{Op: High, Lanes: lanes, Dst: high, Args: []Arg{r}})
			rows[i] = l.pair(Add, lanes/2, r, high, 0)
		}
	}
	for len(rows) < width {
		rows = append(rows, rows[len(rows)-1]) // for lanes that nobody stores
	}
	return value{args: []Arg{l.addTree(rows, width)}, lanes: n}
}

// addTree adds the lanes of each row; the sums are in the order of the rows.
func (l *lowering) addTree(rows []Reg, lanes int) Reg {
	if len(rows) == 1 {
		return rows[0]
	}
	half := len(rows) / 2
	a := l.addTree(rows[:half], lanes)
	b := a
	if rows[half] != rows[half-1] {
		b = l.addTree(rows[half:], lanes)
	}
	low, high := ZipLow, ZipHigh
	if half*int(l.Element) >= l.Target.Narrow {
		low, high = JoinEven, JoinOdd
	}
	return l.pair(Add, lanes, l.pair(low, lanes, a, b, half), l.pair(high, lanes, a, b, half), 0)
}
