package kernel

import (
	"fmt"
	"slices"
	"strings"
)

// Call runs another function on parts of the operands. Scalars and the result have the same name here and there; a result
// is added to that of the caller.
type Call struct {
	Func   *Func
	Places []Place // of the arrays of Func, in their order
}

func (*Call) stmt() {}

// Place is where an operand of a called function lies: from an element of an operand of the caller on.
type Place struct {
	Of     string
	Offset int
}

// String prints the call with what its operands are called there: dense1(y = scratch[0:160], b = p[35:40]).
func (c *Call) String() string {
	args := make([]string, 0, len(c.Places))
	for i, a := range c.Func.Arrays {
		p := c.Places[i]
		args = append(args, fmt.Sprintf("%s = %s[%d:%d]", a.Name, p.Of, p.Offset, p.Offset+a.Len))
	}
	for _, s := range c.Func.Scalars {
		args = append(args, s.Name)
	}
	result := ""
	if c.Func.Result != "" {
		result = c.Func.Result + " += "
	}
	return fmt.Sprintf("%s%s(%s)", result, c.Func.Name, strings.Join(args, ", "))
}

// Calls returns the functions that f runs one after the other; none where it is none of Join's.
func (f *Func) Calls() []*Call {
	var calls []*Call
	for _, s := range f.Body {
		if c, ok := s.(*Call); ok {
			calls = append(calls, c)
		}
	}
	return calls
}

// joined tells whether f is made of calls.
func (f *Func) joined() bool { return len(f.Calls()) > 0 }

// Join returns a function that runs others one after the other. place tells where each of their operands lies; bases are
// the operands that it names.
func Join(name, summary string, bases []*Array, funcs []*Func, place func(*Array) Place) *Func {
	f := &Func{Name: name, Summary: summary}
	used := map[string]Access{}
	for _, called := range funcs {
		c := &Call{Func: called}
		for _, a := range called.Arrays {
			p := place(a)
			c.Places = append(c.Places, p)
			access := a.Access
			if access == Set {
				access = Scratch
			}
			used[p.Of] = max(access, used[p.Of])
		}
		for _, s := range called.Scalars {
			if f.Scalar(s.Name) == nil {
				f.Scalars = append(f.Scalars, s)
			}
		}
		if called.Result != "" {
			f.Result = called.Result
		}
		f.Exact = f.Exact || called.Exact
		f.Terms += called.Terms
		f.Body = append(f.Body, c)
	}
	for _, b := range bases {
		if access, ok := used[b.Name]; ok {
			whole := *b
			whole.Access = access
			f.Arrays = append(f.Arrays, &whole)
		}
	}
	return verified(f)
}

// call runs a function on parts of the operands.
func (fr *frame) call(c *Call) {
	ops := Operands{Arrays: map[string][]float64{}, Scalars: map[string]float64{}}
	for i, a := range c.Func.Arrays {
		v := fr.views[c.Places[i].Of]
		at := v.offset + c.Places[i].Offset
		ops.Arrays[a.Name] = v.data[at : at+a.Len]
	}
	for _, s := range c.Func.Scalars {
		ops.Scalars[s.Name] = fr.vars[s.Name][0]
	}
	result := fr.m.Run(c.Func, ops)
	if c.Func.Result != "" {
		fr.vars[c.Func.Result] = fr.zip('+', fr.vars[c.Func.Result], vector{result})
	}
}

// verifyCalls checks a function that is made of calls: every operand of a call lies in one of the caller that may be used
// so, what a call writes is nothing else in the same call, and no element is set after it was read or a second time.
func (f *Func) verifyCalls() error {
	var touched []touch
	for _, s := range f.Body {
		if r, ok := s.(Return); ok && f.Scalar(r.Unless) != nil {
			continue
		}
		c, ok := s.(*Call)
		if !ok {
			return fmt.Errorf("kernel %s: %T among calls", f.Name, s)
		}
		if err := f.verifyCall(c, &touched); err != nil {
			return fmt.Errorf("kernel %s: %s: %w", f.Name, c.Func.Name, err)
		}
	}
	return nil
}

// touch is a range of an array that a call has used, and how.
type touch struct {
	of       string
	from, to int
	access   Access
}

// verifyCall checks a call, and adds what it uses to what was touched before. What is set was not, and nothing uses what
// was overwritten in place.
func (f *Func) verifyCall(c *Call, touched *[]touch) error {
	for i, a := range c.Func.Arrays {
		p := c.Places[i]
		base := f.Array(p.Of)
		if base == nil || p.Offset < 0 || p.Offset+a.Len > base.Len {
			return fmt.Errorf("%s lies in %s[%d:%d], which is not there", a.Name, p.Of, p.Offset, p.Offset+a.Len)
		}
		if a.Access != Read && a.Access != base.Access && !(a.Access == Set && base.Access == Scratch) {
			return fmt.Errorf("%s is %s, but %s is %s", a.Name, accessNames[a.Access], base.Name, accessNames[base.Access])
		}
		for j, other := range c.Func.Arrays[:i] {
			q := c.Places[j]
			if k := max(p.Offset, q.Offset); p.Of == q.Of && k < min(p.Offset+a.Len, q.Offset+other.Len) {
				return fmt.Errorf("%s and %s share %s[%d]", other.Name, a.Name, p.Of, k)
			}
		}
		for _, before := range slices.Backward(*touched) {
			k := max(p.Offset, before.from)
			if shared := before.of == p.Of && k < min(p.Offset+a.Len, before.to); shared && (a.Access == Set || before.access == InPlace) {
				return fmt.Errorf("%s[%d] is %s, but was %s before", p.Of, k, accessNames[a.Access], accessNames[before.access])
			}
		}
		*touched = append(*touched, touch{p.Of, p.Offset, p.Offset + a.Len, a.Access})
	}
	for _, s := range c.Func.Scalars {
		if f.Scalar(s.Name) == nil {
			return fmt.Errorf("there is no scalar %s", s.Name)
		}
	}
	if c.Func.Result != f.Result && c.Func.Result != "" {
		return fmt.Errorf("its result is %s", c.Func.Result)
	}
	return nil
}
