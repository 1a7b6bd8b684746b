package kernel

import (
	"fmt"
	"maps"
)

// Machine runs kernels statement by statement, in exactly the order that the generated code has.
type Machine struct {
	// Round rounds the result of every operation; nil keeps float64.
	Round func(float64) float64
	// Elementary evaluates the elementary functions (exp, tanh …); nil takes float64 ones.
	Elementary func(name string, args ...float64) (float64, bool)
	// Uniform returns the random number of an element, for Draw.
	Uniform func(stream, row, element int) float64
}

// Operands are the arrays and scalars of one call. An array of rows holds them one behind the other.
type Operands struct {
	Arrays  map[string][]float64
	Scalars map[string]float64
}

// vector is the value of an expression: one element, or one per lane.
type vector []float64

// position is the value of an index variable: the first element and the number of lanes (0: no lanes).
type position struct{ at, lanes int }

// view is an operand, row pointer or cut: the elements from offset on; with lanes, one such per lane, stride apart.
type view struct {
	data                  []float64
	offset, length        int
	lanes, stride, rowLen int
}

type frame struct {
	m       *Machine
	views   map[string]view
	vars    map[string]vector
	index   map[string]position
	reached map[string]int // rows that the last Rows over an array has consumed
	row     position       // the row that the surrounding Rows has reached
	rows    int
	live    int // lanes that a loop over the rest of a slice has; 0: all
}

// Run executes f on the operands and returns its result. It panics on an access outside an operand.
func (m *Machine) Run(f *Func, ops Operands) float64 {
	fr := &frame{m: m, views: map[string]view{}, vars: map[string]vector{}, index: map[string]position{}, reached: map[string]int{}}
	for _, a := range f.Arrays {
		data := ops.Arrays[a.Name]
		if a.Rows {
			fr.rows = len(data) / a.Len
		} else if len(data) != a.Len && !a.Slice {
			panic(fmt.Sprintf("kernel: %s: operand %s has %d elements, want %d", f.Name, a.Name, len(data), a.Len))
		}
		fr.views[a.Name] = view{data: data, length: len(data), rowLen: a.Len}
	}
	sameLength(f, ops)
	for _, a := range f.Locals {
		fr.views[a.Name] = view{data: make([]float64, a.Len), length: a.Len, rowLen: a.Len}
	}
	for name, v := range ops.Scalars {
		fr.vars[name] = vector{v}
	}
	if f.Result != "" {
		fr.vars[f.Result] = vector{0}
	}
	fr.run(f.Body)
	if f.Result == "" {
		return 0
	}
	return fr.vars[f.Result][0]
}

func (fr *frame) run(body []Stmt) {
	for _, s := range body {
		if r, ok := s.(Return); ok && fr.vars[r.Unless][0] == 0 {
			return
		}
		fr.step(s)
	}
}

func (fr *frame) step(s Stmt) {
	switch s := s.(type) {
	case Comment, Blank, Return:
	case *Loop:
		if s.Over != "" {
			fr.overSlice(s)
			break
		}
		from, to := s.From, s.To
		if s.First != "" {
			from += int(fr.vars[s.First][0]) * s.Step
		}
		if s.Turns != "" {
			to = fr.turned(s, from)
		}
		registers, operands := Defined(s.Body)
		vars, views := Hidden(fr.vars, registers), Hidden(fr.views, operands)
		for at := from; at < to; at += s.Step {
			fr.index[s.Var] = position{at, s.Lanes}
			fr.run(s.Body)
		}
		delete(fr.index, s.Var)
		maps.Copy(fr.vars, vars)
		maps.Copy(fr.views, views)
	case *Rows:
		fr.overRows(s)
	case Pointer:
		base := fr.views[s.Array]
		n := base.rowLen
		fr.views[s.Name] = view{data: base.data, offset: (fr.row.at + s.K) * n, length: n, lanes: fr.row.lanes, stride: n}
	case Cut:
		base := fr.views[s.Of]
		at := fr.at(s.Offset)
		if len(at) != 1 || at[0] < 0 || at[0]+s.Len > base.length {
			panic(fmt.Sprintf("kernel: cut %s of %s[%d:%d], which has %d elements", s.Name, s.Of, at[0], at[0]+s.Len, base.length))
		}
		base.offset, base.length = base.offset+at[0], s.Len
		fr.views[s.Name] = base
	case Alias:
		fr.views[s.Name] = fr.views[s.Of]
	case Clear:
		v := fr.views[s.Of]
		clear(v.data[v.offset : v.offset+v.length])
	case Transpose:
		fr.transpose(s)
	case *Call:
		fr.call(s)
	case *Guard:
		fr.guard(s)
	case Draw:
		fr.draw(s)
	default:
		fr.write(s)
	}
}

