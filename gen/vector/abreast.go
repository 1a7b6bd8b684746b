package vector

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// sideBySide returns how many of the next statements advance side by side, operation by operation: those of one shape
// that call functions and do not need each other's results. The target says how many; a limit, where registers ran out.
func (l *lowering) sideBySide(body []kernel.Stmt) int {
	first := expression(body[0])
	masked := l.updatesMasked(body[0])
	if first == nil || !calls(first) && !masked {
		return 1
	}
	run, far := 1, min(len(body), 4*l.Target.Abreast) // far enough to make the bundles equal
	for run < far && sameShape(body[0], body[run]) && l.independent(body[:run], body[run]) {
		run++
	}
	if n := l.packs(body[:run]); n > 1 {
		l.packed = true
		return n
	}
	kind := bundleKind{l.block, shape(body[0])}
	most := l.Target.Abreast
	if masked {
		most = far
	}
	if limit, ok := l.limits[kind]; ok {
		most = limit
	}
	bundles := (run + most - 1) / most
	n := (run + bundles - 1) / bundles
	l.bundles = append(l.bundles, bundle{kind, n})
	l.group = len(l.bundles)
	return n
}

// updatesMasked tells whether a statement changes elements in memory under a mask. Processors take the whole register for
// what a masked store writes, so that a load of the elements behind it would wait until it is done: some such statements
// side by side load everything before they store.
func (l *lowering) updatesMasked(s kernel.Stmt) bool {
	store, ok := s.(kernel.Store)
	if !ok {
		return false
	}
	to := l.resolve(store.Of, store.At)
	return to.lanes&(to.lanes-1) != 0 && (store.Add || l.touches(store.X, to))
}

// bundle is some statements that advance side by side.
type bundle struct {
	bundleKind
	copies int
}

// bundleKind is what bundles have in common that need as many registers each: they stand in one block and have one shape.
type bundleKind struct {
	block int
	shape string
}

// shape describes what a statement does, without the names of what it does it to.
func shape(s kernel.Stmt) string {
	var b strings.Builder
	var visit func(x kernel.Expr)
	visit = func(x kernel.Expr) {
		switch x := x.(type) {
		case kernel.Binary:
			b.WriteByte(x.Op)
			visit(x.X)
			visit(x.Y)
		case kernel.Pick:
			b.WriteString("pick ")
		case kernel.LaneSum:
			b.WriteString("sum ")
			visit(x.X)
		case kernel.LaneMax:
			b.WriteString("max ")
			visit(x.X)
		case kernel.Apply:
			b.WriteString(x.Func.Name + " ")
			for _, a := range x.Args {
				visit(a)
			}
		default:
			fmt.Fprintf(&b, "%T ", x)
		}
	}
	fmt.Fprintf(&b, "%T ", s)
	visit(expression(s))
	return b.String()
}

// expression returns what a statement computes, nil where it computes nothing.
func expression(s kernel.Stmt) kernel.Expr {
	switch s := s.(type) {
	case kernel.Let:
		return s.X
	case kernel.Assign:
		return s.X
	case kernel.Store:
		return s.X
	}
	return nil
}

// calls tells whether an expression calls a function or adds lanes.
func calls(x kernel.Expr) bool {
	switch x := x.(type) {
	case kernel.Apply, kernel.LaneSum, kernel.LaneMax:
		return true
	case kernel.Binary:
		return calls(x.X) || calls(x.Y)
	}
	return false
}

// sameShape tells whether two statements do the same to different elements.
func sameShape(a, b kernel.Stmt) bool {
	switch a := a.(type) {
	case kernel.Let:
		b, ok := b.(kernel.Let)
		return ok && sameExpr(a.X, b.X)
	case kernel.Assign:
		b, ok := b.(kernel.Assign)
		return ok && a.Add == b.Add && sameExpr(a.X, b.X)
	case kernel.Store:
		b, ok := b.(kernel.Store)
		return ok && a.Add == b.Add && sameVars(a.At, b.At) && sameExpr(a.X, b.X)
	}
	return false
}

