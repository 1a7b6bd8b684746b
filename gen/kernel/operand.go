package kernel

import (
	"fmt"
	"slices"
	"strings"
)

// operand is a value as a nest sees it: where it lies and how its elements follow each other.
type operand struct {
	name     string
	letters  string       // one per axis, without the sample axis
	strides  map[byte]int // of each letter
	size     map[byte]int
	rows     bool // has a row for every sample, reached through a pointer
	resident bool // every element is a register of its own
}

// axes returns the letters of an operand, the sample axis first.
func (o operand) axes() string {
	if o.rows {
		return "n" + o.letters
	}
	return o.letters
}

// copyOf picks one element of a tile: the number of the copy on every axis.
type copyOf map[byte]int

func join(a, b copyOf) copyOf {
	c := copyOf{}
	for k, v := range a {
		c[k] = v
	}
	for k, v := range b {
		c[k] = v
	}
	return c
}

// only returns the letters of s that are in set, without those that are not.
func only(s, set string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(set, r) {
			return r
		}
		return -1
	}, s)
}

// without returns the letters of s except a.
func without(s string, a byte) string { return strings.ReplaceAll(s, string(a), "") }

// each calls f for every element of the tile on the given axes, the last axis fastest.
func (n *nest) each(axes string, f func(copyOf)) {
	if axes == "" {
		f(copyOf{})
		return
	}
	for k := range n.copies(axes[0]) {
		n.each(axes[1:], func(c copyOf) { f(join(copyOf{axes[0]: k}, c)) })
	}
}

func (n *nest) copies(a byte) int {
	if p, ok := n.places[a]; ok {
		return max(1, p.copies)
	}
	if a == 'n' {
		return max(1, n.rows)
	}
	return 1
}

// index returns the position of an element, as far as the given letters contribute to it.
func (n *nest) index(o operand, c copyOf, letters string) Index {
	var x Index
	for i := range len(letters) {
		a := letters[i]
		p := n.places[a]
		x = x.Times(p.v, o.strides[a]).Plus(o.strides[a] * (p.base + c[a]*max(1, p.lanes)))
	}
	return x
}

// address returns the operand, pointer or cut that holds an element, and the position in it.
func (n *nest) address(o operand, c copyOf) (string, Index) {
	if a := n.cutAxis(o); a != 0 {
		if name, ok := n.lookup(n.key("cut", o, c, without(o.letters, a))); ok {
			return name, n.index(o, c, string(a))
		}
	}
	return n.base(o, c), n.index(o, c, o.letters)
}

// base names the array, or the pointer to its row.
func (n *nest) base(o operand, c copyOf) string {
	if o.rows {
		return n.pointer(o.name, c)
	}
	return o.name
}

// pointer names the pointer to a row: x0 … x3, or xn where a pass has one row.
func (n *nest) pointer(array string, c copyOf) string {
	if n.rows <= 1 {
		return array + "n"
	}
	return fmt.Sprintf("%s%d", array, c['n'])
}

// load returns an element: the register that holds it, or the access.
func (n *nest) load(o operand, c copyOf) Expr {
	if o.resident {
		return Var{n.register(o, c, "")}
	}
	if reg, ok := n.lookup(n.key("", o, c, o.letters)); ok {
		return Var{reg}
	}
	of, at := n.address(o, c)
	return Load{Of: of, At: at}
}

// key identifies an element, or a row, of an operand.
func (n *nest) key(kind string, o operand, c copyOf, letters string) string {
	row := 0
	if o.rows {
		row = c['n']
	}
	return fmt.Sprintf("%s %s %d %s", kind, o.name, row, n.index(o, c, letters))
}

// level returns the innermost printed loop on which an element depends, axis a left out; placed tells whether the nest
// stands on all its axes already.
func (n *nest) level(o operand, a byte) (level int, placed bool) {
	level, placed = top, true
	if o.rows {
		level = 0
	}
	for i := range len(o.letters) {
		p, ok := n.places[o.letters[i]]
		if o.letters[i] == a {
			continue
		}
		placed = placed && ok
		level = max(level, p.level)
	}
	return level, placed
}