// write runs the statements that change a register or an element.
func (fr *frame) write(s Stmt) {
	switch s := s.(type) {
	case Let:
		fr.vars[s.Name] = fr.eval(s.X)
	case Assign:
		x := fr.eval(s.X)
		if s.Add {
			x = fr.zip('+', fr.vars[s.Name], x)
		}
		fr.vars[s.Name] = x
	case Store:
		v, x := fr.views[s.Of], fr.eval(s.X)
		for l, p := range fr.places(s.Of, s.At) {
			if p == dead {
				continue
			}
			e := x[l%len(x)]
			if s.Add {
				e = fr.round(v.data[p] + e)
			}
			v.data[p] = e
		}
	default:
		panic(fmt.Sprintf("kernel: no rule to run %T", s))
	}
}

func (fr *frame) guard(s *Guard) {
	class := fr.vars[s.Of][0]
	if class < 0 || class >= float64(s.Size) {
		return
	}
	fr.index[s.Var] = position{at: int(class)}
	fr.run(s.Body)
	delete(fr.index, s.Var)
}

func (fr *frame) overRows(s *Rows) {
	from := 0
	if s.Rest {
		from = fr.reached[s.Arrays[0]]
	}
	for ; from+s.Step <= fr.rows; from += s.Step {
		fr.row = position{from, s.Lanes}
		fr.run(s.Body)
	}
	fr.reached[s.Arrays[0]] = from
}

// at evaluates an index: one position, or one per lane.
func (fr *frame) at(x Index) []int {
	at := []int{x.Const}
	for _, t := range x.Terms {
		p, ok := fr.index[t.Var]
		if !ok {
			panic("kernel: index variable " + t.Var + " is not defined")
		}
		if p.lanes > 0 && len(at) == 1 {
			first := at[0]
			at = make([]int, p.lanes)
			for l := range at {
				at[l] = first
			}
		}
		for l := range at {
			lane := 0
			if p.lanes > 0 {
				lane = l
			}
			at[l] += t.Coef * (p.at + lane)
		}
	}
	if x.Lanes > 0 {
		first := at[0]
		at = make([]int, x.Lanes)
		for l := range at {
			at[l] = first + l
		}
	}
	return at
}

// places returns the positions in memory that an access means, one per lane.
func (fr *frame) places(of string, x Index) []int {
	v, ok := fr.views[of]
	if !ok {
		panic("kernel: operand " + of + " is not defined")
	}
	at := fr.at(x)
	if v.lanes > 0 {
		first := at[0]
		at = make([]int, v.lanes)
		for l := range at {
			at[l] = first
		}
	}
	for l, p := range at {
		if fr.live > 0 && l >= fr.live {
			at[l] = dead
			continue
		}
		if p < 0 || p >= v.length {
			panic(fmt.Sprintf("kernel: %s[%d] of %d elements", of, p, v.length))
		}
		at[l] = v.offset + p
		if v.lanes > 0 {
			at[l] += l * v.stride
		}
	}
	return at
}
