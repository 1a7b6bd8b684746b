package graph

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// Map computes every element of out from the elements of its arguments with
// the same indices. An argument that lacks a letter of out is broadcast along
// it; without arguments, Map makes a constant.
type Map struct {
	// Func is the name of Expr where it is an activation ("relu") or the
	// pullback of one ("reluBackward"), else "". Such a map is never fused.
	Func string
	Expr expr.Expr // in Vars
	Vars []string  // one per argument
	Sub  string
	// Backward is the gradient of the only argument of an activation, in dy,
	// Vars[0] and y, the map's own result; nil: found by differentiating Expr.
	Backward expr.Expr
}

// String implements Op.
func (m Map) String() string {
	if m.Func != "" {
		return fmt.Sprintf("map %s %q", m.Func, m.Sub)
	}
	return fmt.Sprintf("map %q", m.Sub)
}

// Equation implements Op. An activation is told by its name, its pullback and
// all else by the formula.
func (m Map) Equation(name Namer, outs, args []*Value) string {
	subs, out := ParseSub(m.Sub)
	indices := make([]expr.Expr, len(args))
	names := make([]string, len(args))
	for i, a := range args {
		names[i] = indexed(name(a), subs[i])
		indices[i] = expr.Name(names[i])
	}
	right := Substitute(m.Expr, m.Vars, indices).String()
	if m.Backward != nil {
		right = m.Func + "(" + strings.Join(names, ", ") + ")"
	}
	return indexed(name(outs[0]), out) + " = " + right
}

// Substitute returns e with each variable of vars replaced by the expression
// with the same index, all at once.
func Substitute(e expr.Expr, vars []string, by []expr.Expr) expr.Expr {
	// By way of names that occur in no expression, since by may name vars again.
	hidden := func(i int) expr.Expr { return expr.Name(fmt.Sprintf("\x00%d", i)) }
	for i, v := range vars {
		e = expr.Replace(e, expr.Name(v), hidden(i))
	}
	for i := range vars {
		e = expr.Replace(e, hidden(i), by[i])
	}
	return e
}

// Verify implements Op.
func (m Map) Verify(outs, args []*Value) error {
	if len(outs) != 1 || len(args) != len(m.Vars) {
		return fmt.Errorf("wants one out and an argument for each of %v", m.Vars)
	}
	if err := verifySub(m.Sub, outs[0], args); err != nil {
		return err
	}
	subs, out := ParseSub(m.Sub)
	for i, sub := range subs {
		if !contains(out, sub) {
			return fmt.Errorf("letter %s of %s is not in the out", without(sub, out), args[i].Ref())
		}
	}
	for _, v := range expr.Vars(m.Expr) {
		if !slices.Contains(m.Vars, v) {
			return fmt.Errorf("unknown variable %s in %v", v, m.Expr)
		}
	}
	if m.Backward != nil && (m.Func == "" || len(args) != 1) {
		return errors.New("only a named function of one argument has a pullback of its own")
	}
	return nil
}

// Eval implements Op.
func (m Map) Eval(_ *Env, outs, args []Tensor) {
	subs, out := ParseSub(m.Sub)
	env := map[string]float64{}
	each(out, append([]string{out}, subs...), append([]Tensor{outs[0]}, args...), func(at []int) {
		for i, v := range m.Vars {
			env[v] = args[i].Elems[at[1+i]]
		}
		outs[0].Elems[at[0]] = expr.Eval(m.Expr, env)
	})
}

// Pullback implements Op: d = dy·∂out/∂arg, summed over the letters along which
// the argument was broadcast.
func (m Map) Pullback(s Section, n *Node, dOuts []*Value, wanted []bool) []*Value {
	subs, out := ParseSub(m.Sub)
	d := make([]*Value, len(n.Args))
	for i, arg := range n.Args {
		if !wanted[i] {
			continue
		}
		outSub := subs[i]
		if !contains(subs[i], out) {
			outSub = out
		}
		op, args := m.backward(n, i, outSub, dOuts[0])
		switch {
		case !slices.Contains(args, dOuts[0]):
			// The argument has no influence: its derivative is 0 everywhere.
		case outSub == subs[i]:
			d[i] = s.Gradient(op, arg, args...)
		default:
			g := s.Node(op, Gradient, "g", n.Outs[0].Axes, args...)
			d[i] = s.Gradient(sumTo(out, subs[i]), arg, g)
		}
	}
	return d
}

// backward returns the map with the letters outSub that computes
// dy·∂out/∂arg[i], and its arguments: of dy, the arguments of n and the out of
// n those which the formula names.
func (m Map) backward(n *Node, i int, outSub string, dOut *Value) (Map, []*Value) {
	subs, out := ParseSub(m.Sub)
	dy, y := Unused("dy", m.Vars), Unused("y", m.Vars)
	e := m.Backward
	op := Map{Func: m.Func + "Backward"}
	if e == nil {
		e = expr.Diff(m.Expr, m.Vars[i])
		if _, call := m.Expr.(expr.Call); call {
			e = expr.Replace(e, m.Expr, expr.Name(y))
		}
		e = expr.Simplify(expr.Mul(expr.Name(dy), e))
		op.Func = ""
	}
	op.Expr = e

	var args []*Value
	var argSubs []string
	named := expr.Vars(e)
	read := func(name string, v *Value, sub string) {
		if slices.Contains(named, name) {
			op.Vars, args, argSubs = append(op.Vars, name), append(args, v), append(argSubs, sub)
		}
	}
	read(dy, dOut, out)
	for k, v := range m.Vars {
		read(v, n.Args[k], subs[k])
	}
	read(y, n.Outs[0], out)
	op.Sub = JoinSub(argSubs, outSub)
	return op, args
}

// Unused returns name, or name with the lowest index ≥ 2 that is not in taken.
func Unused(name string, taken []string) string {
	candidate := name
	for k := 2; slices.Contains(taken, candidate); k++ {
		candidate = name + strconv.Itoa(k)
	}
	return candidate
}