// innermost returns the level of the innermost printed loop of the plan.
func (n *nest) innermost() int {
	for k := len(n.plan.Loops) - 1; k >= 0; k-- {
		if printed(n.plan.Loops[k]) {
			return k + 1
		}
	}
	return top
}

// inner tells whether an element changes with the innermost printed loop, or, where nothing is printed as a loop,
// whether it is better loaded just before it is used.
func (n *nest) inner(o operand) bool {
	if o.resident {
		return false
	}
	level, _ := n.level(o, 0)
	if n.innermost() == top {
		return n.count(o) > hoistMost
	}
	return level >= n.innermost()
}

// hoistMost is the largest number of elements that written-out code loads at its top: more would only be spilled.
const hoistMost = 16

func (n *nest) count(o operand) int {
	e := 1
	for _, s := range o.size {
		e *= s
	}
	return e
}

// fanout tells how many terms of the tile read one element.
func (n *nest) fanout(o operand) int {
	count := 1
	for _, a := range n.sum.kept + n.sum.summed {
		if !strings.ContainsRune(o.axes(), a) {
			count *= n.copies(byte(a))
		}
	}
	return count
}

// cutAxis returns the axis along which an operand is cut into rows: that of the innermost loop, if its elements are
// neighbours there and it has other axes, too, none of them in lanes. 0: it is not cut.
func (n *nest) cutAxis(o operand) byte {
	k := n.innermost()
	if k == top || len(o.letters) < 2 {
		return 0
	}
	a := n.plan.Loops[k-1].Axis
	if o.strides[a] != 1 || strings.IndexByte(o.letters, a) < 0 {
		return 0
	}
	for _, other := range without(o.letters, a) {
		if n.places[byte(other)].lanes > 0 {
			return 0
		}
	}
	return a
}

// hoist defines what stays the same inside the loops that are still to come: cuts and registers.
func (n *nest) hoist() {
	for _, o := range slices.Concat(n.stores, n.sum.reads) {
		if a := n.cutAxis(o); a != 0 {
			if _, placed := n.level(o, a); placed {
				n.cut(o, a)
			}
		}
	}
	for _, o := range n.sum.reads {
		if _, placed := n.level(o, 0); placed && !n.inner(o) && !o.resident && (n.fanout(o) > 1 || n.innermost() != top) {
			n.each(o.axes(), func(c copyOf) { n.name(o, c) })
		}
	}
}

func (n *nest) cut(o operand, a byte) {
	rest := without(o.letters, a)
	n.each(without(o.axes(), a), func(c copyOf) {
		name := n.register(o, c, string(a))
		n.once(n.key("cut", o, c, rest), name, Cut{Name: name, Of: n.base(o, c), Offset: n.index(o, c, rest), Len: o.size[a]})
	})
}

// name loads an element into a register, unless one holds it already.
func (n *nest) name(o operand, c copyOf) {
	of, at := n.address(o, c)
	reg := n.register(o, c, "")
	n.once(n.key("", o, c, o.letters), reg, Let{Name: reg, X: Load{Of: of, At: at}})
}

// register names the register of an element: the operand's letter, then the number of the row, the numbers of axes that
// are constant or tiled, the letters of loops. The letters of skip are left out.
func (n *nest) register(o operand, c copyOf, skip string) string {
	var s strings.Builder
	s.WriteString(o.name)
	number := false
	digits := func(v int) {
		if number {
			s.WriteByte('_')
		}
		fmt.Fprint(&s, v)
		number = true
	}
	if o.rows && n.rows > 1 {
		digits(c['n'])
	}
	for i := range len(o.letters) {
		a := o.letters[i]
		p := n.places[a]
		switch {
		case strings.IndexByte(skip, a) >= 0:
		case p.v == "":
			digits(p.base + c[a])
		case p.copies > 1:
			digits(c[a])
		default:
			s.WriteByte(a)
			number = false
		}
	}
	return s.String()
}
