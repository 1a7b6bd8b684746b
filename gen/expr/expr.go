// Package expr is the algebra of scalar formulas: trees over a few primitive
// functions, their symbolic derivatives, and the registries of activations
// and losses that are made of them.
//
// The derivative of an entry is never written by hand. Diff applies the chain
// rule, Simplify turns the result into what a person would write, and where
// the formula's own result y is enough the derivative is told in y, so that
// the backward pass need not keep z:
//
//	sigmoid  y = sigmoid(z)            dy/dz = y·(1 − y)
//	elu      y = expm1(z) if z < 0, …  dy/dz = y + 1 if y ≤ 0, else 1
//
// Trees are immutable: every function returns a new tree and may share parts
// of the old one.
package expr

import "slices"

// Expr is a node of a formula: Const, Var, Negate, Binary, Call or Select.
type Expr interface {
	// String prints the formula as mathematics, for comments.
	String() string
	isExpr()
}

// Const is a number.
type Const struct{ Value float64 }

// Var is a named variable: z, y, t, dy.
type Var struct{ Name string }

// Negate is −X.
type Negate struct{ X Expr }

// Binary is X Op Y. Less and LessEq nodes are conditions and stand only in
// Select.Cond.
type Binary struct {
	Op   Op
	X, Y Expr
}

// Call is a primitive function of its arguments.
type Call struct {
	Fn   *Fn
	Args []Expr
}

// Select is Then where Cond holds, else Else. A comparison with NaN does not
// hold, so NaN takes Else.
type Select struct{ Cond, Then, Else Expr }

// Op is the operator of a Binary.
type Op int

// The operators; the last two compare.
const (
	OpAdd Op = iota
	OpSub
	OpMul
	OpDiv
	OpLess
	OpLessEq
)

// Compares reports whether op yields a condition rather than a number.
func (op Op) Compares() bool { return op == OpLess || op == OpLessEq }

func (Const) isExpr()  {}
func (Var) isExpr()    {}
func (Negate) isExpr() {}
func (Binary) isExpr() {}
func (Call) isExpr()   {}
func (Select) isExpr() {}

// Number returns the constant v.
func Number(v float64) Expr { return Const{v} }

// Name returns the variable called name.
func Name(name string) Expr { return Var{name} }

// Add returns x + y.
func Add(x, y Expr) Expr { return Binary{OpAdd, x, y} }

// Sub returns x − y.
func Sub(x, y Expr) Expr { return Binary{OpSub, x, y} }

// Mul returns x·y.
func Mul(x, y Expr) Expr { return Binary{OpMul, x, y} }

// Div returns x/y.
func Div(x, y Expr) Expr { return Binary{OpDiv, x, y} }

// Neg returns −x.
func Neg(x Expr) Expr { return Negate{x} }

// Less returns the condition x < y.
func Less(x, y Expr) Expr { return Binary{OpLess, x, y} }

// LessEq returns the condition x ≤ y.
func LessEq(x, y Expr) Expr { return Binary{OpLessEq, x, y} }

// If returns the Select that is a where cond holds, else b.
func If(cond, a, b Expr) Expr { return Select{cond, a, b} }

// Equal reports whether a and b are the same tree.
func Equal(a, b Expr) bool {
	switch a := a.(type) {
	case Negate:
		b, ok := b.(Negate)
		return ok && Equal(a.X, b.X)
	case Binary:
		b, ok := b.(Binary)
		return ok && a.Op == b.Op && Equal(a.X, b.X) && Equal(a.Y, b.Y)
	case Call:
		b, ok := b.(Call)
		return ok && a.Fn == b.Fn && slices.EqualFunc(a.Args, b.Args, Equal)
	case Select:
		b, ok := b.(Select)
		return ok && Equal(a.Cond, b.Cond) && Equal(a.Then, b.Then) && Equal(a.Else, b.Else)
	}
	if _, ok := b.(Call); ok {
		return false // a Call holds a slice, which == cannot compare
	}
	return a == b
}

// Walk calls visit for e and then for every node below it, left to right.
func Walk(e Expr, visit func(Expr)) {
	visit(e)
	rebuild(e, func(child Expr) Expr {
		Walk(child, visit)
		return child
	})
}

// Calls reports whether a function is called anywhere in e.
func Calls(e Expr) bool {
	found := false
	Walk(e, func(e Expr) { _, call := e.(Call); found = found || call })
	return found
}

// Vars returns the names of the variables in e, sorted, each once.
func Vars(e Expr) []string {
	var names []string
	Walk(e, func(e Expr) {
		if v, ok := e.(Var); ok {
			names = append(names, v.Name)
		}
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// Replace returns e with every occurrence of the tree old replaced by new.
func Replace(e, old, new Expr) Expr {
	if Equal(e, old) {
		return new
	}
	return rebuild(e, func(child Expr) Expr { return Replace(child, old, new) })
}

// rebuild returns e with f applied to each of its children, left to right.
func rebuild(e Expr, f func(Expr) Expr) Expr {
	switch e := e.(type) {
	case Negate:
		return Negate{f(e.X)}
	case Binary:
		x := f(e.X)
		return Binary{e.Op, x, f(e.Y)}
	case Call:
		args := make([]Expr, len(e.Args))
		for i, arg := range e.Args {
			args[i] = f(arg)
		}
		return Call{e.Fn, args}
	case Select:
		cond, then := f(e.Cond), f(e.Then)
		return Select{cond, then, f(e.Else)}
	}
	return e
}

// rewrite returns e with f applied to every node, children first.
func rewrite(e Expr, f func(Expr) Expr) Expr {
	return f(rebuild(e, func(child Expr) Expr { return rewrite(child, f) }))
}

func isConst(e Expr) bool {
	_, ok := e.(Const)
	return ok
}
