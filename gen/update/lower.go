package update

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// lower returns the kernel of an entry: for so many lanes, or with 0 lanes one element after the other.
func (e *entry) lower(lanes int) *kernel.Func {
	f := &kernel.Func{Name: e.name, Summary: e.doc, Result: e.sum, Exact: true}
	for _, name := range strings.Fields(e.set) {
		f.Arrays = append(f.Arrays, &kernel.Array{Name: name, Slice: true, Access: kernel.InPlace})
	}
	for _, name := range strings.Fields(e.read) {
		f.Arrays = append(f.Arrays, &kernel.Array{Name: name, Slice: true, Access: kernel.Read})
	}
	for _, name := range strings.Fields(e.scalars) {
		f.Scalars = append(f.Scalars, kernel.Scalar{Name: name})
	}
	l := &lowering{entry: e, f: f}
	over := f.Arrays[0].Name
	if lanes == 0 {
		f.Body = []kernel.Stmt{&kernel.Loop{Var: "i", Over: over, Step: 1, Body: l.turn("i", 0, e.sum)}}
		return f
	}
	f.Body = l.loops(over, lanes)
	return f
}

// lowering writes the kernel of an entry.
type lowering struct {
	*entry
	f *kernel.Func
}

// loops writes the main loop, the loop over single vectors, and the rest. A sum has one register per vector of the main
// loop, so that an addition need not wait for the one before.
func (l *lowering) loops(over string, lanes int) []kernel.Stmt {
	part := func(k int) string { return fmt.Sprintf("%s%d", l.sum, k) }
	var body, main []kernel.Stmt
	for k := range l.copies {
		if l.sum != "" {
			body = append(body, kernel.Let{Name: part(k), X: kernel.Num{}})
		}
		main = append(main, l.turn(fmt.Sprint(k), k*lanes, part(k))...)
	}
	body = append(body, &kernel.Loop{Var: "i", Over: over, Step: l.copies * lanes, Lanes: lanes, Body: main})
	if l.copies > 1 {
		body = append(body, &kernel.Loop{Var: "i", Over: over, Step: lanes, Lanes: lanes, Body: l.turn("0", 0, part(0))})
	}
	body = append(body, &kernel.Loop{Var: "i", Over: over, Rest: true, Lanes: lanes, Body: l.turn("0", 0, part(0))})
	if l.sum != "" {
		total := kernel.Expr(kernel.Var{Name: part(0)})
		for k := range l.copies - 1 {
			total = kernel.Binary{Op: '+', X: total, Y: kernel.Var{Name: part(k + 1)}}
		}
		body = append(body, kernel.Assign{Name: l.sum, X: kernel.LaneSum{X: total}, Add: true})
	}
	return body
}

// turn writes the formula for the elements at i + at: their registers end with a suffix, and a sum goes to a register of
// its own.
func (l *lowering) turn(suffix string, at int, sum string) []kernel.Stmt {
	t := &turn{lowering: l, suffix: suffix, sum: sum}
	index := kernel.At(at).Times("i", 1)
	for _, a := range l.f.Arrays {
		t.body = append(t.body, kernel.Let{Name: a.Name + suffix, X: kernel.Load{Of: a.Name, At: index}})
	}
	for _, s := range formula(l.formula) {
		t.statement(s.(*ast.AssignStmt))
	}
	for _, name := range strings.Fields(l.set) {
		t.body = append(t.body, kernel.Store{Of: name, At: index, X: kernel.Var{Name: name + suffix}})
	}
	return t.body
}

// formula parses statements of Go.
func formula(text string) []ast.Stmt {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() {\n"+text+"\n}", 0)
	if err != nil {
		panic(fmt.Sprintf("update: %v in the formula %s", err, text))
	}
	return f.Decls[0].(*ast.FuncDecl).Body.List
}

// turn is the statements for one element.
type turn struct {
	*lowering
	suffix, sum string
	body        []kernel.Stmt
}

// statement writes one assignment.
func (t *turn) statement(s *ast.AssignStmt) {
	name, x := t.name(s.Lhs[0].(*ast.Ident)), t.expression(s.Rhs[0])
	before := kernel.Var{Name: name}
	switch s.Tok {
	case token.DEFINE:
		t.body = append(t.body, kernel.Let{Name: name, X: x})
	case token.ASSIGN:
		t.body = append(t.body, kernel.Assign{Name: name, X: x})
	case token.ADD_ASSIGN:
		t.body = append(t.body, kernel.Assign{Name: name, X: x, Add: true})
	case token.SUB_ASSIGN:
		t.body = append(t.body, kernel.Assign{Name: name, X: kernel.Binary{Op: '-', X: before, Y: x}})
	case token.MUL_ASSIGN:
		t.body = append(t.body, kernel.Assign{Name: name, X: kernel.Binary{Op: '*', X: before, Y: x}})
	default:
		panic(fmt.Sprintf("update: no rule for %s", s.Tok))
	}
}

// name returns the register of a name in a formula.
func (t *turn) name(id *ast.Ident) string {
	switch {
	case id.Name == t.entry.sum:
		return t.sum
	case slices.Contains(strings.Fields(t.scalars), id.Name):
		return id.Name
	}
	return id.Name + t.suffix
}

// expression turns an expression of Go into one of a kernel.
func (t *turn) expression(e ast.Expr) kernel.Expr {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return t.expression(e.X)
	case *ast.Ident:
		return kernel.Var{Name: t.name(e)}
	case *ast.BinaryExpr:
		return kernel.Binary{Op: e.Op.String()[0], X: t.expression(e.X), Y: t.expression(e.Y)}
	case *ast.CallExpr:
		call := kernel.Apply{Func: &kernel.Function{Name: e.Fun.(*ast.Ident).Name}}
		for _, a := range e.Args {
			call.Args = append(call.Args, t.expression(a))
		}
		return call
	}
	panic(fmt.Sprintf("update: no rule for %T", e))
}
