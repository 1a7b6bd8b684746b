package kernel

// span is the values of an index variable: from, from+step … below to, and with lanes the neighbours of each.
type span struct {
	v              string
	from, to, step int
	lanes          int
	guard          bool     // one value only, and not known which
	arrays         []string // of a loop over rows: what it walks
}

// rowVar stands for the row that a loop over rows has reached. No name of a kernel is like it.
const rowVar = "the row"

// neighbours returns how many elements an access has at one value of the variable.
func (s span) neighbours() int { return max(1, min(s.lanes, s.to-s.from)) }

// turns returns how many values the variable takes, lanes aside.
func (s span) turns() int {
	if s.guard {
		return 1
	}
	return (s.to - s.from) / s.step
}

// inside checks the body of a loop.
func (c *checker) inside(s span, body []Stmt) {
	c.loops = append(c.loops, s)
	c.nested(func() {
		c.define(s.v, &entity{kind: "index", used: s.v == rowVar})
		c.body(body)
	})
	c.loops = c.loops[:len(c.loops)-1]
}

// span returns the loop of a variable.
func (c *checker) span(v string) (span, bool) {
	for _, s := range c.loops {
		if s.v == v {
			return s, true
		}
	}
	return span{}, false
}

// coefficients adds up what each variable contributes to an index.
func coefficients(x Index) map[string]int {
	sum := map[string]int{}
	for _, t := range x.Terms {
		sum[t.Var] += t.Coef
	}
	return sum
}

// bounds returns the smallest and the largest value of an index. Its variables are independent of each other, so both
// occur.
func (c *checker) bounds(x Index) (low, high int) {
	low, high = x.Const, x.Const
	for v, coef := range coefficients(x) {
		c.use("index", v)
		s, _ := c.span(v)
		first, last := coef*s.from, coef*(s.to-max(1, s.step)+s.neighbours()-1)
		low, high = low+min(first, last), high+max(first, last)
	}
	return low, high + max(1, x.Lanes) - 1
}

// inRange checks that n elements from every value of an index on lie in a part.
func (c *checker) inRange(name string, p part, at Index, n int) {
	low, high := c.bounds(at)
	if low < 0 || high+n > p.length {
		c.failf("%s[%s] reaches from %d to %d, but has %d elements", name, at, low, high+n-1, p.length)
	}
}

// lanesOf returns the number of lanes of an access: those of the only variable in it that has some.
func (c *checker) lanesOf(x Index) int {
	lanes := x.Lanes
	for _, s := range c.loops {
		if s.lanes > 0 && coefficients(x)[s.v] != 0 {
			if lanes > 0 {
				c.failf("%s has two axes in lanes", x)
			}
			lanes = s.lanes
		}
	}
	return lanes
}

// sumOf adds two indices.
func sumOf(a, b Index) Index {
	return Index{Const: a.Const + b.Const, Terms: append(append([]Term(nil), a.Terms...), b.Terms...), Lanes: max(a.Lanes, b.Lanes)}
}

// positions calls visit for all values of an index, of neighbours once for n of them, and returns how often each occurs because
// of loops around it whose variables it does not have.
func (c *checker) positions(x Index, visit func(first, n int)) (times int) {
	times = 1
	coef := coefficients(x)
	var moving []span // loops that move the index, and by how much
	var by []int
	for _, s := range c.loops {
		if k := coef[s.v]; k == 0 {
			times *= s.turns()
		} else {
			moving, by = append(moving, s), append(by, k)
		}
	}
	var walk func(k, at int)
	walk = func(k, at int) {
		if k == len(moving) {
			visit(at, max(1, x.Lanes))
			return
		}
		s, lanes := moving[k], moving[k].neighbours()
		if k == len(moving)-1 && by[k] == 1 && x.Lanes == 0 && s.step == lanes {
			visit(at+s.from, s.to-s.from)
			return
		}
		for v := s.from; v < s.to; v += s.step {
			for lane := range lanes {
				walk(k+1, at+by[k]*(v+lane))
			}
		}
	}
	walk(0, x.Const)
	return times
}