// sameExpr tells whether two expressions have the same operations, functions and numbers.
func sameExpr(a, b kernel.Expr) bool {
	switch a := a.(type) {
	case kernel.Num:
		return a == b
	case kernel.Var:
		_, ok := b.(kernel.Var)
		return ok
	case kernel.Load:
		b, ok := b.(kernel.Load)
		return ok && sameVars(a.At, b.At)
	case kernel.Binary:
		b, ok := b.(kernel.Binary)
		return ok && a.Op == b.Op && sameExpr(a.X, b.X) && sameExpr(a.Y, b.Y)
	case kernel.LaneSum:
		b, ok := b.(kernel.LaneSum)
		return ok && sameExpr(a.X, b.X)
	case kernel.LaneMax:
		b, ok := b.(kernel.LaneMax)
		return ok && sameExpr(a.X, b.X)
	case kernel.Apply:
		b, ok := b.(kernel.Apply)
		if !ok || a.Func.Name != b.Func.Name || a.Func.Tame != b.Func.Tame || a.Func.Body != nil && a.Func != b.Func {
			return false
		}
		return slices.EqualFunc(a.Args, b.Args, sameExpr)
	}
	return false
}

// sameVars tells whether two indices have the same variables, and with it the same lanes.
func sameVars(a, b kernel.Index) bool {
	return a.Lanes == b.Lanes && slices.EqualFunc(a.Terms, b.Terms, func(a, b kernel.Term) bool { return a.Var == b.Var })
}

// independent tells whether a statement neither reads nor writes what earlier ones write, nor writes what they read
// later than it does now.
func (l *lowering) independent(earlier []kernel.Stmt, s kernel.Stmt) bool {
	for _, e := range earlier {
		if name := assigned(e); name != "" && (name == assigned(s) || readsVar(expression(s), name)) {
			return false
		}
		if store, ok := e.(kernel.Store); ok {
			to := l.resolve(store.Of, store.At)
			free := !l.touches(expression(s), to)
			if other, ok := s.(kernel.Store); ok {
				free = free && l.apart(to, l.resolve(other.Of, other.At))
			}
			if !free {
				return false
			}
		}
	}
	return true
}

// assigned names the register that a statement sets.
func assigned(s kernel.Stmt) string {
	switch s := s.(type) {
	case kernel.Let:
		return s.Name
	case kernel.Assign:
		return s.Name
	}
	return ""
}

// readsVar tells whether an expression reads a register.
func readsVar(x kernel.Expr, name string) bool {
	found := false
	readsIn(x, func(read string, _ int) { found = found || read == name })
	return found
}

// touches tells whether an expression may read some of the elements at a place.
func (l *lowering) touches(x kernel.Expr, to place) bool {
	switch x := x.(type) {
	case kernel.Load:
		return !l.apart(to, l.resolve(x.Of, x.At))
	case kernel.Binary:
		return l.touches(x.X, to) || l.touches(x.Y, to)
	case kernel.Pick:
		return slices.ContainsFunc(x.From, func(f kernel.Expr) bool { return l.touches(f, to) })
	case kernel.LaneSum:
		return l.touches(x.X, to)
	case kernel.LaneMax:
		return l.touches(x.X, to)
	case kernel.Apply:
		return slices.ContainsFunc(x.Args, func(a kernel.Expr) bool { return l.touches(a, to) })
	}
	return false
}

// apart tells whether two places have no element in common, for sure.
func (l *lowering) apart(a, b place) bool {
	if a.array != b.array {
		return true
	}
	for f, coef := range a.coef {
		if b.coef[f] != coef {
			return false
		}
	}
	distance := a.at - b.at
	return len(a.coef) == len(b.coef) && (distance >= max(1, b.lanes) || -distance >= max(1, a.lanes))
}
