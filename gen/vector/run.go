package vector

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// Run executes a function on operands, as kernel.Machine runs its kernel, and returns its result. Lanes are simulated;
// registers are those of the machine once they are allocated. It panics on an access outside an operand and when it
// stores a lane that nothing defined.
func (f *Func) Run(ops kernel.Operands) float64 {
	ops.Arrays = maps.Clone(ops.Arrays)
	for _, a := range f.Kernel.Locals {
		ops.Arrays[a.Name] = slices.Repeat([]float64{math.NaN()}, a.Len)
	}
	m := &machine{Func: f, ops: ops, vectors: map[Reg]lanes{}, masks: map[Reg][]bool{}, pointers: map[Reg]pointer{}}
	m.run(f.Body)
	return m.result
}

// lanes are the bits of the elements of a vector register; undefined marks a lane that holds anything.
type lanes []uint64

const undefined = 1<<63 | 1<<51 | 0xdead

// pointer is an address: an operand, a position in it, and the part that may be accessed.
type pointer struct {
	array     string
	at        int
	low, high int
}

type machine struct {
	*Func
	ops      kernel.Operands
	vectors  map[Reg]lanes
	masks    map[Reg][]bool
	pointers map[Reg]pointer
	result   float64
	returned bool // to do nothing but store the result
}

// home returns where a register lies: its place in the machine, where it shares it with others, or itself. Masks that
// lie in vector registers are kept apart all the same, but overwrite what lies there.
func (m *machine) home(r Reg) Reg {
	if p := m.Regs[r].Place; p >= 0 {
		return Reg(-1 - p)
	}
	return r
}

// run executes statements. The counter of a loop takes the place of whatever pointer lay there.
func (m *machine) run(body []Stmt) {
	for _, s := range body {
		if m.returned && !storesResult(s) {
			continue
		}
		switch s := s.(type) {
		case *Return:
			m.returned = m.ops.Scalars[s.Unless] == 0
		case *Length:
			m.pointers[m.home(s.Dst)] = pointer{at: len(m.ops.Arrays[s.Array])}
		case *Loop:
			if s.Step > 0 || s.Rest {
				m.overSlice(s)
				break
			}
			turns := s.Turns
			if s.Count != "" {
				turns = int(m.ops.Scalars[s.Count])
			}
			for left := turns; left > 0; left-- {
				m.pointers[m.home(s.Counter)] = pointer{at: left}
				m.run(s.Body)
			}
		case *Point:
			m.pointers[m.home(s.Dst)] = pointer{array: s.Array, at: s.At, low: s.At, high: min(s.At+s.Len, len(m.ops.Arrays[s.Array]))}
		case *Advance:
			p := m.pointers[m.home(s.Dst)]
			by := s.By
			if s.Times != "" {
				by *= int(m.ops.Scalars[s.Times])
			}
			p.at += by
			m.pointers[m.home(s.Dst)] = p
		case *Instr:
			m.instr(s)
		}
	}
}

// storesResult tells whether a statement stores the result of the function.
func storesResult(s Stmt) bool {
	i, ok := s.(*Instr)
	if !ok || i.Op != Store {
		return false
	}
	_, scalar := i.Args[1].(Scalar)
	return scalar
}

// instr executes an instruction. Masks are kept as one truth value per lane.
func (m *machine) instr(s *Instr) {
	switch s.Op {
	case Load, Widen:
		m.set(s, m.load(s))
	case LoadHigh:
		m.set(s, m.loadHigh(s))
	case Store:
		m.store(s)
	case Tail, TailHigh:
		mask := make([]bool, s.Lanes)
		for i := range s.Imm {
			if s.Op == TailHigh {
				i += s.Lanes / 2
			}
			mask[i] = true
		}
		m.setMask(s, mask)
	case First:
		mask := make([]bool, s.Lanes)
		for i := range m.pointers[m.home(s.Args[0].(Reg))].at {
			mask[i] = true
		}
		m.setMask(s, mask)
	case Compare:
		x, y := m.argument(s, 0), m.argument(s, 1)
		mask := make([]bool, s.Lanes)
		for i := range mask {
			mask[i] = holds(Relation(s.Imm), m.Element.value(x[i]), m.Element.value(y[i]))
		}
		m.setMask(s, mask)
	default:
		m.set(s, m.compute(s))
	}
}

