package vector

import "github.com/chainrule-go/chainrule/gen/kernel"

// Reference: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011): Philox4x32-10.

// The constants of Philox, as in package runtime: factors of the two halves, what is added to the keys in every round.
const (
	philoxRounds               = 10
	philoxFactor0, philoxStep0 = 0xd2511f53, 0x9e3779b9
	philoxFactor1, philoxStep1 = 0xcd9e8d57, 0xbb67ae85
)

// Philox enciphers four words of a counter with two of a key. Each lies in the lower half of 8 bytes; above it lies
// anything, so that a product need not be cut in two: its lower half is where it is.

// draw computes the uniform numbers of four elements of as many rows as there are lanes, or of as many blocks of a row.
// Numbers of 4 bytes are those of the even lanes, in lower halves, and those of the odd ones, which are enciphered apart.
func (l *lowering) draw(s kernel.Draw) {
	even := counters{l.ready(l.position(s.Block)), l.ready(l.op(AddInt, l.word("row"), l.position(s.Row)))}
	at, i := s.Block, 0
	if l.lanesAt(s.Row) > 0 {
		at, i = s.Row, 1
	}
	lanes := l.lanesAt(at)
	ramp := l.inRegisters(value{args: []Arg{Ramp{}}, lanes: lanes}, l.full(lanes))
	var drawn [4]value
	if l.Element == Float64 {
		even[i] = l.op(AddInt, even[i], l.shift(ShiftRight, ramp, 1))
		drawn = l.encipher(s, even)[0]
	} else {
		even[i] = l.ready(l.op(AddInt, even[i], ramp))
		odd := even
		odd[i] = l.op(AddInt, even[i], l.pattern(1))
		words := l.encipher(s, even, odd)
		for i := range drawn {
			lower := l.op(UpperWord, l.op(RaiseWord, words[0][i]))
			drawn[i] = l.op(Or, lower, l.op(RaiseWord, words[1][i]))
		}
	}
	for i, word := range drawn {
		drawn[i] = l.unit(word)
	}
	l.drawn[s.Name] = drawn
	l.views[s.Name] = view{array: &kernel.Array{Name: s.Name}, offset: at, length: 4}
}

// counters is the numbers of blocks and of their rows: the ones or the others are in lanes.
type counters [2]value

// lanesAt returns how many neighbours an index means; 0: one element.
func (l *lowering) lanesAt(at kernel.Index) int {
	lanes := at.Lanes
	for _, t := range at.Terms {
		lanes = max(lanes, l.frame(t.Var).Lanes)
	}
	return lanes
}

// encipher returns the four words of blocks, for several sets of them side by side.
func (l *lowering) encipher(s kernel.Draw, sets ...counters) [][4]value {
	seed, step := l.ready(l.word("seed")), l.ready(l.word("step"))
	top := l.ready(l.op(Or, l.op(And, l.op(UpperWord, step), l.pattern(0xffff)), l.pattern(uint64(s.Stream)<<16)))
	c := make([][4]value, len(sets))
	for i, of := range sets {
		c[i] = [4]value{of[0], of[1], step, top}
	}
	k0, k1 := seed, l.op(UpperWord, seed)
	factor0, factor1 := l.ready(l.pattern(philoxFactor0)), l.ready(l.pattern(philoxFactor1))
	for round := range philoxRounds {
		if round > 0 {
			k0, k1 = l.op(AddInt, k0, l.pattern(philoxStep0)), l.op(AddInt, k1, l.pattern(philoxStep1))
		}
		for i, w := range c {
			p0, p1 := l.op(MulWord, w[0], factor0), l.op(MulWord, w[2], factor1)
			c[i] = [4]value{
				l.op(Xor, l.op(Xor, l.op(UpperWord, p1), w[1]), k0), p1,
				l.op(Xor, l.op(Xor, l.op(UpperWord, p0), w[3]), k1), p0,
			}
		}
	}
	return c
}

// unit returns the upper 24 bits of words as numbers in [0,1).
func (l *lowering) unit(word value) value {
	if l.Element == Float32 {
		return l.op(Mul, l.op(FromInt, l.shift(ShiftRight, word, 8)), l.number(0x1p-24))
	}
	c := logsOf[Float64] // the bits of an integer, put below 2^52, are that integer more
	word = l.shift(ShiftRight, l.op(And, word, l.pattern(1<<32-1)), 8)
	word = l.op(Sub, l.op(Or, word, l.pattern(c.exponent)), l.number(0x1p52))
	return l.op(Mul, word, l.number(0x1p-24))
}

// word is a scalar operand that is an integer, in every 8 bytes.
func (l *lowering) word(name string) value { return value{args: []Arg{Word{name}}} }

// position returns the value of an index in the lower half of every 8 bytes. Of loops whose turns are printed it is
// computed from their counters, which count down.
func (l *lowering) position(at kernel.Index) value {
	first := at.Const
	x := value{}
	for _, t := range at.Terms {
		f := l.frame(t.Var)
		if f.First != "" {
			l.failf("%s: the loop over %s leaves out turns", at, t.Var)
		}
		first += t.Coef * f.From
		if !f.printed {
			continue
		}
		by := l.pattern(uint64(t.Coef * f.Step))
		if f.Turns == "" {
			first += t.Coef * (f.To - f.From)
		} else {
			x = l.plus(AddInt, x, l.op(MulWord, l.word(f.Turns), by))
		}
		left := l.register("", Vector)
		l.write(&Instr{Op: Counter, Lanes: l.widest, Dst: left, Args: []Arg{f.counter}})
		x = l.plus(SubInt, x, l.op(MulWord, value{args: []Arg{left}}, by))
	}
	return l.plus(AddInt, x, l.pattern(uint64(first)))
}

// plus returns x + y, or x − y with SubInt; x may be nothing yet.
func (l *lowering) plus(op Op, x, y value) value {
	switch {
	case x.args == nil && op == AddInt:
		return y
	case x.args == nil:
		x = l.pattern(0)
	}
	return l.op(op, x, y)
}
