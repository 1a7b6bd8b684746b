package kernel

import (
	"fmt"
	"strings"
)

// begin starts the sums of a tile at their initial values, or at zero where the terms come in a loop.
func (n *nest) begin() {
	n.turn = 0
	n.begun = n.sum.init != nil || n.loopedTerms() || n.strict
	if !n.begun {
		return
	}
	for s := range n.sums() {
		n.each(n.sum.kept, func(c copyOf) {
			var x Expr = Num{0}
			if n.sum.init != nil && s == 0 && !n.lanesSummed() {
				x = n.load(*n.sum.init, c)
			}
			n.set(n.accumulator(c, s), x)
		})
	}
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
	if n.sum.prepare != nil {
		n.sum.prepare()
	}
	n.each(n.finished(), func(c copyOf) {
		var x Expr = Var{n.accumulator(c, 0)}
		if n.lanesSummed() {
			x = LaneSum{x}
			if n.sum.init != nil && n.run == 0 {
				x = Binary{'+', n.load(*n.sum.init, c), x} // not in every lane
			}
		}
		n.sum.finish(c, x)
	})
	n.begun = false
}

// finished is the order in which the sums of a tile are finished. Where that takes long, what the first vector of samples is read
// for can begin while the next one is still worked on: a step of 32 rows of 7-5-3 takes 2 % less (AVX-512, Zen 5).
func (n *nest) finished() string {
	kept := n.sum.kept
	if last := len(kept) - 1; n.sum.note != "" && last > 0 && kept[last] == 'n' {
		return kept[last:] + kept[:last]
	}
	return kept
}

func (n *nest) sums() int { return max(1, n.plan.Sums) }

// lanesSummed tells whether the terms of a sum lie in lanes, which are added up when the sum is finished.
func (n *nest) lanesSummed() bool {
	for _, l := range n.plan.Loops {
		if strings.IndexByte(n.sum.summed, l.Axis) >= 0 && l.Segments[0].Lanes > 0 {
			return true
		}
	}
	return false
}

// accumulator names the register of one sum: z3, and z3b, z3c … for those interleaved with it.
func (n *nest) accumulator(c copyOf, s int) string {
	o := n.sum.out
	o.name = n.sum.acc
	name := n.register(o, c, "")
	if s > 0 {
		name += string(rune('a' + s))
	}
	if n.run > 0 {
		name += fmt.Sprintf("r%d", n.run) // of the rest, in fewer lanes
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
	n.each(n.sum.summed, func(r copyOf) {
		n.shared(r)
		n.each(n.sum.kept, func(c copyOf) {
			acc := n.accumulator(c, n.turn%n.sums())
			if n.begun || n.turn >= n.sums() {
				n.add(Assign{Name: acc, X: n.sum.term(join(r, c)), Add: true})
			} else {
				n.set(acc, n.sum.term(join(r, c)))
			}
		})
		n.turn++
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
