package vector

import "github.com/chainrule-go/chainrule/gen/kernel"

// Loops over slices. They follow each other, outside other loops: the pointers go on where the loop before left them, and
// one counter says how many elements are left.

// overSlice lowers a loop over a slice.
func (l *lowering) overSlice(s *kernel.Loop) {
	if l.nest != nil {
		l.failf("a loop over %s inside another loop", s.Over)
	}
	first := l.over == nil
	if first {
		l.over = newNest()
		l.over.left = l.register("left", Pointer)
		l.scalars()
	}
	known := len(l.over.order)
	l.nest, l.line, l.rest = l.over, newNest(), s.Rest
	loop := &Loop{Step: s.Step, Rest: s.Rest, Counter: l.over.left}
	f := &frame{Loop: s, printed: true}
	outer := l.body
	l.body = &loop.Body
	if s.Rest {
		loop.Step = 0
		f.mask = l.register("rest", Mask)
		l.write(&Instr{Op: First, Lanes: l.full(s.Lanes), Dst: f.mask, Args: []Arg{l.over.left}})
	}
	l.loops = append(l.loops, f)
	l.statements(s.Body)
	l.loops = l.loops[:len(l.loops)-1]
	if !s.Rest {
		l.advance(f, loop)
	}
	l.body = outer
	l.nest, l.rest = nil, false
	for _, p := range l.over.order[known:] {
		if !first {
			l.failf("%s is not in the first loop over %s", p.array.Name, s.Over)
		}
		l.write(l.point(p.reg, p.array))
	}
	if first {
		l.write(&Length{Dst: l.over.left, Array: s.Over})
	}
	l.write(loop)
}

// scalars loads the scalar operands once, for all turns.
func (l *lowering) scalars() {
	for _, s := range l.Kernel.Scalars {
		if s.Kind != kernel.Float {
			continue
		}
		v := &variable{reg: l.register(s.Name, Vector)}
		l.load(v.reg, Scalar{s.Name}, 0, l.widest)
		l.vars[s.Name] = v
	}
}

// overSlice runs a loop over a slice, or over its rest.
func (m *machine) overSlice(s *Loop) {
	counter := m.home(s.Counter)
	if s.Rest && m.pointers[counter].at > 0 {
		m.run(s.Body)
	}
	for s.Step > 0 && m.pointers[counter].at >= s.Step {
		m.run(s.Body)
		left := m.pointers[counter]
		left.at -= s.Step
		m.pointers[counter] = left
	}
}