// set puts a result in its register. What is above its lanes is zero.
func (m *machine) set(s *Instr, x lanes) {
	full := make(lanes, m.Target.Lanes(int(m.Element)))
	copy(full, x)
	m.vectors[m.home(s.Dst)] = full
	if m.Target.Masks == 0 && m.Regs[s.Dst].Place >= 0 {
		delete(m.masks, m.home(s.Dst))
	}
}

// setMask puts a mask in its register.
func (m *machine) setMask(s *Instr, x []bool) {
	m.masks[m.home(s.Dst)] = x
	if m.Target.Masks == 0 && m.Regs[s.Dst].Place >= 0 {
		delete(m.vectors, m.home(s.Dst))
	}
}

// mask returns the mask of an instruction.
func (m *machine) mask(s *Instr) []bool {
	x, ok := m.masks[m.home(s.Mask)]
	if !ok || len(x) < s.Lanes {
		panic(fmt.Sprintf("vector: %s: no mask of %d lanes", m.Func.instr(s), s.Lanes))
	}
	return x
}

// argument returns the lanes of argument i.
func (m *machine) argument(s *Instr, i int) lanes {
	switch a := s.Args[i].(type) {
	case Reg:
		x, ok := m.vectors[m.home(a)]
		if !ok {
			panic(fmt.Sprintf("vector: %s: %s is gone", m.Func.instr(s), m.reg(a)))
		}
		return x
	case Const:
		return repeat(uint64(a), s.Lanes)
	case Table:
		return lanes(a[:s.Lanes])
	case Word:
		return m.words(s.Lanes, func(int) uint64 { return uint64(m.ops.Scalars[a.Name]) })
	case Ramp:
		return m.words(s.Lanes, func(i int) uint64 { return uint64(2 * i) })
	case Scalar:
		return repeat(m.Element.bits(m.ops.Scalars[a.Name]), s.Lanes)
	}
	a := s.Args[i].(Mem)
	if a.Splat {
		return repeat(m.Element.bits(*m.element(s, a, 0)), s.Lanes)
	}
	x := make(lanes, s.Lanes)
	for k := range x {
		x[k] = m.Element.bits(*m.element(s, a, k))
	}
	return x
}

// repeat returns n lanes with the same bits.
func repeat(bits uint64, n int) lanes {
	x := make(lanes, n)
	for i := range x {
		x[i] = bits
	}
	return x
}

// element returns element k after the position that memory stands for.
func (m *machine) element(s *Instr, a Mem, k int) *float64 {
	p, ok := m.pointers[m.home(a.Base)]
	if !ok {
		panic(fmt.Sprintf("vector: %s: pointer %s is gone", m.Func.instr(s), m.reg(a.Base)))
	}
	at := p.at + a.At + k
	if at < p.low || at >= p.high {
		panic(fmt.Sprintf("vector: %s: %s[%d] of %d … %d", m.Func.instr(s), p.array, at, p.low, p.high-1))
	}
	return &m.ops.Arrays[p.array][at]
}

// load reads elements; lanes that the mask does not hold are zero and not read at all.
func (m *machine) load(s *Instr) lanes {
	if s.Mask == 0 {
		return m.argument(s, 0)
	}
	x, mask := make(lanes, s.Lanes), m.mask(s)
	for k := range x {
		if mask[k] {
			x[k] = m.Element.bits(*m.element(s, s.Args[0].(Mem), k))
		}
	}
	return x
}

// loadHigh reads elements into the upper half of a register.
func (m *machine) loadHigh(s *Instr) lanes {
	x, mask := slices.Clone(m.argument(s, 0)), m.mask(s)
	for k := range s.Lanes / 2 {
		if i := s.Lanes/2 + k; mask[i] {
			x[i] = m.Element.bits(*m.element(s, s.Args[1].(Mem), k))
		}
	}
	return x
}

// store writes the lanes that the mask holds, or the result of the function.
func (m *machine) store(s *Instr) {
	x := m.argument(s, 0)
	if slices.Contains(x[:s.Lanes], undefined) {
		panic(fmt.Sprintf("vector: %s: a lane is not defined", m.Func.instr(s)))
	}
	if _, ok := s.Args[1].(Scalar); ok {
		m.result = m.Element.value(x[0])
		return
	}
	for k := range s.Lanes {
		if s.Mask == 0 || m.mask(s)[k] {
			*m.element(s, s.Args[1].(Mem), k) = m.Element.value(x[k])
		}
	}
}
