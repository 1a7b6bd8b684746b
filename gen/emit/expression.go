package emit

import (
	"fmt"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/kernel"
)

// term is a piece of Go with the strength of its outermost operator, since jennifer knows no precedence.
type term struct {
	code *jen.Statement
	prec int
}

// The strengths: sums, products, everything that needs no parentheses.
const (
	sumPrec = iota + 1
	productPrec
	atomPrec
)

func atom(code *jen.Statement) term { return term{code, atomPrec} }

// within returns the term as an operand of an operator of strength prec.
func (t term) within(prec int) *jen.Statement {
	if t.prec < prec {
		return jen.Parens(t.code)
	}
	return t.code
}

// binary prints x op y. A product is rounded by a conversion, so that no compiler fuses it with an addition: the bits
// are the same on every architecture. Inside another product that is not needed.
func (p *printer) binary(op byte, x, y term, rounded bool) term {
	prec := sumPrec
	if op == '*' || op == '/' {
		prec = productPrec
	}
	code := jen.Add(x.within(prec)).Op(string(op)).Add(y.within(prec + 1)) // x + (y + z) is not (x + y) + z
	if op == '*' && rounded {
		return atom(p.rounded(code))
	}
	return term{code, prec}
}

// rounded prints the conversion that rounds a product.
func (p *printer) rounded(product jen.Code) *jen.Statement { return jen.Id(p.float).Parens(product) }

// value prints a kernel expression.
func (p *printer) value(e kernel.Expr) *jen.Statement { return p.operand(e, true).code }

func (p *printer) operand(e kernel.Expr, rounded bool) term {
	switch e := e.(type) {
	case kernel.Var:
		return atom(jen.Id(e.Name))
	case kernel.Num:
		return atom(jen.Id(p.number(e.Value)))
	case kernel.Load:
		return atom(p.element(e.Of, e.At))
	case kernel.Apply:
		args := make([]jen.Code, len(e.Args))
		for i, a := range e.Args {
			args[i] = p.value(a)
		}
		if e.Func.Body == nil {
			return atom(p.elementary(e.Func.Name, args))
		}
		return atom(jen.Id(p.top(e.Func.Name)).Call(args...))
	case kernel.Binary:
		inner := e.Op != '*'
		return p.binary(e.Op, p.operand(e.X, inner), p.operand(e.Y, inner), rounded)
	}
	panic(fmt.Sprintf("emit: no rule to print %T", e))
}

// element prints an access to an operand.
func (p *printer) element(of string, at kernel.Index) *jen.Statement {
	return jen.Id(of).Index(jen.Id(at.String()))
}

// number prints a constant with the digits that its precision needs.
func (p *printer) number(v float64) string {
	bits := 64
	if p.float == "float32" {
		bits = 32
	}
	return strconv.FormatFloat(v, 'g', -1, bits)
}

// elementary prints the call of an elementary function.
func (p *printer) elementary(name string, args []jen.Code) *jen.Statement {
	switch name {
	case "max", "min":
		return jen.Id(name).Call(args...)
	case "sqrt", "abs":
		call := jen.Qual("math", upper(name))
		if p.float == "float64" {
			return call.Call(args...)
		}
		return jen.Id(p.float).Call(call.Call(jen.Float64().Call(args...)))
	}
	p.used[name] = true
	return p.function(name).Call(args...)
}

// scalar prints an expression of the registry, in the variables of its function.
func (p *printer) scalar(e expr.Expr, rounded bool) term {
	switch e := e.(type) {
	case expr.Const:
		return p.constant(e.Value)
	case expr.Var:
		return atom(jen.Id(e.Name))
	case expr.Negate:
		return term{jen.Op("-").Add(p.scalar(e.X, true).within(atomPrec)), productPrec}
	case expr.Call:
		args := make([]jen.Code, len(e.Args))
		for i, a := range e.Args {
			args[i] = p.scalar(a, true).code
		}
		return atom(p.elementary(e.Fn.Name, args))
	case expr.Binary:
		op := map[expr.Op]byte{expr.OpAdd: '+', expr.OpSub: '-', expr.OpMul: '*', expr.OpDiv: '/'}[e.Op]
		return p.binary(op, p.scalar(e.X, op != '*'), p.scalar(e.Y, op != '*'), rounded)
	}
	panic(fmt.Sprintf("emit: no rule to print %T", e))
}

func (p *printer) constant(v float64) term {
	prec := atomPrec
	if v < 0 {
		prec = productPrec
	}
	return term{jen.Id(p.number(v)), prec}
}

// condition prints the condition of a choice.
func (p *printer) condition(e expr.Expr) *jen.Statement {
	b := e.(expr.Binary)
	op, flipped := "<", ">"
	if b.Op == expr.OpLessEq {
		op, flipped = "<=", ">="
	}
	if _, ok := b.X.(expr.Const); ok {
		return jen.Add(p.scalar(b.Y, true).code).Op(flipped).Add(p.scalar(b.X, true).code)
	}
	return jen.Add(p.scalar(b.X, true).code).Op(op).Add(p.scalar(b.Y, true).code)
}
