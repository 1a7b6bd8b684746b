package kernel

import "fmt"

// Loops over slices: arrays whose length is known when the function runs.

// dead is the position of a lane that a loop over the rest of a slice does not have: it is loaded as zero and not stored.
const dead = -1

// overSlice describes a loop over a slice.
func (s *Loop) overSlice() string {
	if s.Rest {
		return fmt.Sprintf("for %s = the rest of %s", s.Var, s.Over)
	}
	return fmt.Sprintf("for %s over %s by %d", s.Var, s.Over, s.Step)
}

// sameLength panics unless the slices of a function are equally long.
func sameLength(f *Func, ops Operands) {
	length := -1
	for _, a := range f.Arrays {
		if n := len(ops.Arrays[a.Name]); a.Slice && length >= 0 && n != length {
			panic(fmt.Sprintf("kernel: %s: slices of %d and %d elements", f.Name, length, n))
		} else if a.Slice {
			length = n
		}
	}
}

// overSlice runs a loop over a slice.
func (fr *frame) overSlice(s *Loop) {
	at, end := fr.reached[s.Over], fr.views[s.Over].length
	if s.Rest && at < end {
		if end-at >= s.Lanes {
			panic(fmt.Sprintf("kernel: %d elements of %s are left for %d lanes", end-at, s.Over, s.Lanes))
		}
		fr.index[s.Var], fr.live = position{at, s.Lanes}, end-at
		fr.run(s.Body)
		at, fr.live = end, 0
	}
	for ; !s.Rest && at+s.Step <= end; at += s.Step {
		fr.index[s.Var] = position{at, s.Lanes}
		fr.run(s.Body)
	}
	fr.reached[s.Over] = at
	delete(fr.index, s.Var)
}

// overSlice checks a loop over a slice, on a length that leaves some elements to the next one.
func (c *checker) overSlice(s *Loop) {
	if a := c.use("operand", s.Over).place.array; a == nil || !a.Slice || len(c.loops) > 0 {
		c.failf("loop over %s, which is no slice, or inside another loop", s.Over)
		return
	}
	from, to, step := c.reached[s.Over], c.rows, s.Step
	if s.Rest {
		step = to - from
		if step >= s.Lanes || step == 0 {
			c.failf("loop over the rest of %s: %d elements are left for %d lanes", s.Over, step, s.Lanes)
			return
		}
	} else if step < 1 || s.Lanes > 0 && step%s.Lanes != 0 {
		c.failf("loop over %s by %d: %d lanes do not fill a step", s.Over, step, s.Lanes)
		return
	}
	to = from + (to-from)/step*step
	if delete(c.reached, s.Over); to < c.rows {
		c.reached[s.Over] = to
	}
	c.inside(span{v: s.Var, from: from, to: to, step: step, lanes: s.Lanes}, s.Body)
}
