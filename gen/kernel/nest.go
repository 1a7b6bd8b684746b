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
	memory   bool
	begun    bool // the sums of this tile have a value
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
	return seen && strings.Contains(n.sum.summed, "n")
}

// loop prints plan.Loops[k] and what is inside it.
func (n *nest) loop(k int) {
	n.hoist()
	if k == len(n.plan.Loops) {
		n.tile()
		return
	}
	l := n.plan.Loops[k]
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
	loop := &Loop{Var: p.v, From: s.From, To: s.To, Step: s.Step, Lanes: s.Lanes}
	n.places[l.Axis] = p
	n.within(&loop.Body, func() { n.loop(k + 1) })
	n.builder.add(loop)
}

// looped tells whether the turns of a segment are printed as a loop: what lies in lanes always is.
func looped(l schedule.Loop, s schedule.Segment) bool {
	return s.Lanes > 0 || !l.Straight && s.From+s.Step < s.To
}

// printed tells whether some turns of a loop are printed as a loop.
func printed(l schedule.Loop) bool {
	return slices.ContainsFunc(l.Segments, func(s schedule.Segment) bool { return looped(l, s) })
}

// begin starts the sums of a tile at their initial values, or at zero where the terms come in a loop.
func (n *nest) begin() {
	n.begun = n.sum.init != nil || n.loopedTerms()
	if !n.begun {
		return
	}
	for s := range n.sums() {
		n.each(n.sum.kept, func(c copyOf) {
			var x Expr = Num{0}
			if n.sum.init != nil && s == 0 {
				x = n.load(*n.sum.init, c)
			}
			n.set(n.accumulator(c, s), x)
		})
	}
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

// end adds interleaved sums up and finishes the elements of the tile.
func (n *nest) end() {
	n.each(n.sum.kept, func(c copyOf) {
		for s := 1; s < n.sums(); s++ {
			n.add(Assign{Name: n.accumulator(c, 0), X: Var{n.accumulator(c, s)}, Add: true})
		}
	})
	if n.sum.note != "" {
		n.add(Comment{n.sum.note})
	}
	n.each(n.sum.kept, func(c copyOf) { n.sum.finish(c, Var{n.accumulator(c, 0)}) })
	n.begun = false
}

func (n *nest) sums() int { return max(1, n.plan.Sums) }

// accumulator names the register of one sum: z3, and z3b, z3c … for those interleaved with it.
func (n *nest) accumulator(c copyOf, s int) string {
	o := n.sum.out
	o.name = n.sum.acc
	name := n.register(o, c, "")
	if s > 0 {
		name += string(rune('a' + s))
	}
	return name
}

// tile prints the statements of one tile: elements, or one term of each sum after the other.
func (n *nest) tile() {
	switch {
	case n.sum.summed == "":
		n.elements()
	case n.memory:
		n.memoryTile()
	default:
		n.registerTile()
	}
}

// elements prints the elements of a tile, a blank line after every run of the last axis.
func (n *nest) elements() {
	last := ""
	n.each(n.sum.kept, func(c copyOf) {
		row := n.register(n.sum.out, c, n.sum.kept[len(n.sum.kept)-1:])
		if len(n.sum.kept) > 1 && last != "" && row != last {
			n.add(Blank{})
		}
		last = row
		n.sum.finish(c, n.sum.term(c))
	})
}

func (n *nest) registerTile() {
	turn := 0
	n.each(n.sum.summed, func(r copyOf) {
		n.shared(r)
		n.each(n.sum.kept, func(c copyOf) {
			acc := n.accumulator(c, turn%n.sums())
			if n.begun || turn >= n.sums() {
				n.add(Assign{Name: acc, X: n.sum.term(join(r, c)), Add: true})
			} else {
				n.set(acc, n.sum.term(join(r, c)))
			}
		})
		turn++
	})
}

// memoryTile adds the terms of a tile to elements in memory: read, some terms, written back.
func (n *nest) memoryTile() {
	terms := 0
	n.each(n.sum.summed, func(copyOf) { terms++ })
	n.each(n.sum.kept, func(c copyOf) {
		of, at := n.address(n.sum.out, c)
		if terms == 1 {
			n.each(n.sum.summed, func(r copyOf) {
				n.add(Store{Of: of, At: at, X: n.laneSum(n.sum.term(join(r, c))), Add: true})
			})
			return
		}
		n.set("s", Load{Of: of, At: at})
		n.each(n.sum.summed, func(r copyOf) {
			n.add(Assign{Name: "s", X: n.laneSum(n.sum.term(join(r, c))), Add: true})
		})
		n.add(Store{Of: of, At: at, X: Var{"s"}})
	})
}

// laneSum adds the lanes of a term up where the summed rows lie in lanes.
func (n *nest) laneSum(x Expr) Expr {
	if n.rowLanes > 0 && strings.Contains(n.sum.summed, "n") {
		return LaneSum{x}
	}
	return x
}

// shared loads, in front of term r of every sum, what several of them read.
func (n *nest) shared(r copyOf) {
	for _, o := range n.sum.reads {
		if n.inner(o) && n.fanout(o) > 1 {
			n.each(only(o.axes(), n.sum.kept), func(c copyOf) { n.name(o, join(r, c)) })
		}
	}
}
