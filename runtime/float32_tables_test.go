package runtime

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"math/big"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// precision of the numbers that the tables are computed from again, in bits.
const precision = 200

func number(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

func product(x, y *big.Float) *big.Float  { return new(big.Float).Mul(x, y) }
func quotient(x, y *big.Float) *big.Float { return new(big.Float).Quo(x, y) }

// series returns Σ term·first, first·ratio(1), first·ratio(1)·ratio(2) ..., each
// member multiplied by weight(n), 200 of them.
func series(first *big.Float, ratio func(n float64) *big.Float, weight func(n float64) *big.Float) *big.Float {
	sum, member := number(0), first
	for n := 0.0; n < 200; n++ {
		if n > 0 {
			member = product(member, ratio(n))
		}
		sum.Add(sum, product(member, weight(n)))
	}
	return sum
}

func nearest(x *big.Float) float64 {
	f, _ := x.Float64()
	return f
}

func TestExp2Table(t *testing.T) {
	root := number(2)
	for range 5 {
		root.Sqrt(root)
	}
	want := number(1)
	for k, got := range exp2Table {
		if w := nearest(want); math.Float64frombits(got) != w {
			t.Errorf("entry %d is %#x, want %#x (%v)", k, got, math.Float64bits(w), w)
		}
		want = product(want, root)
	}
}

func TestLogTable(t *testing.T) {
	for i, got := range logTable {
		middle := math.Float64frombits(0x3fe6700000000000 + uint64(i)<<48 + 1<<47)
		if inverse := math.Round(128/middle) / 128; got.inverse != inverse {
			t.Errorf("entry %d: 1/c is %x, want %x", i, got.inverse, inverse)
		}
		// ln c = -ln v = -2·artanh(a) = -2·Σ a²ⁿ⁺¹/(2n+1), a = (v-1)/(v+1)
		v := number(got.inverse)
		a := quotient(number(0).Sub(v, number(1)), number(0).Add(v, number(1)))
		want := nearest(series(product(number(-2), a),
			func(float64) *big.Float { return product(a, a) },
			func(n float64) *big.Float { return quotient(number(1), number(2*n+1)) }))
		if got.log != want {
			t.Errorf("entry %d: ln c is %x, want %x", i, got.log, want)
		}
	}
}

func TestErfTable(t *testing.T) {
	pi, _, err := big.ParseFloat("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899863", 10, precision, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	scale := quotient(number(2), pi.Sqrt(pi)) // 2/√π
	for i, got := range erfTable {
		// erf(c) = 2/√π·Σ (-1)ⁿ·c²ⁿ⁺¹/(n!·(2n+1)), exp(-c²) = Σ (-1)ⁿ·c²ⁿ/n!
		c := number(float64(i) / 16)
		ratio := func(n float64) *big.Float { return quotient(product(c, c), number(-n)) }
		value := series(product(scale, c), ratio, func(n float64) *big.Float { return quotient(number(1), number(2*n+1)) })
		slope := series(scale, ratio, func(float64) *big.Float { return number(1) })
		if got.value != nearest(value) || got.slope != nearest(slope) {
			t.Errorf("entry %d is %x, want {%x %x}", i, got, nearest(value), nearest(slope))
		}
	}
}

// TestFloat32Products checks the source: a product that is not converted at once
// could become part of a fused multiply-add, with other bits on some machines.
func TestFloat32Products(t *testing.T) {
	files, err := filepath.Glob("float32_*.go")
	files = slices.DeleteFunc(files, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	if err != nil || len(files) != 4 {
		t.Fatalf("found %v (%v)", files, err)
	}
	for _, name := range files {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		converted := map[ast.Expr]bool{}
		constants := map[string]bool{} // of the function at hand
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				clear(constants)
			case *ast.GenDecl:
				for _, spec := range n.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok && n.Tok == token.CONST {
						constants[v.Names[0].Name] = true
					}
				}
				return n.Tok != token.CONST
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "float64" {
					converted[n.Args[0]] = true
				}
			case *ast.BinaryExpr:
				if n.Op == token.MUL && !converted[n] && !constant(n, constants) {
					t.Errorf("%s: product without float64( ) around it", fset.Position(n.Pos()))
				}
			case *ast.AssignStmt:
				if n.Tok == token.MUL_ASSIGN {
					t.Errorf("%s: *=, want float64(a*b)", fset.Position(n.Pos()))
				}
			}
			return true
		})
	}
}

// constant reports whether an expression consists of literals, constants of
// package math and the named ones.
func constant(e ast.Expr, named map[string]bool) bool {
	switch e := e.(type) {
	case *ast.BasicLit, *ast.SelectorExpr:
		return true
	case *ast.Ident:
		return named[e.Name]
	case *ast.UnaryExpr:
		return constant(e.X, named)
	case *ast.ParenExpr:
		return constant(e.X, named)
	case *ast.BinaryExpr:
		return constant(e.X, named) && constant(e.Y, named)
	}
	return false
}
