package vector

import (
	"math"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// inline lowers a called function where it is called: its operands are parts of those of the caller, its registers are
// its own, only the result is the caller's.
func (l *lowering) inline(c *kernel.Call) {
	views, vars, firsts := l.views, l.vars, l.firsts
	l.views, l.vars, l.firsts = map[string]view{}, map[string]*variable{}, findFirsts(c.Func.Body)
	for i, a := range c.Func.Arrays {
		l.views[a.Name] = view{array: a, length: a.Len}
		l.parts[a] = c.Places[i]
	}
	if name := c.Func.Result; name != "" {
		l.vars[name] = vars[name]
	}
	l.line = newNest()
	section := &Section{Call: c, From: Reg(len(l.Regs))}
	l.write(section)
	outer := l.section
	l.section = section
	l.statements(c.Func.Body)
	section.To = Reg(len(l.Regs))
	l.section = outer
	l.line = newNest()
	l.views, l.vars, l.firsts = views, vars, firsts
}

// point returns the statement that sets a pointer to an operand, or to the part that stands for it.
func (l *lowering) point(r Reg, a *kernel.Array) *Point {
	if p, ok := l.parts[a]; ok && l.own(a) {
		lanes := l.Target.Lanes(int(l.Element))
		return &Point{Dst: r, Array: p.Of, At: p.Offset, Len: (a.Len + lanes - 1) / lanes * lanes}
	}
	if p, ok := l.parts[a]; ok {
		return &Point{Dst: r, Array: p.Of, At: p.Offset, Len: a.Len}
	}
	if a.Slice {
		return &Point{Dst: r, Array: a.Name, Len: math.MaxInt}
	}
	return &Point{Dst: r, Array: a.Name, Len: a.Len}
}
