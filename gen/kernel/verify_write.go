package kernel

import (
	"fmt"
	"slices"

	"github.com/chainrule-go/chainrule/gen/schedule"
)

// cover counts how often every element of an array is written, plainly and by updates of what is there, and tells
// whether it is read.
type cover struct {
	plain, updates []uint8
	read           []bool
	summed         []bool // of a sum over rows: what this loop over rows adds to
}

// write checks the statements that change a register or an element.
func (c *checker) write(s Stmt) {
	switch s := s.(type) {
	case Let:
		c.define(s.Name, &entity{kind: "register", lanes: c.value(s.X), from: source(s.X)})
	case Assign:
		c.assign(s)
	case Store:
		c.store(s)
	case Clear:
		p := c.use("operand", s.Of).place
		c.mark(s.Of, p, Index{}, p.length, false)
	case Transpose:
		c.transpose(s)
	default:
		c.failf("no rule to verify %T", s)
	}
}

// source names the element that a value is; "" where it is none.
func source(x Expr) string {
	if l, ok := x.(Load); ok {
		return l.String()
	}
	return ""
}

func (c *checker) assign(s Assign) {
	lanes := c.value(s.X)
	e := c.find(s.Name)
	if e == nil || e.kind != "register" {
		c.failf("%s is set before it is defined", s.Name)
		return
	}
	if e.lanes > 0 && lanes > 0 && e.lanes != lanes {
		c.failf("%s has %d lanes, but gets %d", s.Name, e.lanes, lanes)
	}
	e.lanes = max(e.lanes, lanes)
	if !s.Add && (e.from == "" || !c.reads(s.X, e.from)) {
		e.from = source(s.X)
	}
	if s.Name == c.f.Result {
		e.used = true
		if lanes > 0 {
			c.failf("the result has %d lanes", lanes)
		}
	}
}

// store checks a write to an element: it is an update if it adds, or if the value comes from the element itself.
func (c *checker) store(s Store) {
	lanes := c.value(s.X)
	p := c.use("operand", s.Of).place
	at := sumOf(p.offset, s.At)
	if have := c.lanesOf(at); lanes > 0 && lanes != have {
		c.failf("%s[%s] takes %d lanes, but gets %d", s.Of, s.At, have, lanes)
	}
	c.inRange(s.Of, p, s.At, 1)
	self := Load{Of: s.Of, At: s.At}.String()
	c.mark(s.Of, p, s.At, 1, s.Add || c.reads(s.X, self))
}

// reads tells whether a value comes from the element called self, directly or through a register.
func (c *checker) reads(x Expr, self string) bool {
	switch x := x.(type) {
	case Var:
		e := c.find(x.Name)
		return e != nil && e.from == self
	case Load:
		return x.String() == self
	case Binary:
		return c.reads(x.X, self) || c.reads(x.Y, self)
	case Pick:
		return slices.ContainsFunc(x.From, func(f Expr) bool { return c.reads(f, self) })
	case LaneSum:
		return c.reads(x.X, self)
	case LaneMax:
		return c.reads(x.X, self)
	case Apply:
		for _, a := range x.Args {
			if c.reads(a, self) {
				return true
			}
		}
	}
	return false
}

// mark counts a write of n elements from at on.
func (c *checker) mark(name string, p part, at Index, n int, update bool) {
	if p.array == nil || p.array.Access == Read {
		c.failf("%s[%s] is written, but %s is only read", name, at, name)
	}
	if c.err != nil {
		return
	}
	cov, counts := c.covers[p.array], c.covers[p.array].plain
	if update {
		counts = cov.updates
	}
	if p.array.Access == Added && cov.summed == nil {
		cov.summed = make([]bool, len(counts))
	}
	once := true
	element := func(i int) {
		once = once && (!update || p.array.Access != Set || cov.plain[i] > 0)
		counts[i] = min(counts[i]+1, 2)
		if cov.summed != nil {
			cov.summed[i] = true
		}
	}
	times := c.positions(sumOf(p.offset, at), func(first, places int) {
		for place := range places {
			for i := range n {
				element(first + place + i)
			}
		}
	})
	switch {
	case !once:
		c.failf("%s[%s] is updated before it is set", name, at)
	case !update && times > 1:
		c.failf("%s[%s] is set %d times", name, at, times)
	}
}

