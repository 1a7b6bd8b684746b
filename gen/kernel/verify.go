package kernel

import (
	"fmt"
	"slices"
)

// Verify reports what is wrong with a kernel: a position outside an operand, a name that is used before it is defined
// or not at all, an element of a result that is not written exactly once, or one of an input that is not read, a write
// to what is only read, lanes that do not fit. What it finds is a mistake of the program that made the kernel.
func (f *Func) Verify() error {
	if f.joined() {
		return f.verifyCalls()
	}
	c := &checker{f: f, covers: map[*Array]*cover{}, reached: map[string]int{}}
	c.rows = c.rowsToTry()
	c.nested(func() {
		c.operands()
		c.body(f.Body)
	})
	if !f.Part { // whose whole was checked
		c.finish()
	}
	if c.err != nil {
		return fmt.Errorf("kernel %s: %w", f.Name, c.err)
	}
	return nil
}

// checker walks the statements of a function as if it ran them, each loop once for all its turns.
type checker struct {
	f       *Func
	err     error // the first mistake
	rows    int   // the number of rows on which it checks loops over rows
	scopes  []map[string]*entity
	loops   []span // around the current statement, outer to inner
	covers  map[*Array]*cover
	reached map[string]int // by the first array of a Rows: the rows that it leaves to the next one
}

// entity is what a name stands for.
type entity struct {
	kind  string // register, operand, index or scalar
	given bool   // by the signature
	used  bool
	place part   // of an operand
	lanes int    // of a register; 0: one element
	from  string // of a register: the element that it was loaded from
}

// part is the part of an array that an operand, a pointer or a cut stands for.
type part struct {
	array  *Array // nil for drawn numbers
	offset Index
	length int // -1: any, the operand is a slice of rows
}

// rowsToTry returns a number of rows on which every loop over rows has several turns and leaves as much as it can.
func (c *checker) rowsToTry() int {
	step := 1
	for _, s := range c.f.Body {
		switch s := s.(type) {
		case *Rows:
			step = max(step, s.Step)
		case *Loop:
			if s.Over != "" {
				step = max(step, s.Step)
			}
		}
	}
	return 3*step - 1
}

