package expr_test

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// The backward rule of silu, as the generator gets it: the derivative names
// its own result y, and what stands twice gets a letter.
func ExampleActivation_Pullback() {
	silu, _ := expr.LookupActivation("silu")
	fmt.Println("y =", silu.Value(nil))
	lets, dz := expr.Share(silu.Pullback(nil))
	for _, let := range lets {
		fmt.Println(let.Name, "=", let.Value)
	}
	fmt.Println("dz =", dz)
	fmt.Println("needs", expr.Vars(silu.Pullback(nil)))
	// Output:
	// y = z·sigmoid(z)
	// s = sigmoid(z)
	// dz = dy·(s + y·(1 − s))
	// needs [dy y z]
}

// A formula of one's own, and its derivative.
func ExampleDiff() {
	x := expr.Name("x")
	e := expr.Div(expr.Exp.Of(x), expr.Add(expr.Number(1), expr.Mul(x, x)))
	fmt.Println(e)
	fmt.Println(expr.Simplify(expr.Diff(e, "x")))
	// Output:
	// exp(x)/(1 + x²)
	// (exp(x)·(1 + x²) − 2·exp(x)·x)/(1 + x²)²
}