// value checks an expression and returns its lanes; 0: one element.
func (c *checker) value(x Expr) int {
	switch x := x.(type) {
	case Num:
		return 0
	case Var:
		return c.use("register", x.Name).lanes
	case Load:
		return c.load(x)
	case Binary:
		return c.same(c.value(x.X), c.value(x.Y), x)
	case Pick:
		return c.pick(x)
	case LaneSum:
		return c.folded(x, x.X)
	case LaneMax:
		return c.folded(x, x.X)
	case Apply:
		if x.Func.Body != nil && len(x.Args) != len(x.Func.Params) {
			c.failf("%s: %d arguments, want %d", x, len(x.Args), len(x.Func.Params))
		}
		lanes := 0
		for _, a := range x.Args {
			lanes = c.same(lanes, c.value(a), x)
		}
		return lanes
	}
	c.failf("no rule to verify %T", x)
	return 0
}

// pick checks that there are the lanes that a register is put together from.
func (c *checker) pick(x Pick) int {
	lanes := make([]int, len(x.From))
	for i, f := range x.From {
		lanes[i] = max(1, c.value(f))
	}
	for _, l := range x.Lanes {
		if l.From < 0 || l.From >= len(lanes) || l.At < 0 || l.At >= lanes[l.From] {
			c.failf("%s: there is no lane %d", x, l.At)
			break
		}
	}
	return len(x.Lanes)
}

// folded checks what becomes one element of many lanes.
func (c *checker) folded(x, lanes Expr) int {
	if c.value(lanes) == 0 {
		c.failf("%s: has no lanes", x)
	}
	return 0
}

// same returns the lanes of an operation on operands of a and b lanes; a single element goes with any number.
func (c *checker) same(a, b int, x Expr) int {
	if a > 0 && b > 0 && a != b {
		c.failf("%s: %d lanes and %d lanes", x, a, b)
	}
	return max(a, b)
}

// load checks the read of an element: of a result, only what is set already.
func (c *checker) load(x Load) int {
	p := c.use("operand", x.Of).place
	c.inRange(x.Of, p, x.At, 1)
	switch {
	case c.err != nil:
		return 0
	case p.array == nil:
		return c.lanesOf(p.offset)
	}
	cov := c.covers[p.array]
	c.positions(sumOf(p.offset, x.At), func(first, n int) {
		for at := first; at < first+n; at++ {
			cov.read[at] = true
			if p.array.Access == Set && cov.plain[at] == 0 {
				c.failf("%s is read before it is set", x)
			}
		}
	})
	return c.lanesOf(sumOf(p.offset, x.At))
}

// finish checks what must hold at the end: every element of a result is set once, every element of a sum added to, every
// element that is overwritten overwritten as often as the others, everything else read, and no rows are left.
func (c *checker) finish() {
	for name, from := range c.reached {
		c.failf("the rows of %s from %d on are left", name, from)
	}
	for _, a := range c.f.memory() {
		cov := c.covers[a]
		for i := range cov.plain {
			if !a.uses(i) {
				continue
			}
			plain, updates := cov.plain[i], cov.updates[i]
			var wrong string
			switch {
			case a.Access == Set && plain != 1:
				wrong = fmt.Sprintf("is set %s, want once", times[plain])
			case a.Access == Read && !cov.read[i] && !c.readInTwin(a, i):
				wrong = "is not read"
			case a.Access == Added && (plain > 0 || updates == 0):
				wrong = fmt.Sprintf("is set %s and added to %s", times[plain], times[updates])
			case a.Access == InPlace && (plain > 0 || updates == 0 || updates != cov.updates[0]):
				wrong = fmt.Sprintf("is set %s and overwritten %s, the first element %s", times[plain], times[updates], times[cov.updates[0]])
			}
			if wrong != "" {
				c.failf("%s[%d] %s", a.Name, i, wrong)
				break
			}
		}
	}
}

// readInTwin tells whether an element of an activation is read in the transposed copy of it.
func (c *checker) readInTwin(a *Array, i int) bool {
	for _, b := range c.f.Arrays {
		if a.Value == nil || b.Value != a.Value || b.Copy == a.Copy || b.Access != Read {
			continue
		}
		size := a.Len / schedule.Samples
		twin := i%schedule.Samples*size + i/schedule.Samples
		if a.Copy {
			twin = i%size*schedule.Samples + i/size
		}
		return c.covers[b].read[twin]
	}
	return false
}

// times names the counts of a cover.
var times = [...]string{"never", "once", "more than once"}
