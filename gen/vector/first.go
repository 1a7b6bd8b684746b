package vector

import "github.com/chainrule-go/chainrule/gen/kernel"

// firsts knows what variables are made of: sums of lanes, or of elements in lanes. Of the first, and of what is computed from
// them alone, only lane 0 counts, wherever they are.
type firsts struct {
	folded, lanes map[string]bool
	index         map[string]bool // variables of the loops around, in lanes
}

// has tells whether only lane 0 of a variable counts.
func (f firsts) has(name string) bool { return f.folded[name] && !f.lanes[name] }

// findFirsts looks for such variables.
func findFirsts(body []kernel.Stmt) firsts {
	f := firsts{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for f.find(body) {
	}
	return f
}

// find tells whether it found more.
func (f firsts) find(body []kernel.Stmt) bool {
	found := false
	mark := func(set map[string]bool, name string, is bool) {
		if is && !set[name] {
			set[name], found = true, true
		}
	}
	for _, s := range body {
		switch s := s.(type) {
		case *kernel.Call:
			found = f.find(s.Func.Body) || found
		case *kernel.Loop:
			outer := f.index[s.Var]
			f.index[s.Var] = s.Lanes > 0
			found = f.find(s.Body) || found
			f.index[s.Var] = outer
		case kernel.Let:
			mark(f.folded, s.Name, f.any(s.X, f.isFolded))
			mark(f.lanes, s.Name, f.any(s.X, f.inLanes))
		case kernel.Assign:
			mark(f.folded, s.Name, f.any(s.X, f.isFolded))
			mark(f.lanes, s.Name, f.any(s.X, f.inLanes))
		}
	}
	return found
}

// any tells whether something holds of a part of an expression.
func (f firsts) any(x kernel.Expr, holds func(kernel.Expr) bool) bool {
	if holds(x) {
		return true
	}
	switch x := x.(type) {
	case kernel.Binary:
		return f.any(x.X, holds) || f.any(x.Y, holds)
	case kernel.Apply:
		for _, a := range x.Args {
			if f.any(a, holds) {
				return true
			}
		}
	}
	return false
}

// isFolded tells whether an expression is one sum of lanes.
func (f firsts) isFolded(x kernel.Expr) bool {
	switch x := x.(type) {
	case kernel.LaneSum, kernel.LaneMax:
		return true
	case kernel.Var:
		return f.folded[x.Name]
	}
	return false
}

// inLanes tells whether an expression is elements in lanes.
func (f firsts) inLanes(x kernel.Expr) bool {
	switch x := x.(type) {
	case kernel.Pick:
		return true
	case kernel.Var:
		return f.lanes[x.Name]
	case kernel.Load:
		for _, t := range x.At.Terms {
			if f.index[t.Var] {
				return true
			}
		}
		return x.At.Lanes > 0
	}
	return false
}
