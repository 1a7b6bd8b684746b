package kernel

import (
	"fmt"
	"slices"

	"github.com/chainrule-go/chainrule/gen/expr"
)

func (fr *frame) round(x float64) float64 { return fr.m.round(x) }

func (m *Machine) round(x float64) float64 {
	if m.Round == nil {
		return x
	}
	return m.Round(x)
}

func (fr *frame) eval(x Expr) vector {
	switch x := x.(type) {
	case Num:
		return vector{fr.round(x.Value)}
	case Var:
		v, ok := fr.vars[x.Name]
		if !ok {
			panic("kernel: register " + x.Name + " is not defined")
		}
		return v
	case Load:
		at := fr.places(x.Of, x.At)
		out := make(vector, len(at))
		for l, p := range at {
			if p != dead {
				out[l] = fr.views[x.Of].data[p]
			}
		}
		return out
	case Binary:
		return fr.zip(x.Op, fr.eval(x.X), fr.eval(x.Y))
	case Pick:
		return fr.pick(x)
	case LaneSum:
		sum := 0.0
		for _, e := range fr.eval(x.X) {
			sum = fr.round(sum + e)
		}
		return vector{sum}
	case LaneMax:
		return vector{slices.Max(fr.eval(x.X))}
	case Apply:
		return fr.apply(x)
	}
	panic(fmt.Sprintf("kernel: no rule to evaluate %T", x))
}

func (fr *frame) pick(x Pick) vector {
	from := make([]vector, len(x.From))
	for i, f := range x.From {
		from[i] = fr.eval(f)
	}
	out := make(vector, len(x.Lanes))
	for k, l := range x.Lanes {
		out[k] = from[l.From][l.At%len(from[l.From])]
	}
	return out
}

func (fr *frame) zip(op byte, x, y vector) vector {
	out := make(vector, max(len(x), len(y)))
	for l := range out {
		a, b := x[l%len(x)], y[l%len(y)]
		switch op {
		case '+':
			a += b
		case '-':
			a -= b
		case '*':
			a *= b
		case '/':
			a /= b
		}
		out[l] = fr.round(a)
	}
	return out
}

func (fr *frame) apply(x Apply) vector {
	args := make([]vector, len(x.Args))
	lanes := 1
	for i, a := range x.Args {
		args[i] = fr.eval(a)
		lanes = max(lanes, len(args[i]))
	}
	out := make(vector, lanes)
	one := make([]float64, len(args))
	for l := range out {
		for i, a := range args {
			one[i] = a[l%len(a)]
		}
		out[l] = fr.m.call(x.Func, one)
	}
	return out
}

// call evaluates a scalar function, rounding every step as the generated code does.
func (m *Machine) call(f *Function, args []float64) float64 {
	if f.Body == nil {
		return m.elementary(f.Name, args)
	}
	env := make(map[string]float64, len(args))
	for i, p := range f.Params {
		env[p] = args[i]
	}
	return m.scalar(f.Body, env)
}

func (m *Machine) scalar(e expr.Expr, env map[string]float64) float64 {
	switch e := e.(type) {
	case expr.Const:
		return m.round(e.Value)
	case expr.Var:
		return env[e.Name]
	case expr.Negate:
		return -m.scalar(e.X, env)
	case expr.Select:
		if m.scalar(e.Cond, env) != 0 {
			return m.scalar(e.Then, env)
		}
		return m.scalar(e.Else, env)
	case expr.Call:
		args := make([]float64, len(e.Args))
		for i, a := range e.Args {
			args[i] = m.scalar(a, env)
		}
		return m.elementary(e.Fn.Name, args)
	case expr.Binary:
		x, y := m.scalar(e.X, env), m.scalar(e.Y, env)
		return m.round(expr.Eval(expr.Binary{Op: e.Op, X: expr.Const{Value: x}, Y: expr.Const{Value: y}}, nil))
	}
	panic(fmt.Sprintf("kernel: no rule to evaluate %T", e))
}

func (m *Machine) elementary(name string, args []float64) float64 {
	if m.Elementary != nil {
		if y, ok := m.Elementary(name, args...); ok {
			return y
		}
	}
	switch {
	case name == "max":
		return slices.Max(args)
	case name == "where" && args[0] == args[1]: // the third where the first two are equal, else 0
		return args[2]
	case name == "where":
		return 0
	case name == Keep && args[0] == Dropped: // the bits of the second where those of the first are ones, else 0
		return 0
	case name == Keep:
		return args[1]
	}
	for _, fn := range expr.Functions {
		if fn.Name == name {
			return m.round(fn.Eval(args...))
		}
	}
	panic("kernel: unknown elementary function " + name)
}
