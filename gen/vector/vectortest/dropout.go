package vectortest

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/kernel"
)

// Dropout is y[o,n] = x[o,n]·m[o,n] with a mask of Philox's numbers, the samples in lanes, in as many turns over the
// samples as an operand says.
func Dropout(outputs, samples, turns, lanes int) Case {
	const rate, first = 0.25, 1 // of the blocks of four numbers
	u := expr.Name("u")
	mask := &kernel.Function{Name: "mask", Params: []string{"u"}, Body: expr.Select{
		Cond: expr.Binary{Op: expr.OpLess, X: u, Y: expr.Const{Value: rate}}, Then: expr.Const{}, Else: expr.Const{Value: 1 / (1 - rate)},
	}}
	four := func(block, from kernel.Index, count int) []kernel.Stmt {
		body := []kernel.Stmt{kernel.Draw{Name: "u", Stream: 3, Block: block, Row: At(0, "n", 1)}}
		for k := range count {
			at := from.Plus(k*samples).Times("n", 1)
			m := kernel.Apply{Func: mask, Args: []kernel.Expr{Load("u", At(k))}}
			body = append(body, Store("m", at, m), Store("y", at, Mul(Load("x", at), Load("m", at))))
		}
		return body
	}
	over := func(body ...kernel.Stmt) *kernel.Loop {
		l := Run{To: samples, Step: lanes, Lanes: lanes}.Loop("n", body...)
		l.Turns = "vectors"
		return l
	}
	whole := outputs / 4
	body := []kernel.Stmt{}
	if whole > 0 {
		body = append(body, Run{To: whole, Step: 1}.Loop("b", over(four(At(first, "b", 1), At(0, "b", 4*samples), 4)...)))
	}
	if rest := outputs % 4; rest > 0 {
		body = append(body, over(four(At(first+whole), At(4*whole*samples), rest)...))
	}
	n := outputs * samples
	return Case{Name: fmt.Sprintf("dropout of %d, %d turns of %d lanes", outputs, turns, lanes), Counts: map[string]int{"vectors": turns},
		Func: &kernel.Func{
			Name: "Dropout", Body: body,
			Arrays:  []*kernel.Array{Array("y", n, kernel.Set), Array("m", n, kernel.Set), Array("x", n, kernel.Read)},
			Scalars: []kernel.Scalar{{Name: "seed", Kind: kernel.Seed}, {Name: "step", Kind: kernel.Seed}, {Name: "row", Kind: kernel.Row}, {Name: "vectors", Kind: kernel.Count}},
		}}
}
