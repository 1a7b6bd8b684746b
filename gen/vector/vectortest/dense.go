package vectortest

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/kernel"
)

// Shape is a matrix product with the tile that computes it.
type Shape struct {
	Rows, In, Out       int
	Height, Count, Wide int // rows of a tile, vectors of a row, lanes of a vector
	Terms               int // products per turn of the inner loop
}

// String names the shape, for subtests.
func (s Shape) String() string {
	return fmt.Sprintf("%dx%dx%d tile %dx%dx%d", s.Rows, s.In, s.Out, s.Height, s.Count, s.Wide)
}

// Function returns an activation of the registry as kernels call it.
func Function(name string) *kernel.Function {
	a, p := activation(name)
	return &kernel.Function{Name: name, Params: []string{"z"}, Body: a.Value(p)}
}

// Named returns an activation, or if there is none of that name, an elementary function.
func Named(name string) *kernel.Function {
	if _, ok := expr.LookupActivation(name); ok {
		return Function(name)
	}
	return &kernel.Function{Name: name}
}

// Backward returns dy times the derivative of an activation, in y if it can be told in y.
func Backward(name string) *kernel.Function {
	a, p := activation(name)
	return &kernel.Function{Name: name + "Backward", Params: []string{"dy", "y"}, Body: a.Pullback(p)}
}

// activation returns an entry of the registry with the defaults of its parameters.
func activation(name string) (*expr.Activation, map[string]float64) {
	for _, a := range expr.Activations {
		if a.Name == name {
			p := map[string]float64{}
			for _, param := range a.Params {
				p[param.Name] = param.Default
			}
			return a, p
		}
	}
	panic("no activation " + name)
}

// tile writes the loops of c[m,v] = init + Σₖ a(m,k)·b(k,v), v in lanes, and finishes every sum.
type tile struct {
	rows, columns []Run
	terms         Run
	left          func(row, k kernel.Index) kernel.Expr // broadcast
	right         func(k, column kernel.Index) kernel.Expr
	init          func(row, column kernel.Index) kernel.Expr
	finish        func(row, column kernel.Index, sum kernel.Expr) kernel.Stmt
}

// body covers the result with tiles: columns outside, rows inside.
func (t tile) body() []kernel.Stmt {
	var body []kernel.Stmt
	for _, c := range t.columns {
		var inner []kernel.Stmt
		for _, r := range t.rows {
			inner = append(inner, r.Loop("n", t.block(r, c)...))
		}
		body = append(body, c.Loop("o", inner...))
	}
	return body
}

// block writes one tile: sums, the loop over the terms, results.
func (t tile) block(r, c Run) []kernel.Stmt {
	height, _ := r.Copies()
	count, apart := c.Copies()
	var begin, turn, end []kernel.Stmt
	each := func(f func(m, v int, row, column kernel.Index)) {
		for m := range height {
			for v := range count {
				f(m, v, At(m, "n", 1), At(v*apart, "o", 1))
			}
		}
	}
	each(func(m, v int, row, column kernel.Index) {
		begin = append(begin, Let(fmt.Sprintf("z%d_%d", m, v), t.init(row, column)))
	})
	for k := range t.terms.Step {
		at := At(k, "k", 1)
		for v := range count {
			turn = append(turn, Let(fmt.Sprintf("w%d_%d", v, k), t.right(at, At(v*apart, "o", 1))))
		}
		for m := range height {
			turn = append(turn, Let(fmt.Sprintf("x%d_%d", m, k), t.left(At(m, "n", 1), at)))
		}
		each(func(m, v int, _, _ kernel.Index) {
			turn = append(turn, Add(fmt.Sprintf("z%d_%d", m, v), Mul(Var("x%d_%d", m, k), Var("w%d_%d", v, k))))
		})
	}
	each(func(m, v int, row, column kernel.Index) {
		end = append(end, t.finish(row, column, Var("z%d_%d", m, v)))
	})
	return append(append(begin, t.terms.Loop("k", turn...)), end...)
}

// terms is the loop over n terms, some of them per turn if that divides n.
func terms(n, step int) Run {
	if n%step != 0 {
		step = 1
	}
	return Run{To: n, Step: step}
}

// times multiplies an index by a stride and adds another.
func times(x kernel.Index, stride int, y kernel.Index) kernel.Index {
	out := kernel.At(x.Const*stride + y.Const)
	for _, t := range x.Terms {
		out = out.Times(t.Var, t.Coef*stride)
	}
	out.Terms = append(out.Terms, y.Terms...)
	return out
}

