package kernel

import (
	"fmt"
	"math"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// In a plan of lines one row is in work, its elements in lanes. The mean over the rows is the row itself.

// bindLine adds the operand of a target or of the scale of a row. It tells whether v is one.
func (l *lowering) bindLine(v *graph.Value) bool {
	switch v.Role {
	case graph.Scale:
		l.scalar(factorName, Float)
	case graph.Target:
		a := &Array{Name: l.local(v), Len: schedule.Size(v), Access: Read, Value: v}
		if n := l.crossEntropyNode(); n != nil {
			a.Len = schedule.Size(n.Args[0]) // a class is a row of weights, too
		}
		if l.f.Array(a.Name) == nil {
			l.f.Arrays = append(l.f.Arrays, a)
		}
	default:
		return false
	}
	return true
}

// line is a row of elements in lanes. Where it fits into one register, its values are registers inside of one loop, which
// turns once; else they lie in memory, and every pass over them has loops of its own. In a flat plan they are registers of
// so many lanes, without a loop.
type line struct {
	*lowering
	runs      []schedule.Segment
	run       int               // the one in work
	lanes     int               // in a flat plan
	registers map[string]string // of the values that other functions hand on or take, in a flat plan
}

func (c *line) whole() bool {
	return c.lanes > 0 || len(c.runs) == 1 && c.runs[0].From+c.runs[0].Step == c.runs[0].To
}

// write runs f, which writes the passes.
func (c *line) write(f func()) {
	if c.whole() && c.lanes == 0 {
		c.loop(0, f)
		return
	}
	f()
}

// each writes a pass.
func (c *line) each(f func()) {
	if c.whole() {
		f()
		return
	}
	for k := range c.runs {
		c.loop(k, f)
	}
}

// loop writes a loop over one run.
func (c *line) loop(k int, f func()) {
	s := c.runs[k]
	loop := &Loop{Var: "o", From: s.From, To: s.To, Step: s.Step, Lanes: s.Lanes}
	c.run = k
	c.within(&loop.Body, f)
	c.add(loop)
}

// at is the position of the elements in work.
func (c *line) at() Index {
	if c.lanes > 0 {
		return Lanes(0, c.lanes)
	}
	return Index{}.Times("o", 1)
}

// load reads elements of an operand, once where the row is a register.
func (c *line) load(of string) Expr {
	if name, ok := c.registers[of]; ok {
		if _, kept := c.lookup("line " + of); !kept {
			return Var{name}
		}
	}
	x := Load{of, c.at()}
	if !c.whole() {
		return x
	}
	c.once("line "+of, of+"o", Let{of + "o", x})
	return Var{of + "o"}
}

// keep keeps elements for later passes: in a register, or in an operand that is overwritten later.
func (c *line) keep(of string, x Expr) {
	if c.whole() {
		c.once("line "+of, of+"o", Let{of + "o", x})
		return
	}
	c.store(of, x)
}

func (c *line) store(of string, x Expr) {
	if name, ok := c.registers[of]; ok {
		c.add(Let{name, x})
		return
	}
	c.add(Store{Of: of, At: c.at(), X: x})
}

// fold is how the elements of a row become one number.
type fold struct {
	neutral float64
	lanes   func(x Expr) Expr
	two     func(a, b Expr) Expr
}

var (
	sumFold = fold{0, func(x Expr) Expr { return LaneSum{x} }, func(a, b Expr) Expr { return Binary{'+', a, b} }}
	maxFold = fold{math.Inf(-1), func(x Expr) Expr { return LaneMax{x} }, func(a, b Expr) Expr { return Apply{elementary("max"), []Expr{a, b}} }}
)

// fold writes name = the fold of x over the row. x may write statements of the pass.
func (c *line) fold(f fold, name string, x func() Expr) {
	if c.whole() {
		c.set(name, f.lanes(x()))
		return
	}
	partial := func() string { return fmt.Sprint(name, c.run) } // runs differ in their lanes
	for c.run = range c.runs {
		c.set(partial(), Num{f.neutral})
	}
	c.each(func() { c.add(Assign{Name: partial(), X: f.two(Var{partial()}, x())}) })
	for c.run = range c.runs {
		all := f.lanes(Var{partial()})
		if c.run > 0 {
			all = f.two(Var{name}, all)
		}
		c.set(name, all)
	}
}
