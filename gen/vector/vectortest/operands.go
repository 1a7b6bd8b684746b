package vectortest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/vector"
)

// Operands draws operands for a case, as numbers of the type of its elements.
func (c Case) Operands(e vector.Element, seed uint64) kernel.Operands {
	r := rand.New(rand.NewPCG(seed, 5))
	ops := kernel.Operands{Arrays: map[string][]float64{}, Scalars: map[string]float64{}}
	for _, a := range c.Func.Arrays {
		low, high := c.Low, c.High
		if low == high {
			low, high = -1, 1
		}
		if own, ok := c.Own[a.Name]; ok {
			low, high = own[0], own[1]
		}
		data := make([]float64, a.Len)
		for i := range data {
			data[i] = Round(e, low+(high-low)*r.Float64())
		}
		ops.Arrays[a.Name] = data
	}
	for _, s := range c.Func.Scalars {
		ops.Scalars[s.Name] = Round(e, 0.1)
		if s.Kind == kernel.Count {
			ops.Scalars[s.Name] = float64(c.Counts[s.Name])
		}
	}
	return ops
}

// Clone copies operands.
func Clone(ops kernel.Operands) kernel.Operands {
	out := kernel.Operands{Arrays: map[string][]float64{}, Scalars: ops.Scalars}
	for name, data := range ops.Arrays {
		out.Arrays[name] = append([]float64(nil), data...)
	}
	return out
}

// Round rounds to the type of the elements.
func Round(e vector.Element, x float64) float64 {
	if e == vector.Float32 {
		return float64(float32(x))
	}
	return x
}

// Want runs the kernel of a case in float64.
func (c Case) Want(ops kernel.Operands) (kernel.Operands, float64) {
	want := Clone(ops)
	m := kernel.Machine{}
	result := m.Run(c.Func, want)
	return want, result
}

// Compare reports the first element that is further from what it should be than some units in the last place of the
// largest element of its array allow. What is only read must not change at all.
func (c Case) Compare(e vector.Element, ulps float64, got, want kernel.Operands, result, wantResult float64) error {
	eps := ulps * 0x1p-24
	if e == vector.Float64 {
		eps = ulps * 0x1p-53
	}
	for _, a := range c.Func.Arrays {
		most := 0.0
		for _, x := range want.Arrays[a.Name] {
			most = max(most, math.Abs(x))
		}
		if a.Access == kernel.Read {
			most = 0
		}
		for i, w := range want.Arrays[a.Name] {
			if g := got.Arrays[a.Name][i]; !(math.Abs(g-w) <= eps*most) && !(g != g && w != w) && g != w {
				return fmt.Errorf("%s[%d] = %v, want %v (largest %v)", a.Name, i, g, w, most)
			}
		}
	}
	if !(math.Abs(result-wantResult) <= eps*max(1, math.Abs(wantResult))) {
		return fmt.Errorf("result %v, want %v", result, wantResult)
	}
	return nil
}

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
	for _, f := range []string{"exp", "expm1", "tanh", "softplus", "erf", "abs"} {
		cases = append(cases, Map(f, 9*lanes+lanes-1, 4, lanes, func(x kernel.Expr) kernel.Expr { return Call(f, x) }))
	}
	cases = append(cases, Forward(Shape{12, 5, 2 * lanes, 6, 2, lanes, 1}, Function("sigmoid")), Softmax(3, 2*lanes, lanes), Softmax(10, lanes+3, lanes), Softmax(2, 3, lanes))
	for _, s := range [][3]int{{8, 8, 0}, {4, 4, 0}, {19, 9, 3}, {3, 20, 1}, {16, 24, 0}, {1, 5, 0}, {5, 1, 0}, {9, 7, 40}} {
		cases = append(cases, Transpose(s[0], s[1], s[2]))
	}
	for n := 1; n <= 9; n++ {
		cases = append(cases, Dots(n, 1, lanes*3, lanes, 8, n%2 == 0), Dots(3, n, max(1, lanes-n), lanes, n, false))
	}
	cases = append(cases, Dots(5, 3, lanes, lanes/2, 8, true))
	return append(cases, Turns(6, 4, 3*lanes+1, lanes), Turns(6, 0, 3*lanes+1, lanes), Turns(6, 6, lanes, lanes))
}
