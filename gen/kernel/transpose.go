package kernel

import "fmt"

// turned returns where a loop ends whose number of turns is an operand.
func (fr *frame) turned(s *Loop, from int) int {
	to := from + int(fr.vars[s.Turns][0])*s.Step
	if to > s.To {
		panic(fmt.Sprintf("kernel: the loop over %s turns %s times, to %d: it ends at %d", s.Var, s.Turns, to, s.To))
	}
	return to
}

// transpose runs a Transpose, one element after the other.
func (fr *frame) transpose(s Transpose) {
	for r := range s.Rows {
		for c := range s.Cols {
			from := fr.places(s.Src, s.SrcAt.Plus(r*s.SrcStride+c))
			to := fr.places(s.Dst, s.DstAt.Plus(c*s.DstStride+r))
			fr.views[s.Dst].data[to[0]] = fr.views[s.Src].data[from[0]]
		}
	}
}

// transpose checks the elements of a Transpose.
func (c *checker) transpose(s Transpose) {
	if s.Rows < 1 || s.Cols < 1 || s.SrcStride < s.Cols && s.Rows > 1 || s.DstStride < s.Rows && s.Cols > 1 {
		c.failf("%s = transpose of %s: %d rows of %d, strides %d and %d", s.Dst, s.Src, s.Rows, s.Cols, s.SrcStride, s.DstStride)
		return
	}
	if c.lanesOf(s.SrcAt) > 0 || c.lanesOf(s.DstAt) > 0 {
		c.failf("%s = transpose of %s: it has lanes of its own", s.Dst, s.Src)
	}
	for r := range s.Rows {
		row := s.SrcAt.Plus(r * s.SrcStride)
		row.Lanes = s.Cols
		c.load(Load{Of: s.Src, At: row})
	}
	to := c.use("operand", s.Dst).place
	for k := range s.Cols {
		at := s.DstAt.Plus(k * s.DstStride)
		c.inRange(s.Dst, to, at, s.Rows)
		c.mark(s.Dst, to, at, s.Rows, false)
	}
}
