package vector

import (
	"math"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/kernel"
)

// call computes a function of the network: an activation, or its derivative times dy.
func (l *lowering) call(f *kernel.Function, args []value) value {
	lets, body := expr.Share(f.Body)
	if !l.Kernel.Exact {
		body = lastFactor(body, f.Params[0])
	}
	env := map[string]value{}
	for i, name := range f.Params {
		env[name] = l.settled(args[i])
		if occurrences(f.Body, name) > 1 {
			env[name] = l.ready(env[name])
		}
	}
	for _, let := range lets {
		env[let.Name] = l.ready(l.formula(let.Value, env))
	}
	return l.formula(body, env)
}

// lastFactor returns a product that begins with a variable as one that ends with it. In a derivative that is the gradient from
// behind, which is there after everything else.
func lastFactor(product expr.Expr, name string) expr.Expr {
	var factors []expr.Expr
	e := product
	for b, ok := e.(expr.Binary); ok && b.Op == expr.OpMul; b, ok = e.(expr.Binary) {
		e, factors = b.X, append(factors, b.Y)
	}
	if v, ok := e.(expr.Var); !ok || v.Name != name || len(factors) < 2 {
		return product
	}
	e = factors[len(factors)-1]
	for i := len(factors) - 2; i >= 0; i-- {
		e = expr.Mul(e, factors[i])
	}
	return expr.Mul(e, expr.Name(name))
}

// occurrences counts how often a variable stands in a formula.
func occurrences(e expr.Expr, name string) int {
	n := 0
	expr.Walk(e, func(e expr.Expr) {
		if v, ok := e.(expr.Var); ok && v.Name == name {
			n++
		}
	})
	return n
}

// formula computes an expression of scalars.
func (l *lowering) formula(e expr.Expr, env map[string]value) value {
	switch e := e.(type) {
	case expr.Const:
		return l.number(e.Value)
	case expr.Var:
		return env[e.Name]
	case expr.Negate:
		return l.op(Xor, l.formula(e.X, env), l.pattern(l.Element.signBit()))
	case expr.Call:
		if len(expr.Vars(e)) == 0 {
			return l.number(expr.Eval(e, nil))
		}
		args := make([]value, len(e.Args))
		for i, a := range e.Args {
			args[i] = l.formula(a, env)
		}
		return l.elementary(e.Fn.Name, args)
	case expr.Select:
		return l.selection(e, env)
	case expr.Binary:
		if len(expr.Vars(e)) == 0 {
			return l.number(expr.Eval(e, nil))
		}
		op := map[expr.Op]byte{expr.OpAdd: '+', expr.OpSub: '-', expr.OpMul: '*', expr.OpDiv: '/'}[e.Op]
		return l.arithmetic(op, l.formula(e.X, env), l.formula(e.Y, env))
	}
	l.failf("%T has no vector form", e)
	return value{}
}

// selection computes a choice: a maximum or a minimum, something or zero, or one of two values.
func (l *lowering) selection(e expr.Select, env map[string]value) value {
	cond := e.Cond.(expr.Binary)
	if cond.Op == expr.OpLess {
		switch {
		case expr.Equal(cond.Y, e.Then) && expr.Equal(cond.X, e.Else): // y > x ? y : x
			return l.op(Max, l.formula(cond.Y, env), l.formula(cond.X, env))
		case expr.Equal(cond.X, e.Then) && expr.Equal(cond.Y, e.Else):
			return l.op(Min, l.formula(cond.X, env), l.formula(cond.Y, env))
		}
	}
	relation := map[expr.Op]Relation{expr.OpLess: Less, expr.OpLessEq: LessEqual}[cond.Op]
	x, y := l.formula(cond.X, env), l.formula(cond.Y, env)
	switch {
	case isZero(e.Then):
		other := l.formula(e.Else, env)
		return l.keep(l.compare(negated[relation], x, y), other)
	case isZero(e.Else):
		other := l.formula(e.Then, env)
		return l.keep(l.compare(relation, x, y), other)
	}
	a, b := l.formula(e.Then, env), l.formula(e.Else, env)
	return l.choose(l.compare(relation, x, y), a, b)
}

// isZero tells whether an expression is the constant +0, whose bits are all zero.
func isZero(e expr.Expr) bool {
	c, ok := e.(expr.Const)
	return ok && math.Float64bits(c.Value) == 0
}

// signBit is the bit that negates an element.
func (e Element) signBit() uint64 { return 1 << (8*e - 1) }
