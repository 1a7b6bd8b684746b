package emit

import (
	"go/ast"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/kernel"
)

// printing returns a printer of float64 code.
func printing() *printer {
	s := names{float: "float64"}
	return &printer{names: s, function: s.fromRuntime, used: map[string]bool{}}
}

// formula draws an expression in x, y and z.
func formula(r *rand.Rand, depth int) expr.Expr {
	if depth == 0 {
		switch r.IntN(5) {
		case 0:
			return expr.Const{Value: float64(r.IntN(9)-4) / 2}
		case 1:
			return expr.Name("x")
		case 2:
			return expr.Name("y")
		}
		return expr.Name("z")
	}
	next := func() expr.Expr { return formula(r, depth-1-r.IntN(min(depth, 2))) }
	switch r.IntN(9) {
	case 0:
		return expr.Negate{X: next()}
	case 1:
		return expr.Call{Fn: expr.Exp, Args: []expr.Expr{next()}}
	case 2:
		return expr.Call{Fn: expr.Max, Args: []expr.Expr{next(), next()}}
	case 3:
		op := []expr.Op{expr.OpLess, expr.OpLessEq}[r.IntN(2)]
		return expr.Select{Cond: expr.Binary{Op: op, X: plainFormula(r), Y: plainFormula(r)}, Then: next(), Else: next()}
	}
	op := []expr.Op{expr.OpAdd, expr.OpSub, expr.OpMul, expr.OpDiv}[r.IntN(4)]
	return expr.Binary{Op: op, X: next(), Y: next()}
}

// plainFormula draws a side of a condition: as in the registry, it makes no choice itself.
func plainFormula(r *rand.Rand) expr.Expr {
	return expr.Binary{Op: expr.OpSub, X: formula(r, 0), Y: formula(r, 0)}
}

// same tells whether two numbers have the same bits, or are both none.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}

// TestFunctions prints random formulas as Go functions and computes these: jennifer knows no precedence, choices have
// moved to the top, and what occurs twice has a name, but the value has the same bits.
func TestFunctions(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		body := formula(r, 1+r.IntN(5))
		f := &kernel.Function{Name: "f", Params: []string{"x", "y", "z"}, Body: body}
		file := render(t, printing().functionDecl(f)...)
		decl := file.Decls[len(file.Decls)-1].(*ast.FuncDecl)
		for range 5 {
			at := map[string]float64{"x": float64(r.IntN(9) - 4), "y": r.NormFloat64(), "z": r.NormFloat64()}
			g := golang{}
			for k, v := range at {
				g[k] = v
			}
			got, _ := g.run(decl.Body.List)
			if want := expr.Eval(body, at); !same(got, want) {
				t.Fatalf("%v at %v is %v in Go, want %v", body, at, got, want)
			}
		}
	}
}

// arithmetic draws a kernel expression, and its value.
func arithmetic(r *rand.Rand, depth int, g golang) (kernel.Expr, float64) {
	switch {
	case depth == 0 && r.IntN(3) == 0:
		v := float64(r.IntN(5))
		return kernel.Num{Value: v}, v
	case depth == 0 && r.IntN(2) == 0:
		return kernel.Var{Name: "s"}, g["s"]
	case depth == 0:
		return kernel.Load{Of: "w", At: kernel.At(3)}, g["w[3]"]
	}
	x, a := arithmetic(r, depth-1-r.IntN(depth), g)
	y, b := arithmetic(r, depth-1-r.IntN(depth), g)
	op := "+-*/"[r.IntN(4)]
	return kernel.Binary{Op: op, X: x, Y: y}, map[byte]float64{'+': a + b, '-': a - b, '*': a * b, '/': a / b}[op]
}

// TestValues prints random kernel expressions and computes them. Every product that meets a sum is rounded by a
// conversion, so that no compiler fuses the two.
func TestValues(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		g := golang{"s": r.NormFloat64(), "w[3]": r.NormFloat64()}
		e, want := arithmetic(r, 1+r.IntN(5), g)
		file := render(t, jen.Func().Id("f").Params().Float64().Block(jen.Return(printing().value(e))))
		decl := file.Decls[0].(*ast.FuncDecl)
		if got, _ := g.run(decl.Body.List); !same(got, want) {
			t.Fatalf("%v is %v in Go, want %v", e, got, want)
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			if b, ok := n.(*ast.BinaryExpr); ok && (b.Op.String() == "+" || b.Op.String() == "-") {
				for _, side := range []ast.Expr{b.X, b.Y} {
					if p, ok := side.(*ast.BinaryExpr); ok && p.Op.String() == "*" {
						t.Fatalf("%v: a product meets a sum without being rounded", e)
					}
				}
			}
			return true
		})
	}
}

// TestNumbers checks the digits of constants.
func TestNumbers(t *testing.T) {
	for _, test := range []struct {
		float string
		v     float64
		want  string
	}{
		{"float32", 0.1, "0.1"}, {"float64", 0.1, "0.1"}, {"float32", 1.0507009873554805, "1.050701"},
		{"float64", 1.0507009873554805, "1.0507009873554805"}, {"float32", 1e-8, "1e-08"}, {"float32", 3, "3"},
	} {
		p := printer{names: names{float: test.float}}
		if got := p.number(test.v); got != test.want {
			t.Errorf("%g as %s is %s, want %s", test.v, test.float, got, test.want)
		}
	}
}
