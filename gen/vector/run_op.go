package vector

import (
	"fmt"
	"math"
	"slices"
)

// compute returns the lanes of the result of an operation on lanes.
func (m *machine) compute(s *Instr) lanes {
	if s.Op == Counter {
		left := m.pointers[m.home(s.Args[0].(Reg))].at
		return m.words(s.Lanes, func(int) uint64 { return uint64(left) })
	}
	args := make([]lanes, len(s.Args))
	for i := range args {
		args[i] = m.argument(s, i)
	}
	switch s.Op {
	case MulWord, UpperWord, RaiseWord:
		return m.wordwise(s, args)
	case Move:
		return args[0][:s.Lanes]
	case Splat:
		return repeat(args[0][0], s.Lanes)
	case Pick, PickTwo:
		return m.pick(s, args)
	case High, ZipLow, ZipHigh, JoinEven, JoinOdd:
		return m.shuffle(s, args)
	}
	out := make(lanes, s.Lanes)
	for k := range out {
		one := make([]uint64, len(args))
		for i := range args {
			one[i] = args[i][k]
		}
		switch {
		case slices.Contains(one, undefined):
			out[k] = undefined
		case s.Op == Zero:
		case s.Op == Keep:
			if m.mask(s)[k] {
				out[k] = one[0]
			}
		case s.Op == Select:
			if out[k] = one[1]; m.mask(s)[k] {
				out[k] = one[0]
			}
		case s.Op == AddKept:
			if out[k] = one[0]; m.mask(s)[k] {
				out[k] = m.number(&Instr{Op: Add}, one)
			}
		case s.Op == FromInt:
			out[k] = m.Element.bits(float64(one[0]))
		case s.Op >= And && s.Op <= ShiftRight:
			out[k] = m.integer(s, one)
		default:
			out[k] = m.number(s, one)
		}
	}
	return out
}

// pick moves lanes to where the first argument says.
func (m *machine) pick(s *Instr, args []lanes) lanes {
	from := args[1][:s.Lanes]
	for _, x := range args[2:] {
		from = append(slices.Clip(from), x[:s.Lanes]...)
	}
	out := make(lanes, s.Lanes)
	for k := range out {
		out[k] = from[args[0][k]%uint64(len(from))]
	}
	return out
}

// shuffle moves lanes.
func (m *machine) shuffle(s *Instr, args []lanes) lanes {
	n := s.Lanes
	out := repeat(undefined, n)
	switch s.Op {
	case High:
		copy(out, args[0][n/2:n])
		return out
	}
	block := m.Target.Narrow / int(m.Element)
	if s.Op == JoinEven || s.Op == JoinOdd {
		first := 0
		if s.Op == JoinOdd {
			first = block
		}
		for k := range n {
			from := k % (n / 2) // of the elements of even or of odd number of one argument
			out[k] = args[2*k/n][first+from/block*2*block+from%block]
		}
		return out
	}
	for first := 0; first < n; first += block {
		from := first
		if s.Op == ZipHigh {
			from += block / 2
		}
		for k := range block {
			piece, in := k/s.Imm, k%s.Imm
			out[first+k] = args[piece%2][from+piece/2*s.Imm+in]
		}
	}
	return out
}

// integer computes an operation on bits.
func (m *machine) integer(s *Instr, x []uint64) uint64 {
	all := m.Element.signBit()<<1 - 1
	switch s.Op {
	case And:
		return x[0] & x[1]
	case Or:
		return x[0] | x[1]
	case Xor:
		return x[0] ^ x[1]
	case AddInt:
		return (x[0] + x[1]) & all
	case SubInt:
		return (x[0] - x[1]) & all
	case ShiftLeft:
		return x[0] << s.Imm & all
	}
	return x[0] >> s.Imm
}

// number computes an operation on numbers, rounded to the type of the elements.
func (m *machine) number(s *Instr, bits []uint64) uint64 {
	x := make([]float64, len(bits))
	for i, b := range bits {
		x[i] = m.Element.value(b)
	}
	var y float64
	switch s.Op {
	case Add:
		y = x[0] + x[1]
	case Sub:
		y = x[0] - x[1]
	case Mul:
		y = x[0] * x[1]
	case Div:
		y = x[0] / x[1]
	case Sqrt:
		y = math.Sqrt(x[0])
	case Max:
		if y = x[1]; x[0] > x[1] {
			y = x[0]
		}
	case Min:
		if y = x[1]; x[0] < x[1] {
			y = x[0]
		}
	case Fma:
		y = m.Element.fma(x[0], x[1], x[2])
	case Fms:
		y = m.Element.fma(x[0], x[1], -x[2])
	case Fnma:
		y = m.Element.fma(-x[0], x[1], x[2])
	default:
		panic(fmt.Sprintf("vector: no rule to run %s", m.Func.instr(s)))
	}
	return m.Element.bits(y)
}

// fma returns x·y + c, rounded once to the type of the elements. The product of two float32 is exact in float64; where
// the sum is not, its last bit is set: then rounding it to float32 gives what rounding the exact sum gives.
func (e Element) fma(x, y, c float64) float64 {
	if e == Float64 {
		return math.FMA(x, y, c)
	}
	p := float64(x * y)
	s := p + c
	if math.IsInf(s, 0) || s != s {
		return s
	}
	back := s - p
	rest := (p - (s - back)) + (c - back)
	bits := math.Float64bits(s)
	if rest == 0 || bits&1 == 1 {
		return s
	}
	if (rest > 0) == (s > 0) { // away from zero: the odd neighbour above
		return math.Float64frombits(bits + 1)
	}
	return math.Float64frombits(bits - 1)
}

// holds tells whether x is in a relation to y.
func holds(r Relation, x, y float64) bool {
	switch r {
	case Less:
		return x < y
	case LessEqual:
		return x <= y
	case Greater:
		return x > y
	case GreaterEqual:
		return x >= y
	case NotLess:
		return !(x < y)
	case NotLessEqual:
		return !(x <= y)
	case NotGreater:
		return !(x > y)
	case NotGreaterEqual:
		return !(x >= y)
	case Equal:
		return x == y
	}
	return x != x || y != y
}
