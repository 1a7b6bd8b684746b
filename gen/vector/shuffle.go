package vector

import (
	"fmt"
	"math"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// laneSum adds the lanes of a value, in halves: the order of summation is that of a tree.
func (l *lowering) laneSum(x value) value {
	return l.folded(Add, x, func(mask, x value) value { return l.keep(mask, x) })
}

// laneMax returns the largest lane of a value.
func (l *lowering) laneMax(x value) value {
	return l.folded(Max, x, func(mask, x value) value { return l.choose(mask, x, l.number(math.Inf(-1))) })
}

// folded folds the lanes of a value, those beyond them being neutral.
func (l *lowering) folded(op Op, x value, neutral func(mask, x value) value) value {
	x = l.ready(x)
	if x.lanes == 0 {
		return x
	}
	n := x.lanes
	if n <= l.full(1) {
		return l.rotated(op, x)
	}
	if n&(n-1) != 0 {
		lanes, mask := l.touched(n)
		x = neutral(value{args: []Arg{mask}, lanes: n}, x)
		n = lanes
	}
	return l.fold(op, x, n)
}

// rotated folds the lanes of 16 bytes by turning them: all of them then have the result, after fewer operations that wait
// for each other.
func (l *lowering) rotated(op Op, x value) value {
	n, y := x.lanes, x
	turn := func(v value, by int) value {
		lanes := make([]int, l.full(1))
		for k := range n {
			lanes[k] = (k + by) % n
		}
		turned := l.pickIn(len(lanes), lanes, []value{v})
		turned.lanes = n
		return turned
	}
	switch n {
	case 3:
		y = l.op(op, l.op(op, x, turn(x, 1)), turn(x, 2))
	case 2, 4:
		for by := n / 2; by > 0; by /= 2 {
			y = l.op(op, y, turn(y, by))
		}
	}
	y.lanes, y.upto = 0, n
	return y
}

// fold combines n lanes, a power of two, into lane 0.
func (l *lowering) fold(op Op, x value, n int) value {
	for ; n > 1; n /= 2 {
		sums := value{args: make([]Arg, len(x.args)), upto: 1}
		for i, a := range x.args {
			high, sum := l.register("", Vector), l.register("", Vector)
			l.write(&Instr{Op: High, Lanes: n, Dst: high, Args: []Arg{a}})
			l.write(&Instr{Op: op, Lanes: l.full(n / 2), Dst: sum, Args: []Arg{a, high}})
			sums.args[i] = sum
		}
		x = sums
	}
	x.lanes, x.upto = 0, 1
	return x
}

// clear sets an operand to zero: four vectors per turn, then one, then what is left.
func (l *lowering) clear(s kernel.Clear) {
	const v = "element"
	n, lanes := l.view(s.Of).length, l.Target.Lanes(int(l.Element))
	from := 0
	for _, part := range []struct{ step, lanes int }{{4 * lanes, lanes}, {lanes, lanes}, {n % lanes, n % lanes}} {
		if part.step == 0 || n-from < part.step {
			continue
		}
		to := from + (n-from)/part.step*part.step
		loop := &kernel.Loop{Var: v, From: from, To: to, Step: part.step, Lanes: part.lanes}
		for k := 0; k < part.step; k += part.lanes {
			at := kernel.At(k).Times(v, 1)
			loop.Body = append(loop.Body, kernel.Store{Of: s.Of, At: at, X: kernel.Num{}})
		}
		l.statements([]kernel.Stmt{loop})
		from = to
	}
}

// transpose transposes a matrix in blocks that registers hold: of their lanes, or of fewer where that is all there is.
func (l *lowering) transpose(s kernel.Transpose) {
	size := l.Target.Lanes(int(l.Element))
	if l.Target.Picks && s.Rows >= size && s.Cols <= size/2 {
		l.transposeNarrow(s, size)
		return
	}
	for size > 2*l.Target.Narrow/int(l.Element) && min(s.Rows, s.Cols) <= size/2 {
		size /= 2
	}
	if s.Rows <= size && s.Cols <= size {
		l.transposeBlock(s, size)
		return
	}
	// What is left is cut into smaller blocks, in loops of their own inside these.
	rowBlock, columnBlock := fmt.Sprint("row of ", size, "-blocks"), fmt.Sprint("column of ", size, "-blocks")
	rows := blocks(rowBlock, s.Rows, size, func(v string, from, n int) []kernel.Stmt {
		return blocks(columnBlock, s.Cols, size, func(w string, first, m int) []kernel.Stmt {
			b := s
			b.Rows, b.Cols = n, m
			b.SrcAt = s.SrcAt.Plus(from*s.SrcStride+first).Times(v, s.SrcStride).Times(w, 1)
			b.DstAt = s.DstAt.Plus(first*s.DstStride+from).Times(w, s.DstStride).Times(v, 1)
			return []kernel.Stmt{b}
		})
	})
	l.statements(rows)
}

// transposeNarrow transposes rows that fill half of a register: two in each, so that what is stored fills it.
func (l *lowering) transposeNarrow(s kernel.Transpose, size int) {
	if s.Rows > size {
		l.statements(blocks(fmt.Sprint("row of ", size, "-blocks"), s.Rows, size, func(v string, from, n int) []kernel.Stmt {
			b := s
			b.Rows = n
			b.SrcAt = s.SrcAt.Plus(from*s.SrcStride).Times(v, s.SrcStride)
			b.DstAt = s.DstAt.Plus(from).Times(v, 1)
			return []kernel.Stmt{b}
		}))
		return
	}
	lanes, mask := l.part(s.Cols)
	upper := l.register("tail", Mask)
	l.write(&Instr{Op: TailHigh, Lanes: size, Dst: upper, Imm: s.Cols})
	row := func(r int) Arg { return unsplat(l.access(s.Src, s.SrcAt.Plus(r*s.SrcStride)).args[0]) }
	piece := size / 4
	rows := make([]Reg, 2*piece)
	for i := range rows {
		first := i/piece*2*piece + i%piece
		low := l.register("", Vector)
		l.write(&Instr{Op: Load, Lanes: lanes, Mask: mask, Dst: low, Args: []Arg{row(first)}})
		rows[i] = l.register("", Vector)
		l.write(&Instr{Op: LoadHigh, Lanes: size, Mask: upper, Dst: rows[i], Args: []Arg{low, row(first + piece)}})
	}
	top, bottom := l.zip(rows[:piece], size), l.zip(rows[piece:], size)
	for k := range piece {
		for i, op := range []Op{JoinEven, JoinOdd} {
			if c := i*piece + k; c < s.Cols {
				to := l.access(s.Dst, s.DstAt.Plus(c*s.DstStride))
				l.write(&Instr{Op: Store, Lanes: size, Args: []Arg{l.pair(op, size, top[k], bottom[k], 0), unsplat(to.args[0])}})
			}
		}
	}
}

// blocks covers n elements by a loop over blocks of the given size and a rest. body gets the variable of the loop, or
// the position of the rest.
func blocks(v string, n, size int, body func(v string, from, n int) []kernel.Stmt) []kernel.Stmt {
	var list []kernel.Stmt
	whole := n / size * size
	if whole > 0 {
		list = append(list, &kernel.Loop{Var: v, To: whole, Step: size, Body: body(v, 0, size)})
	}
	if n > whole {
		list = append(list, body("", whole, n-whole)...)
	}
	return list
}

// transposeBlock transposes a block of at most size rows and columns in registers.
func (l *lowering) transposeBlock(s kernel.Transpose, size int) {
	rows := make([]Reg, size)
	lanes, mask := l.part(s.Cols)
	for r := range rows {
		rows[r] = rows[max(0, r-1)] // zeros, if they are the previous row
		if r < s.Rows {
			rows[r] = l.register("", Vector)
			from := l.access(s.Src, s.SrcAt.Plus(r*s.SrcStride))
			l.write(&Instr{Op: Load, Lanes: lanes, Mask: mask, Dst: rows[r], Args: []Arg{unsplat(from.args[0])}})
		} else if r == s.Rows {
			rows[r] = l.register("", Vector)
			l.write(&Instr{Op: Zero, Lanes: size, Dst: rows[r]})
		}
	}
	lanes, mask = l.part(s.Rows)
	l.columns(rows, size, func(c int, column Reg) {
		if c < s.Cols {
			to := l.access(s.Dst, s.DstAt.Plus(c*s.DstStride))
			l.write(&Instr{Op: Store, Lanes: lanes, Mask: mask, Args: []Arg{column, unsplat(to.args[0])}})
		}
	})
}

// columns transposes as many rows as a register has lanes: first in pieces of 16 bytes, then the pieces. Each
// column is stored as soon as it is there.
func (l *lowering) columns(rows []Reg, lanes int, store func(c int, column Reg)) {
	piece := l.Target.Narrow / int(l.Element)
	zipped := make([][]Reg, lanes/piece)
	for i := range zipped {
		zipped[i] = l.zip(rows[i*piece:(i+1)*piece], lanes)
	}
	for k := range piece {
		var row []Reg
		for i := range zipped {
			row = append(row, zipped[i][k])
		}
		for i, r := range l.join16(row, lanes) {
			store(i*piece+k, r)
		}
	}
}

// join16 transposes pieces of 16 bytes, as many in a register as there are registers.
func (l *lowering) join16(x []Reg, lanes int) []Reg {
	if len(x) == 1 {
		return x
	}
	var even, odd []Reg
	for i := 0; i < len(x); i += 2 {
		even = append(even, l.pair(JoinEven, lanes, x[i], x[i+1], 0))
		odd = append(odd, l.pair(JoinOdd, lanes, x[i], x[i+1], 0))
	}
	even, odd = l.join16(even, lanes), l.join16(odd, lanes)
	var all []Reg
	for i := range even {
		all = append(all, even[i], odd[i])
	}
	return all
}

// zip transposes each 16 bytes of the rows.
func (l *lowering) zip(rows []Reg, lanes int) []Reg {
	if len(rows) == 1 {
		return rows
	}
	half := len(rows) / 2
	top, bottom := l.zip(rows[:half], lanes), l.zip(rows[half:], lanes)
	var columns []Reg
	for i := range half {
		columns = append(columns, l.pair(ZipLow, lanes, top[i], bottom[i], half), l.pair(ZipHigh, lanes, top[i], bottom[i], half))
	}
	return columns
}

// pair appends an operation on two registers.
func (l *lowering) pair(op Op, lanes int, x, y Reg, imm int) Reg {
	r := l.register("", Vector)
	l.write(&Instr{Op: op, Lanes: lanes, Dst: r, Args: []Arg{x, y}, Imm: imm})
	return r
}

// part returns how many lanes a load or a store of n elements has, and a mask for them.
func (l *lowering) part(n int) (lanes int, mask Reg) {
	if n&(n-1) == 0 {
		return n, 0
	}
	return l.full(n), l.tail(n)
}