// failf reports a mistake; only the first counts.
func (c *checker) failf(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// operands defines the names of the signature.
func (c *checker) operands() {
	for _, a := range c.f.memory() {
		length := a.Len
		if a.Rows {
			length = a.Len * c.rows
		}
		if a.Slice {
			length = c.rows
		}
		c.define(a.Name, &entity{kind: "operand", given: true, place: part{array: a, length: length}})
		c.covers[a] = &cover{plain: make([]uint8, length), updates: make([]uint8, length), read: make([]bool, length)}
	}
	for _, s := range c.f.Scalars {
		c.define(s.Name, &entity{kind: "scalar", given: true, used: s.Kind == Seed || s.Kind == Row})
	}
	if c.f.Result != "" {
		c.define(c.f.Result, &entity{kind: "register", given: true})
	}
}

// nested checks a body; what it defines ends with it, and has to be used.
func (c *checker) nested(check func()) {
	scope := map[string]*entity{}
	c.scopes = append(c.scopes, scope)
	check()
	c.scopes = c.scopes[:len(c.scopes)-1]
	var idle []string
	for name, e := range scope {
		if !e.used {
			idle = append(idle, fmt.Sprintf("%s %s is not used", e.kind, name))
		}
	}
	slices.Sort(idle)
	if len(idle) > 0 {
		c.failf("%s", idle[0])
	}
}

// define gives a name its meaning in the innermost body. Names of the signature keep theirs.
func (c *checker) define(name string, e *entity) {
	scope := c.scopes[len(c.scopes)-1]
	if old := c.find(name); old != nil && (old.given || old == scope[name]) {
		c.failf("%s is defined already, as %s", name, old.kind)
	}
	scope[name] = e
}

func (c *checker) find(name string) *entity {
	for i := len(c.scopes) - 1; i >= 0; i-- {
		if e := c.scopes[i][name]; e != nil {
			return e
		}
	}
	return nil
}

// use returns what a name of that kind stands for.
func (c *checker) use(kind, name string) *entity {
	e := c.find(name)
	if e == nil || e.kind != kind && !(kind == "register" && e.kind == "scalar") {
		c.failf("%s %s is not defined", kind, name)
		return &entity{kind: kind, place: part{length: -1}}
	}
	e.used = true
	return e
}

func (c *checker) body(body []Stmt) {
	for _, s := range body {
		if c.err == nil {
			c.stmt(s)
		}
	}
}

func (c *checker) stmt(s Stmt) {
	switch s := s.(type) {
	case Comment, Blank:
	case *Loop:
		c.loop(s)
	case *Rows:
		c.overRows(s)
	case *Guard:
		c.use("register", s.Of)
		c.inside(span{v: s.Var, from: 0, to: s.Size, step: 1, guard: true}, s.Body)
	case Pointer:
		c.pointer(s)
	case Cut:
		base := c.use("operand", s.Of).place
		c.inRange(s.Of, base, s.Offset, s.Len)
		if lanes := c.lanesOf(s.Offset); lanes > 0 {
			c.failf("%s is cut at %s, in %d places at once", s.Of, s.Offset, lanes)
		}
		c.define(s.Name, &entity{kind: "operand", place: part{base.array, sumOf(base.offset, s.Offset), s.Len}})
	case Alias:
		c.define(s.Name, &entity{kind: "operand", place: c.use("operand", s.Of).place})
	case Draw:
		for _, at := range []Index{s.Block, s.Row} {
			if low, _ := c.bounds(at); low < 0 {
				c.failf("%s: block or row %s is negative", s.Name, at)
			}
		}
		at := s.Row
		if c.lanesOf(s.Block) > 0 {
			if at = s.Block; c.lanesOf(s.Row) > 0 {
				c.failf("%s: block %s and row %s are in lanes", s.Name, s.Block, s.Row)
			}
		}
		c.define(s.Name, &entity{kind: "operand", place: part{offset: at, length: 4}})
	default:
		c.write(s)
	}
}

func (c *checker) loop(s *Loop) {
	if s.Over != "" {
		c.overSlice(s)
		return
	}
	if s.Step < 1 || s.To <= s.From || (s.To-s.From)%s.Step != 0 {
		c.failf("loop over %s from %d to %d by %d: does not end where it should", s.Var, s.From, s.To, s.Step)
	}
	if s.Lanes < 0 || s.Lanes > 0 && s.Step%s.Lanes != 0 {
		c.failf("loop over %s by %d: %d lanes do not fill a step", s.Var, s.Step, s.Lanes)
	}
	if s.Turns != "" {
		c.use("scalar", s.Turns)
	}
	if s.First != "" {
		c.use("scalar", s.First)
	}
	c.inside(span{v: s.Var, from: s.From, to: s.To, step: s.Step, lanes: s.Lanes}, s.Body)
}

// overRows checks a loop over rows on a number of rows that leaves some to the next one.
func (c *checker) overRows(s *Rows) {
	if len(s.Arrays) == 0 || s.Step < 1 || s.Lanes != 0 && s.Lanes != s.Step {
		c.failf("rows by %d of %v in %d lanes: is no loop", s.Step, s.Arrays, s.Lanes)
		return
	}
	from, left := c.reached[s.Arrays[0]]
	if s.Rest != left {
		c.failf("rows of %v: rest is %v, but %d rows were taken before", s.Arrays, s.Rest, from)
	}
	delete(c.reached, s.Arrays[0])
	to := from + (c.rows-from)/s.Step*s.Step
	if to < c.rows {
		c.reached[s.Arrays[0]] = to
	}
	for _, a := range s.Arrays {
		if e := c.use("operand", a); e.place.array == nil || !e.place.array.Rows {
			c.failf("rows of %s, which has none", a)
		}
	}
	for _, cov := range c.covers {
		cov.summed = nil
	}
	c.inside(span{v: rowVar, from: from, to: to, step: s.Step, lanes: s.Lanes, arrays: s.Arrays}, s.Body)
	for _, a := range c.f.Arrays {
		if i := slices.Index(c.covers[a].summed, false); i >= 0 {
			c.failf("%s[%d] is not added to in a loop over rows that adds to others", a.Name, i)
		}
	}
}

// pointer checks the name of a row.
func (c *checker) pointer(s Pointer) {
	base := c.use("operand", s.Array).place
	rows, ok := c.span(rowVar)
	if !ok || base.array == nil || !slices.Contains(rows.arrays, s.Array) {
		c.failf("%s points to a row of %s outside a loop over its rows", s.Name, s.Array)
		return
	}
	abreast := rows.step
	if rows.lanes > 0 {
		abreast = 1 // one pointer stands for all lanes
	}
	if s.K < 0 || s.K >= abreast {
		c.failf("%s points to row %d of %d", s.Name, s.K, abreast)
	}
	n := base.array.Len
	offset := sumOf(base.offset, Index{Const: s.K * n, Terms: []Term{{rowVar, n}}})
	c.define(s.Name, &entity{kind: "operand", place: part{base.array, offset, n}})
}
