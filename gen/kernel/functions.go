package kernel

import (
	"fmt"
	"strings"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
)

// functions is the table of scalar functions that the kernels of a network call.
type functions struct{ list []*Function }

// apply returns a map op applied to arguments: the call of a named function, or the arithmetic itself where it is plain.
func (t *functions) apply(op graph.Map, layer string, args []Expr) Expr {
	if op.Func == "" && plain(op.Expr) {
		env := map[string]Expr{}
		for i, v := range op.Vars {
			env[v] = args[i]
		}
		return arithmetic(op.Expr, env)
	}
	if c, ok := op.Expr.(expr.Call); ok && len(c.Args) == 1 && len(args) == 1 && expr.Equal(c.Args[0], expr.Name(op.Vars[0])) {
		return Apply{Func: elementary(c.Fn.Name), Args: args}
	}
	name := op.Func
	if name == "" {
		name = layer
	}
	return Apply{Func: t.named(camel(name), op.Vars, op.Expr), Args: args}
}

// named returns the function of that expression, defining it under the name, or under the name and a number when the
// name is taken by another expression.
func (t *functions) named(name string, params []string, body expr.Expr) *Function {
	full := name
	for k := 2; ; k++ {
		f := t.lookup(full)
		if f == nil {
			f = &Function{Name: full, Params: params, Body: body}
			t.list = append(t.list, f)
			return f
		}
		if expr.Equal(f.Body, body) && strings.Join(f.Params, " ") == strings.Join(params, " ") {
			return f
		}
		full = fmt.Sprintf("%s%d", name, k)
	}
}

func (t *functions) lookup(name string) *Function {
	for _, f := range t.list {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// elementary returns the elementary function of that name; it is not part of the table.
func elementary(name string) *Function { return &Function{Name: name} }

// tame returns an elementary function whose argument needs no care.
func tame(name string) *Function { return &Function{Name: name, Tame: true} }

// plain tells whether an expression is sums and products of its variables, to be printed where it is used.
func plain(e expr.Expr) bool {
	switch e := e.(type) {
	case expr.Const, expr.Var:
		return true
	case expr.Binary:
		return !e.Op.Compares() && plain(e.X) && plain(e.Y)
	}
	return false
}

// arithmetic turns a plain expression into a kernel expression.
func arithmetic(e expr.Expr, env map[string]Expr) Expr {
	switch e := e.(type) {
	case expr.Const:
		return Num{e.Value}
	case expr.Var:
		return env[e.Name]
	case expr.Binary:
		op := map[expr.Op]byte{expr.OpAdd: '+', expr.OpSub: '-', expr.OpMul: '*', expr.OpDiv: '/'}[e.Op]
		return Binary{op, arithmetic(e.X, env), arithmetic(e.Y, env)}
	}
	panic(fmt.Sprintf("kernel: %T is not plain", e))
}

// camel turns a registry name into a Go name: leaky_relu → leakyRelu.
func camel(s string) string {
	parts := strings.Split(s, "_")
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, "")
}
