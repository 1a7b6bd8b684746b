package kernel

import (
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/schedule"
)

// place is where a nest stands on one axis: at the index variable v (at a constant where v is ""), with a tile of
// copies neighbouring elements, or of vectors of lanes elements each.
type place struct {
	v                   string
	base, copies, lanes int
	level               int // of the loop; top for what is written out
}

// top is the level outside every loop; the row loop is level 0, plan.Loops[k] is level k+1.
const top = -1

// sum is one stage in the letters of its subscripts: out = init + Σ term over the summed letters; without summed
// letters it is elementwise.
type sum struct {
	kept, summed string
	reads        []operand
	acc          string // the letter of the sums
	init         *operand
	term         func(copyOf) Expr
	prepare      func()             // writes what finish needs, once for a tile; nil: nothing
	finish       func(copyOf, Expr) // stores one finished element
	out          operand
	add          bool   // added to what is there
	note         string // the equation of what is done to a finished sum
}

// nest writes the loops of one stage around its statements.
type nest struct {
	*builder
	plan     schedule.Nest
	sum      sum
	places   map[byte]place
	rows     int       // rows in the tile of the row loop that is being written; 0: none
	rowLanes int       // rows of that loop that lie in lanes
	stores   []operand // what finish writes
	strict   bool      // sums begin with a value, zero if they have none
	memory   bool
	begun    bool // the sums of this tile have a value
	run      int  // of the terms in lanes; the elements have a value after the first, to which the others are added
	turn     int  // terms that were added to the sums of this tile
}

// write prints the whole stage.
func (n *nest) write() {
	n.places = map[byte]place{}
	n.memory = n.inMemory()
	if n.plan.Rows == 0 {
		n.loop(0)
		return
	}
	arrays := n.rowArrays()
	n.rowLoop(arrays, n.plan.Rows, false)
	if n.plan.Rows > 1 {
		n.rowLoop(arrays, 1, true)
	}
}

// rowArrays lists the operands of rows that the stage walks, what it writes first.
func (n *nest) rowArrays() []string {
	var names []string
	seen := map[string]bool{}
	for _, o := range append(append([]operand(nil), n.stores...), n.sum.reads...) {
		if o.rows && !seen[o.name] {
			seen[o.name] = true
			names = append(names, o.name)
		}
	}
	return names
}

// rowLoop prints one loop over the rows of a block.
func (n *nest) rowLoop(arrays []string, step int, rest bool) {
	r := &Rows{Arrays: arrays, Step: step, Rest: rest}
	n.rows = step
	n.rowLanes = 0
	if n.plan.RowLanes && step > 1 {
		r.Lanes, n.rows, n.rowLanes = step, 1, step
	}
	n.within(&r.Body, func() {
		for _, name := range arrays {
			n.each("n", func(c copyOf) { n.add(Pointer{Name: n.pointer(name, c), Array: name, K: c['n']}) })
		}
		n.loop(0)
	})
	n.add(r)
	n.rows = 0
}

// inMemory tells whether a sum has to pass through memory, because a loop over its elements lies inside a loop over its
// terms. Otherwise it stays in registers until it is finished.
func (n *nest) inMemory() bool {
	seen := n.plan.Rows > 0 && strings.Contains(n.sum.summed, "n")
	for _, l := range n.plan.Loops {
		if strings.IndexByte(n.sum.summed, l.Axis) >= 0 {
			seen = true
		} else if seen {
			return true
		}
	}
	return n.plan.Rows > 0 && strings.Contains(n.sum.summed, "n")
}

// loop prints plan.Loops[k] and what is inside it.
func (n *nest) loop(k int) {
	n.hoist()
	if k == len(n.plan.Loops) {
		n.tile()
		return
	}
	l := n.plan.Loops[k]
	if l.Segments[0].Lanes > 0 && strings.IndexByte(n.sum.summed, l.Axis) >= 0 {
		n.laneTerms(k, l)
		return
	}
	first := !n.memory && strings.IndexByte(n.sum.summed, l.Axis) >= 0 && !n.summing(k)
	if first {
		n.begin()
	}
	for _, s := range l.Segments {
		n.segment(k, l, s)
	}
	delete(n.places, l.Axis)
	if first {
		n.end()
	}
}

// laneTerms prints a loop over terms that lie in lanes. What is left of them has fewer lanes, and sums of its own.
func (n *nest) laneTerms(k int, l schedule.Loop) {
	for i, s := range l.Segments {
		first := i == 0 || l.Segments[i-1].Lanes != s.Lanes
		if first && i > 0 {
			n.end()
			n.run++
		}
		if first {
			n.begin()
		}
		n.segment(k, l, s)
	}
	n.end()
	n.run = 0
	delete(n.places, l.Axis)
}

// summing tells whether a loop outside plan.Loops[k] runs over terms already.
func (n *nest) summing(k int) bool {
	for _, l := range n.plan.Loops[:k] {
		if strings.IndexByte(n.sum.summed, l.Axis) >= 0 {
			return true
		}
	}
	return false
}

// segment prints one run of a loop, or writes its turns out.
func (n *nest) segment(k int, l schedule.Loop, s schedule.Segment) {
	p := place{copies: s.Step, lanes: s.Lanes, level: top}
	if s.Lanes > 0 {
		p.copies = s.Step / s.Lanes
	}
	if !looped(l, s) {
		for at := s.From; at < s.To; at += s.Step {
			if p.base = at; at > 0 && k == 0 {
				n.builder.add(Blank{})
			}
			n.places[l.Axis] = p
			n.loop(k + 1)
		}
		return
	}
	p.v, p.level = string(l.Axis), k+1
	loop := &Loop{Var: p.v, From: s.From, To: s.To, Step: s.Step, Lanes: s.Lanes, Turns: s.Turns}
	n.places[l.Axis] = p
	n.within(&loop.Body, func() { n.loop(k + 1) })
	n.builder.add(loop)
}

// looped tells whether the turns of a segment are printed as a loop: what lies in lanes, or turns as often as an operand
// says, always is.
func looped(l schedule.Loop, s schedule.Segment) bool {
	return s.Lanes > 0 || s.Turns != "" || !l.Straight && s.From+s.Step < s.To
}

// printed tells whether some turns of a loop are printed as a loop.
func printed(l schedule.Loop) bool {
	return slices.ContainsFunc(l.Segments, func(s schedule.Segment) bool { return looped(l, s) })
}

// loopedTerms tells whether the terms of a sum come in a printed loop.
func (n *nest) loopedTerms() bool {
	for _, l := range n.plan.Loops {
		if strings.IndexByte(n.sum.summed, l.Axis) >= 0 && printed(l) {
			return true
		}
	}
	return false
}
