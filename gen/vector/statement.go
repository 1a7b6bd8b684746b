package vector

import (
	"math/bits"
	"slices"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// lets defines variables. A load waits for its first use: until then it needs no register.
func (l *lowering) lets(list []kernel.Stmt, uses []int) {
	exprs := make([]kernel.Expr, len(list))
	for i, s := range list {
		exprs[i] = s.(kernel.Let).X
	}
	x := l.eval(exprs)
	if _, load := exprs[0].(kernel.Load); !load {
		x = l.inRegisters(x, l.lanesOf(x))
	}
	for i, s := range list {
		name := s.(kernel.Let).Name
		v := &variable{lanes: x.lanes, upto: x.upto, uses: uses[i]}
		if x.lanes == 0 && x.upto == 0 && l.firsts.has(name) {
			v.upto = 1
		}
		if load, ok := exprs[i].(kernel.Load); ok {
			v.load, v.wait, v.array = x, true, l.view(load.Of).array.Name
			l.pending = append(l.pending, v)
		}
		v.reg = l.define(name, x, i, v.wait)
		l.vars[name] = v
	}
}

// define returns the register of a new variable with the value of copy i: the one that has it already, if nobody else
// has it.
func (l *lowering) define(name string, x value, i int, wait bool) Reg {
	if wait {
		return l.register(name, Vector)
	}
	if r := x.at(i).(Reg); l.Regs[r].Name == "" && len(x.args) > i {
		l.Regs[r].Name = name
		return r
	}
	r := l.register(name, Vector)
	l.write(&Instr{Op: Move, Lanes: l.lanesOf(x), Dst: r, Args: []Arg{x.at(i)}})
	return r
}

// assigns sets variables, or adds to them.
func (l *lowering) assigns(list []kernel.Stmt) {
	exprs := make([]kernel.Expr, len(list))
	for i, s := range list {
		s := s.(kernel.Assign)
		if exprs[i] = s.X; s.Add {
			exprs[i] = kernel.Binary{Op: '+', X: kernel.Var{Name: s.Name}, Y: s.X}
		}
		if l.vars[s.Name] == nil {
			l.failf("%s is set before it is defined", s.Name)
		}
		l.release(l.vars[s.Name].reg)
	}
	x := l.eval(exprs)
	x = l.inRegisters(x, l.lanesOf(x))
	for i, s := range list {
		v := l.vars[s.(kernel.Assign).Name]
		v.wait = false
		l.changed(v.reg)
		if v.lanes > 0 && x.lanes > 0 && v.lanes != x.lanes {
			l.failf("%s has %d lanes, but gets %d", s.(kernel.Assign).Name, v.lanes, x.lanes)
		}
		v.lanes, v.upto = max(v.lanes, x.lanes), fewer(v.upto, x.upto)
		if len(x.args) < len(list) || !l.retarget(x.at(i).(Reg), v.reg, len(list)) {
			l.write(&Instr{Op: Move, Lanes: l.lanesOf(x), Dst: v.reg, Args: []Arg{x.at(i)}})
		}
	}
}

// retarget lets one of the last n instructions put its result, an intermediate one, where it is wanted.
func (l *lowering) retarget(from, to Reg, n int) bool {
	if l.Regs[from].Name != "" {
		return false
	}
	list := *l.body
	for i := len(list) - 1; i >= max(0, len(list)-n); i-- {
		s, ok := list[i].(*Instr)
		if !ok {
			return false
		}
		if s.Dst == from {
			if ops[s.Op].tied && slices.Contains(s.Args[1:], Arg(to)) {
				return false // its result would overwrite the argument
			}
			s.Dst = to
			return true
		}
	}
	return false
}

// stores writes elements.
func (l *lowering) stores(list []kernel.Stmt) {
	exprs := make([]kernel.Expr, len(list))
	for i, s := range list {
		s := s.(kernel.Store)
		if exprs[i] = s.X; s.Add {
			exprs[i] = kernel.Binary{Op: '+', X: kernel.Load{Of: s.Of, At: s.At}, Y: s.X}
		}
		l.flush(l.view(s.Of).array.Name)
	}
	x := l.eval(exprs)
	x = l.inRegisters(x, l.lanesOf(x))
	for i, s := range list {
		to := l.access(s.(kernel.Store).Of, s.(kernel.Store).At)
		switch {
		case x.lanes > 0 && x.lanes != to.lanes:
			l.failf("%s takes %d lanes, but gets %d", s.(kernel.Store).Of, to.lanes, x.lanes)
		case to.lanes > 0 && x.upto > 0 && x.upto < max(2, to.lanes):
			x = l.splat(x)
		}
		l.store(x.at(i).(Reg), unsplat(to.args[0]).(Mem), to.lanes)
	}
}

// mostPieces is how many stores of whole pieces take the place of one under a mask, which is slower than three (the output
// of 64-32-10, 10 elements of 16: 14 ns, Zen 5).
const mostPieces = 3

// store writes elements to memory: a register, or what is in use of it.
func (l *lowering) store(x Reg, to Mem, elements int) {
	lanes, mask := l.reach(to, elements)
	if mask == 0 || l.rest || bits.OnesCount(uint(elements)) > mostPieces {
		l.write(&Instr{Op: Store, Lanes: lanes, Mask: mask, Args: []Arg{x, to}})
		return
	}
	for left := elements; left > 0; lanes /= 2 {
		if left < lanes {
			continue // it is in the lower half
		}
		l.write(&Instr{Op: Store, Lanes: lanes, Args: []Arg{x, to}})
		to.At, left = to.At+lanes, left-lanes
		if left > 0 {
			high := l.register("", Vector)
			l.write(&Instr{Op: High, Lanes: 2 * lanes, Dst: high, Args: []Arg{x}})
			x = high
		}
	}
}

// unsplat returns memory as a store has it.
func unsplat(a Arg) Arg {
	m := a.(Mem)
	m.Splat = false
	return m
}