// Forward is y = f(x·W + b) with W[in][out] and the outputs in lanes.
func Forward(s Shape, f *kernel.Function) Case {
	t := tile{
		rows: Rows(s.Rows, s.Height), columns: Cover(s.Out, s.Count, s.Wide), terms: terms(s.In, s.Terms),
		left:  func(row, k kernel.Index) kernel.Expr { return Load("x", times(row, s.In, k)) },
		right: func(k, column kernel.Index) kernel.Expr { return Load("w", times(k, s.Out, column)) },
		init:  func(_, column kernel.Index) kernel.Expr { return Load("b", column) },
		finish: func(row, column kernel.Index, sum kernel.Expr) kernel.Stmt {
			return Store("y", times(row, s.Out, column), kernel.Apply{Func: f, Args: []kernel.Expr{sum}})
		},
	}
	return Case{Terms: s.Rows * s.In * s.Out, Name: "forward " + s.String() + " " + f.Name, Func: &kernel.Func{
		Name: "Forward", Summary: "sets y = f(W·x + b).", Body: append([]kernel.Stmt{kernel.Comment{Text: "y[n,o] = f(b[o] + Σᵢ x[n,i]·W[i,o])"}}, t.body()...),
		Arrays: []*kernel.Array{Array("y", s.Rows*s.Out, kernel.Set), Array("x", s.Rows*s.In, kernel.Read), Array("w", s.In*s.Out, kernel.Read), Array("b", s.Out, kernel.Read)},
	}}
}

// Transposed is z = x·Wᵀ + b with W[out][in] and the samples in lanes: x[in][n], z[out][n].
func Transposed(s Shape) Case {
	t := tile{
		rows: Rows(s.Out, s.Height), columns: Cover(s.Rows, s.Count, s.Wide), terms: terms(s.In, s.Terms),
		left:  func(row, k kernel.Index) kernel.Expr { return Load("w", times(row, s.In, k)) },
		right: func(k, column kernel.Index) kernel.Expr { return Load("x", times(k, s.Rows, column)) },
		init:  func(row, _ kernel.Index) kernel.Expr { return Load("b", row) },
		finish: func(row, column kernel.Index, sum kernel.Expr) kernel.Stmt {
			return Store("z", times(row, s.Rows, column), sum)
		},
	}
	return Case{Terms: s.Rows * s.In * s.Out, Name: "transposed " + s.String(), Func: &kernel.Func{
		Name: "Transposed", Body: t.body(),
		Arrays: []*kernel.Array{Array("z", s.Rows*s.Out, kernel.Set), Array("x", s.Rows*s.In, kernel.Read), Array("w", s.In*s.Out, kernel.Read), Array("b", s.Out, kernel.Read)},
	}}
}

// Gradient is dW[in][out] += xᵀ·dz, summed over the rows in registers; with rate it is W −= rate·xᵀ·dz.
func Gradient(s Shape, rate bool) Case {
	t := tile{
		rows: Rows(s.In, s.Height), columns: Cover(s.Out, s.Count, s.Wide), terms: terms(s.Rows, s.Terms),
		left:  func(row, k kernel.Index) kernel.Expr { return Load("x", times(k, s.In, row)) },
		right: func(k, column kernel.Index) kernel.Expr { return Load("dz", times(k, s.Out, column)) },
		init:  func(_, _ kernel.Index) kernel.Expr { return kernel.Num{} },
		finish: func(row, column kernel.Index, sum kernel.Expr) kernel.Stmt {
			at := times(row, s.Out, column)
			if rate {
				return Store("dw", at, Sub(Load("dw", at), Mul(Var("rate"), sum)))
			}
			return kernel.Store{Of: "dw", At: at, X: sum, Add: true}
		},
	}
	f := &kernel.Func{
		Name: "Gradient", Body: t.body(),
		Arrays: []*kernel.Array{Array("dw", s.In*s.Out, kernel.Added), Array("x", s.Rows*s.In, kernel.Read), Array("dz", s.Rows*s.Out, kernel.Read)},
	}
	if rate {
		f.Scalars = []kernel.Scalar{{Name: "rate", Kind: kernel.Float}}
	}
	return Case{Terms: s.Rows * s.In * s.Out, Name: "gradient " + s.String(), Func: f}
}

// Back is dx = dz·Wᵀ·f′ with W[out][in], the inputs in lanes, f′ from the activations x.
func Back(s Shape, f *kernel.Function) Case {
	t := tile{
		rows: Rows(s.Rows, s.Height), columns: Cover(s.In, s.Count, s.Wide), terms: terms(s.Out, s.Terms),
		left:  func(row, k kernel.Index) kernel.Expr { return Load("dz", times(row, s.Out, k)) },
		right: func(k, column kernel.Index) kernel.Expr { return Load("w", times(k, s.In, column)) },
		init:  func(_, _ kernel.Index) kernel.Expr { return kernel.Num{} },
		finish: func(row, column kernel.Index, sum kernel.Expr) kernel.Stmt {
			at := times(row, s.In, column)
			return Store("dx", at, kernel.Apply{Func: f, Args: []kernel.Expr{sum, Load("x", at)}})
		},
	}
	return Case{Terms: s.Rows * s.In * s.Out, Name: "back " + s.String(), Func: &kernel.Func{
		Name: "Back", Body: t.body(),
		Arrays: []*kernel.Array{Array("dx", s.Rows*s.In, kernel.Set), Array("x", s.Rows*s.In, kernel.Read), Array("dz", s.Rows*s.Out, kernel.Read), Array("w", s.In*s.Out, kernel.Read)},
	}}
}
