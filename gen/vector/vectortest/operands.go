package vectortest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/runtime"
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
		switch s.Kind {
		case kernel.Float:
			if s.Name == kernel.Keep {
				ops.Scalars[s.Name] = []float64{kernel.Dropped, kernel.Kept}[seed%2]
			}
		case kernel.Count:
			ops.Scalars[s.Name] = float64(c.Counts[s.Name])
		case kernel.Seed:
			ops.Scalars[s.Name] = float64(r.Uint64N(1 << 53))
		case kernel.Row:
			ops.Scalars[s.Name] = float64(r.Uint64N(1 << 31))
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
	m := kernel.Machine{Uniform: func(stream, row, element int) float64 {
		seed, step := uint64(ops.Scalars["seed"]), uint64(ops.Scalars["step"])
		return float64(runtime.DropoutUniform(seed, uint32(stream), step, uint32(row), uint32(element)))
	}}
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
