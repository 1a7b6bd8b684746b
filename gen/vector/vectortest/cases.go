package vectortest

import (
	"math/rand/v2"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/kernel"
)

// Cases are kernels of every kind, for vectors of the given lanes and remainders of any size.
func Cases(lanes int) []Case {
	var cases []Case
	relu, back := Function("relu"), Backward("relu")
	for _, s := range []Shape{
		{6, 8, 2 * lanes, 6, 2, lanes, 1}, {5, 4, 2*lanes + 3, 6, 2, lanes, 2}, {13, 6, 4 * lanes, 6, 2, lanes, 3}, {1, 3, 1, 6, 2, lanes, 1},
		{4, 2, lanes - 1, 4, 1, lanes, 2}, {7, 6, 5*lanes + 1, 4, 2, lanes, 2},
	} {
		cases = append(cases, Forward(s, relu), Gradient(s, false), Gradient(s, true), Back(s, back), Transposed(s))
	}
	for rest := 1; rest < lanes; rest++ {
		cases = append(cases, Forward(Shape{2, 4, lanes + rest, 4, 2, lanes, 2}, relu), Sums(3, lanes+rest, lanes))
	}
	for _, f := range []string{"sigmoid", "gelu", "elu", "mish", "silu", "gelu_tanh", "hard_sigmoid", "softsign"} {
		act := Function(f)
		cases = append(cases, Map(f, 7*lanes+3, 5, lanes, func(x kernel.Expr) kernel.Expr { return kernel.Apply{Func: act, Args: []kernel.Expr{x}} }))
	}
	for _, f := range []string{"exp", "expm1", "tanh", "softplus", "tanhSoftplus", "normalCDF", "abs"} {
		cases = append(cases, Map(f, 9*lanes+lanes-1, 4, lanes, func(x kernel.Expr) kernel.Expr { return Call(f, x) }))
	}
	cases = append(cases, Forward(Shape{12, 5, 2 * lanes, 6, 2, lanes, 1}, Function("sigmoid")), Softmax(3, 2*lanes, lanes), Softmax(10, lanes+3, lanes), Softmax(2, 3, lanes))
	for _, s := range [][3]int{{8, 8, 0}, {4, 4, 0}, {19, 9, 3}, {3, 20, 1}, {16, 24, 0}, {1, 5, 0}, {5, 1, 0}, {9, 7, 40}, {32, 7, 0}, {37, 3, 2}, {16, 8, 0}, {20, 4, 1}} {
		cases = append(cases, Transpose(s[0], s[1], s[2]))
	}
	for n := 1; n <= 9; n++ {
		cases = append(cases, Dots(n, 1, lanes*3, lanes, 8, n%2 == 0), Dots(3, n, max(1, lanes-n), lanes, n, false))
	}
	cases = append(cases, Dots(5, 3, lanes, lanes/2, 8, true), Dots(5, 7, 2*lanes, lanes, lanes, true))
	cases = append(cases, Dropout(9, 4*lanes, 4, lanes), Dropout(2, lanes, 1, lanes), Dropout(12, 3*lanes, 2, lanes))
	cases = append(cases, Cuts(3, 2*lanes+1, lanes), Cuts(1, lanes-1, lanes))
	return append(cases, Turns(6, 4, 3*lanes+1, lanes), Turns(6, 0, 3*lanes+1, lanes), Turns(6, 6, lanes, lanes))
}

// Random returns matrix products of random shapes, in tiles that fit a machine with the given vector registers.
func Random(lanes, registers, n int, seed uint64) []Case {
	r := rand.New(rand.NewPCG(seed, 9))
	relu, back := Function("relu"), Backward("relu")
	var cases []Case
	for len(cases) < n {
		s := Shape{Rows: 1 + r.IntN(40), In: 1 + r.IntN(30), Out: 1 + r.IntN(5*lanes), Count: 1 + r.IntN(3), Wide: lanes, Terms: 1 + r.IntN(4)}
		s.Height = 1 + r.IntN(max(1, (registers-3-s.Count)/s.Count))
		switch r.IntN(5) {
		case 0:
			cases = append(cases, Forward(s, relu))
		case 1:
			cases = append(cases, Gradient(s, r.IntN(2) == 0))
		case 2:
			cases = append(cases, Back(s, back))
		case 3:
			cases = append(cases, Transposed(s))
		case 4:
			cases = append(cases, Transpose(s.Rows, s.Out, r.IntN(4)))
		}
	}
	return cases
}

// Registry returns every activation with its derivative, and every loss with its, over n elements.
func Registry(n, count, lanes int) []Case {
	var cases []Case
	add := func(name string, e expr.Expr) {
		if len(expr.Vars(e)) > 0 {
			cases = append(cases, Elementwise(&kernel.Function{Name: name, Params: expr.Vars(e), Body: e}, n, count, lanes))
		}
	}
	for _, a := range expr.Activations {
		_, p := activation(a.Name)
		add(a.Name, a.Value(p))
		add(a.Name+"Backward", a.Pullback(p))
		add(a.Name+"BackwardInZ", expr.Simplify(expr.Mul(expr.Name("dy"), a.DerivativeInZ(p))))
	}
	for _, l := range expr.Losses {
		if l.Element == nil {
			continue
		}
		p := map[string]float64{}
		for _, param := range l.Params {
			p[param.Name] = param.Default
		}
		add(l.Name, l.Value(p))
		add(l.Name+"Backward", l.Derivative(p))
	}
	return cases
}

// Elementwise is r = f(…) over n elements of each parameter.
func Elementwise(f *kernel.Function, n, count, lanes int) Case {
	k := &kernel.Func{Name: "Elementwise", Arrays: []*kernel.Array{Array("out", n, kernel.Set)}}
	for _, p := range f.Params {
		k.Arrays = append(k.Arrays, Array(p, n, kernel.Read))
	}
	for _, r := range Cover(n, count, lanes) {
		copies, apart := r.Copies()
		var turn []kernel.Stmt
		for c := range copies {
			at := At(c*apart, "o", 1)
			var args []kernel.Expr
			for _, p := range f.Params {
				args = append(args, Load(p, at))
			}
			turn = append(turn, Store("out", at, kernel.Apply{Func: f, Args: args}))
		}
		k.Body = append(k.Body, r.Loop("o", turn...))
	}
	return Case{Name: "elementwise " + f.Name, Func: k, Low: -4, High: 4}
}
