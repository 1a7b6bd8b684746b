package kernel

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// A layer that takes too long for one call is cut at its outermost loops. A loop that takes too long by itself is a part of
// which callers run some turns at a time.

// FirstTurn and SomeTurns are the scalar operands of a part that say which turns a call runs.
const FirstTurn, SomeTurns = "from", "turns"

// Turns is how often the loop of a part turns in all, and how often in one call at most.
type Turns struct{ All, Most int }

// parts cuts a function at its outermost loops. Those of more multiply-adds than most are repeated.
func (f *Func) parts(most int) []*Func {
	var parts []*Func
	from := 0 // of the statements that are in no part yet
	end := func(to int) {
		if slices.ContainsFunc(f.Body[from:to], works) {
			parts = append(parts, f.part(f.Body[:from], f.Body[from:to], Turns{}))
		}
		from = to
	}
	for i, s := range f.Body {
		loop, ok := s.(*Loop)
		if !ok || products(s, 1) <= most || !loop.severable() {
			continue
		}
		note := i
		for note > from && !works(f.Body[note-1]) {
			note--
		}
		end(note)
		some := *loop
		some.First, some.Turns = FirstTurn, SomeTurns
		turns := Turns{All: (loop.To - loop.From) / loop.Step}
		calls := min(turns.All, (products(s, 1)+most-1)/most) // as equal as can be
		turns.Most = (turns.All + calls - 1) / calls
		parts = append(parts, f.part(f.Body[:i], []Stmt{&some}, turns))
		last := parts[len(parts)-1]
		last.Body = slices.Concat(notes(f.Body[note:i]), last.Body)
		from = i + 1
	}
	end(len(f.Body))
	return parts
}

// perCall divides functions, each for so many rows, into those that one call runs: of at most so many multiply-adds, unless
// there is but one. A part of which a call runs some turns is alone.
func perCall(all []*Func, rows, most int) (calls [][]*Func) {
	terms, alone := 0, true
	for _, f := range all {
		if terms += f.Terms * rows; alone || f.Repeat.All > 0 || terms > most {
			calls, terms = append(calls, nil), f.Terms*rows
		}
		calls[len(calls)-1] = append(calls[len(calls)-1], f)
		alone = f.Repeat.All > 0
	}
	return calls
}

// joined returns a function for each of these calls, named with a number behind.
func joined(name, summary string, bases []*Array, calls [][]*Func, place func(*Array) Place) []*Func {
	funcs := make([]*Func, len(calls))
	for i, call := range calls {
		funcs[i] = Join(name+strconv.Itoa(i+1), summary, bases, call, place)
		funcs[i].Repeat = call[0].Repeat
	}
	return funcs
}

// works tells whether a statement does more than to give names to what others do.
func works(s Stmt) bool {
	switch s.(type) {
	case Comment, Blank, Let, Cut, Alias:
		return false
	}
	return true
}

// notes returns the comments among statements.
func notes(body []Stmt) []Stmt {
	return slices.DeleteFunc(slices.Clone(body), func(s Stmt) bool { _, note := s.(Comment); return !note })
}

// severable tells whether some turns of a loop may be run by themselves: there are several, as many as it says, and none
// hands a register on.
func (s *Loop) severable() bool {
	if s.Turns != "" || s.From+s.Step == s.To {
		return false
	}
	defined, set := map[string]bool{}, map[string]bool{}
	var visit func(body []Stmt)
	visit = func(body []Stmt) {
		for _, s := range body {
			switch s := s.(type) {
			case *Loop:
				visit(s.Body)
			case Let:
				defined[s.Name] = true
			case Assign:
				set[s.Name] = true
			}
		}
	}
	visit(s.Body)
	for name := range set {
		if !defined[name] {
			return false
		}
	}
	return true
}

// part returns a function of some statements of f, behind the names that they need of those before.
func (f *Func) part(before, body []Stmt, turns Turns) *Func {
	p := *f
	p.Part, p.Repeat, p.Terms, p.Body = true, turns, 0, body
	used := names(body)
	for _, s := range slices.Backward(before) {
		name := ""
		switch s := s.(type) {
		case Let:
			name = s.Name
		case Cut:
			name = s.Name
		}
		if name != "" && used[name] {
			if let, ok := s.(Let); ok && assigned(before, let.Name) {
				panic(fmt.Sprintf("kernel: %s is cut behind a change of %s", f.Name, let.Name))
			}
			p.Body = append([]Stmt{s}, p.Body...)
			delete(used, name)
			maps.Copy(used, names([]Stmt{s}))
		}
	}
	p.Arrays, p.Scalars = nil, nil
	for _, a := range f.Arrays {
		if used[a.Name] {
			whole := *a
			if whole.Access == Set { // by several parts
				whole.Access = Scratch
			}
			p.Arrays = append(p.Arrays, &whole)
		}
	}
	for _, s := range f.Scalars {
		if used[s.Name] {
			p.Scalars = append(p.Scalars, s)
		}
	}
	if turns.All > 0 {
		p.Scalars = append(p.Scalars, Scalar{FirstTurn, Count}, Scalar{SomeTurns, Count})
	}
	return verified(&p)
}

// assigned tells whether a register changes in some statements.
func assigned(body []Stmt, name string) bool {
	return slices.ContainsFunc(body, func(s Stmt) bool {
		switch s := s.(type) {
		case *Loop:
			return assigned(s.Body, name)
		case Assign:
			return s.Name == name
		}
		return false
	})
}

// products counts the multiply-adds of a statement in a loop with so many lanes; what a transposition moves counts, too.
func products(s Stmt, lanes int) int {
	switch s := s.(type) {
	case *Loop:
		n := 0
		for _, inner := range s.Body {
			n += products(inner, max(lanes, s.Lanes))
		}
		return n * ((s.To - s.From) / s.Step)
	case Assign:
		if x, ok := s.X.(Binary); ok && s.Add && x.Op == '*' {
			return lanes
		}
	case Store:
		if x, ok := s.X.(Binary); ok && x.Op == '+' {
			return lanes
		}
	case Transpose:
		return s.Rows * s.Cols
	}
	return 0
}

// names returns the registers, operands and scalars that statements name, and do not define before.
func names(body []Stmt) map[string]bool {
	used := map[string]bool{}
	in := func(x Expr) {
		walkExpr(x, func(x Expr) {
			switch x := x.(type) {
			case Var:
				used[x.Name] = true
			case Load:
				used[x.Of] = true
			}
		})
	}
	for _, s := range slices.Backward(body) {
		switch s := s.(type) {
		case *Loop:
			if s.Turns != "" {
				used[s.Turns] = true
			}
			maps.Copy(used, names(s.Body))
		case Let:
			delete(used, s.Name)
			in(s.X)
		case Assign:
			used[s.Name] = true
			in(s.X)
		case Store:
			used[s.Of] = true
			in(s.X)
		case Cut:
			delete(used, s.Name)
			used[s.Of] = true
		case Transpose:
			used[s.Dst], used[s.Src] = true, true
		}
	}
	return used
}
