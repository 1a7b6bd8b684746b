package expr

import "fmt"

// Eval computes e in float64, in the order in which e is written, with the
// values of its variables in env. A condition is 1 where it holds, else 0.
func Eval(e Expr, env map[string]float64) float64 {
	switch e := e.(type) {
	case Const:
		return e.Value
	case Var:
		v, ok := env[e.Name]
		if !ok {
			panic(fmt.Sprintf("expr: Eval: %s has no value", e.Name))
		}
		return v
	case Negate:
		return -Eval(e.X, env)
	case Binary:
		return e.Op.apply(Eval(e.X, env), Eval(e.Y, env))
	case Call:
		args := make([]float64, len(e.Args))
		for i, arg := range e.Args {
			args[i] = Eval(arg, env)
		}
		return e.Fn.Eval(args...)
	case Select:
		if Eval(e.Cond, env) != 0 {
			return Eval(e.Then, env)
		}
		return Eval(e.Else, env)
	}
	panic(fmt.Sprintf("expr: Eval of %T", e))
}

// apply computes x op y. The conversion keeps a product from being fused with
// a sum around it, so that the bits agree on every machine.
func (op Op) apply(x, y float64) float64 {
	switch op {
	case OpAdd:
		return x + y
	case OpSub:
		return x - y
	case OpMul:
		return float64(x * y)
	case OpDiv:
		return x / y
	case OpLess:
		return indicator(x < y)
	case OpLessEq:
		return indicator(x <= y)
	}
	panic(fmt.Sprintf("expr: operator %d", op))
}

// indicator returns 1 for what holds, else 0.
func indicator(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}
