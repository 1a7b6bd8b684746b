package emit

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"strconv"
	"testing"

	"github.com/dave/jennifer/jen"
)

// render prints declarations as a file and parses it.
func render(t *testing.T, code ...jen.Code) *ast.File {
	t.Helper()
	f := jen.NewFile("p")
	f.Add(block(code))
	var out bytes.Buffer
	if err := f.Render(&out); err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", out.Bytes(), 0)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}
	return file
}

// golang computes the little Go that formulas are printed in: definitions, ifs, returns, arithmetic and calls.
type golang map[string]float64

// run returns what the statements return.
func (g golang) run(body []ast.Stmt) (value float64, returned bool) {
	for _, s := range body {
		switch s := s.(type) {
		case *ast.AssignStmt:
			g[s.Lhs[0].(*ast.Ident).Name] = g.value(s.Rhs[0])
		case *ast.IfStmt:
			if g.holds(s.Cond.(*ast.BinaryExpr)) {
				if v, ok := g.run(s.Body.List); ok {
					return v, true
				}
			}
		case *ast.ReturnStmt:
			return g.value(s.Results[0]), true
		default:
			panic(fmt.Sprintf("statement %T", s))
		}
	}
	return 0, false
}

func (g golang) holds(cond *ast.BinaryExpr) bool {
	x, y := g.value(cond.X), g.value(cond.Y)
	return map[token.Token]bool{token.LSS: x < y, token.LEQ: x <= y, token.GTR: x > y, token.GEQ: x >= y}[cond.Op]
}

func (g golang) value(e ast.Expr) float64 {
	switch e := e.(type) {
	case *ast.Ident:
		return g[e.Name]
	case *ast.BasicLit:
		v, err := strconv.ParseFloat(e.Value, 64)
		if err != nil {
			panic(err)
		}
		return v
	case *ast.ParenExpr:
		return g.value(e.X)
	case *ast.IndexExpr:
		return g[e.X.(*ast.Ident).Name+"["+e.Index.(*ast.BasicLit).Value+"]"]
	case *ast.UnaryExpr:
		if e.Op == token.SUB {
			return -g.value(e.X)
		}
	case *ast.BinaryExpr:
		return arith(e.Op, g.value(e.X), g.value(e.Y))
	case *ast.CallExpr:
		return g.call(e)
	}
	panic(fmt.Sprintf("expression %T", e))
}

func arith(op token.Token, x, y float64) float64 {
	switch op {
	case token.ADD:
		return x + y
	case token.SUB:
		return x - y
	case token.MUL:
		return x * y
	case token.QUO:
		return x / y
	}
	panic("operator " + op.String())
}

func (g golang) call(e *ast.CallExpr) float64 {
	var args []float64
	for _, a := range e.Args {
		args = append(args, g.value(a))
	}
	name := ""
	switch f := e.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	switch name {
	case "float64", "float32":
		return args[0]
	case "Exp":
		return math.Exp(args[0])
	case "Abs":
		return math.Abs(args[0])
	case "max":
		return max(args[0], args[1])
	}
	panic("function " + name)
}
