package expr

import (
	"slices"
	"strconv"
)

// Binding names a shared part of a formula.
type Binding struct {
	Name  string
	Value Expr
}

// Share names what occurs more than once in e, so that it is computed once:
//
//	silu′  s = sigmoid(z); s + y·(1 − s)
//
// A binding may use those before it. Names are letters that e does not have,
// with an index where one letter is not enough.
func Share(e Expr) (lets []Binding, body Expr) {
	s := sharing{taken: Vars(e)}
	s.count(e)
	body = s.name(e)
	return s.lets, body
}

type sharing struct {
	seen  []Expr // worth naming, each once
	times []int  // how often it stands in e, where what holds it twice counts once
	names []string
	taken []string
	lets  []Binding
}

// count enters e and what is below it in seen. What was seen before is not
// entered again: naming it names its parts with it.
func (s *sharing) count(e Expr) {
	if worthNaming(e) {
		if i := s.index(e); i >= 0 {
			s.times[i]++
			return
		}
		s.seen, s.times, s.names = append(s.seen, e), append(s.times, 1), append(s.names, "")
	}
	rebuild(e, func(child Expr) Expr {
		s.count(child)
		return child
	})
}

// name returns e with names for what is shared, and binds each name when it
// first comes up, after those that it uses.
func (s *sharing) name(e Expr) Expr {
	i := s.index(e)
	if i < 0 || s.times[i] < 2 {
		return rebuild(e, s.name)
	}
	if s.names[i] == "" {
		value := rebuild(e, s.name)
		s.names[i] = s.fresh(letter(e))
		s.lets = append(s.lets, Binding{s.names[i], value})
	}
	return Name(s.names[i])
}

func (s *sharing) index(e Expr) int {
	return slices.IndexFunc(s.seen, func(seen Expr) bool { return Equal(seen, e) })
}

// fresh returns letter, or letter2, letter3, … if that is taken.
func (s *sharing) fresh(letter string) string {
	name := letter
	for i := 2; slices.Contains(s.taken, name); i++ {
		name = letter + strconv.Itoa(i)
	}
	s.taken = append(s.taken, name)
	return name
}

// worthNaming reports whether e is an operation on variables. A sign costs
// nothing, a condition is no number, and a choice is a statement in Go.
func worthNaming(e Expr) bool {
	switch e := e.(type) {
	case Const, Var, Negate, Select:
		return false
	case Binary:
		if e.Op.Compares() {
			return false
		}
	}
	return len(Vars(e)) > 0
}

// letter returns the letter for e: s for sigmoid, t for tanh, r for the
// residual y − t, u for anything else.
func letter(e Expr) string {
	if call, ok := e.(Call); ok {
		return call.Fn.Name[:1]
	}
	if Equal(e, r) {
		return "r"
	}
	return "u"
}
