package vector

import (
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// at is the index of an element: a number of times a loop's variable.
func at(name string) kernel.Index { return kernel.Index{Terms: []kernel.Term{{Var: name, Coef: 1}}} }

// TestSameShape checks what may advance side by side: the same operations, functions and numbers on other registers and
// elements, whose lanes lie alike.
func TestSameShape(t *testing.T) {
	t.Parallel()
	x, y := kernel.Load{Of: "x", At: at("n")}, kernel.Load{Of: "y", At: at("n")}
	still := kernel.Load{Of: "x", At: at("o")}
	one, two := kernel.Num{Value: 1}, kernel.Num{Value: 2}
	r, s := kernel.Var{Name: "r"}, kernel.Var{Name: "s"}
	exp, log := &kernel.Function{Name: "exp"}, &kernel.Function{Name: "log"}
	tame := &kernel.Function{Name: "exp", Tame: true}
	apply := func(f *kernel.Function, args ...kernel.Expr) kernel.Expr { return kernel.Apply{Func: f, Args: args} }
	binary := func(op byte, a, b kernel.Expr) kernel.Expr { return kernel.Binary{Op: op, X: a, Y: b} }
	for i, test := range []struct {
		a, b kernel.Expr
		same bool
	}{
		{x, y, true}, {x, still, false}, {x, r, false}, {r, s, true}, {r, x, false}, {r, one, false},
		{one, one, true}, {one, two, false}, {one, r, false},
		{binary('+', x, one), binary('+', y, one), true}, {binary('+', x, one), binary('*', y, one), false},
		{binary('+', x, one), binary('+', y, two), false}, {binary('+', x, one), binary('+', r, one), false}, {binary('+', x, one), x, false},
		{kernel.LaneSum{X: x}, kernel.LaneSum{X: y}, true}, {kernel.LaneSum{X: x}, kernel.LaneSum{X: still}, false}, {kernel.LaneSum{X: x}, kernel.LaneMax{X: x}, false},
		{kernel.LaneMax{X: x}, kernel.LaneMax{X: y}, true}, {kernel.LaneMax{X: x}, kernel.LaneMax{X: still}, false}, {kernel.LaneMax{X: x}, kernel.LaneSum{X: x}, false},
		{apply(exp, x), apply(exp, y), true}, {apply(exp, x), apply(log, x), false}, {apply(exp, x), apply(tame, x), false},
		{apply(exp, x), apply(exp, still), false}, {apply(exp, x), apply(exp, x, y), false}, {apply(exp, x), x, false},
	} {
		if got := sameExpr(test.a, test.b); got != test.same {
			t.Errorf("expressions %d, %v and %v: the same shape is %v, want %v", i, test.a, test.b, got, test.same)
		}
		for _, wrap := range []func(x kernel.Expr) kernel.Stmt{
			func(x kernel.Expr) kernel.Stmt { return kernel.Let{Name: "q", X: x} },
			func(x kernel.Expr) kernel.Stmt { return kernel.Assign{Name: "q", X: x, Add: true} },
			func(x kernel.Expr) kernel.Stmt { return kernel.Store{Of: "z", At: at("n"), X: x} },
		} {
			if got := sameShape(wrap(test.a), wrap(test.b)); got != test.same {
				t.Errorf("%T of expressions %d: the same shape is %v, want %v", wrap(test.a), i, got, test.same)
			}
		}
	}
	for i, test := range []struct{ a, b kernel.Stmt }{
		{kernel.Let{X: x}, kernel.Assign{X: x}}, {kernel.Assign{X: x}, kernel.Let{X: x}}, {kernel.Store{X: x}, kernel.Let{X: x}},
		{kernel.Assign{X: x}, kernel.Assign{X: x, Add: true}}, {kernel.Store{X: x}, kernel.Store{X: x, Add: true}},
		{kernel.Store{At: at("n"), X: x}, kernel.Store{At: at("o"), X: x}}, {&kernel.Loop{}, &kernel.Loop{}},
	} {
		if sameShape(test.a, test.b) {
			t.Errorf("statements %d, %T and %T, have the same shape", i, test.a, test.b)
		}
	}
}
