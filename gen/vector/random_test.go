package vector_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
)

// TestRandomKernels compares kernels of random statements, which store, read back, change registers and keep by a mask in any
// order, with what their interpreter computes.
func TestRandomKernels(t *testing.T) {
	seeds := 3000
	if testing.Short() {
		seeds = 600
	}
	run := 0
	for seed := range uint64(seeds) {
		for _, machine := range []*target.Vector{target.AVX2, target.AVX512} {
			d := &drawnKernel{r: rand.New(rand.NewPCG(seed, 9)), lanes: machine.Lanes(4)}
			f := d.kernel()
			code, err := vector.Compile(f, machine, vector.Float32)
			if err != nil {
				t.Fatalf("seed %d: %v\n%v", seed, err, f)
			}
			c := vectortest.Case{Func: f, Low: -1, High: 1}
			ops := c.Operands(vector.Float32, seed)
			want, result := c.Want(ops)
			got := vectortest.Clone(ops)
			if err := c.Compare(vector.Float32, 2000, got, want, code.Run(got), result); err != nil {
				t.Fatalf("seed %d: %v\n%v\n%v", seed, err, f, code)
			}
			run++
		}
	}
	if run < 2*seeds {
		t.Errorf("only %d kernels were run", run)
	}
}

// drawnKernel is a kernel of three arrays, the last one of which is its own memory.
type drawnKernel struct {
	r     *rand.Rand
	lanes int
	names int
}

var drawnArrays = []string{"a", "b", "c"}

// kernel draws one. Its own memory is set first.
func (d *drawnKernel) kernel() *kernel.Func {
	size := 4 * d.lanes
	f := &kernel.Func{Name: "f", Part: true, Scalars: []kernel.Scalar{{Name: "keep", Kind: kernel.Float}}}
	for at := 0; at < size; at += d.lanes {
		f.Body = append(f.Body, kernel.Store{Of: "c", At: kernel.Lanes(at, d.lanes), X: kernel.Load{Of: "a", At: kernel.Lanes(at, d.lanes)}})
	}
	f.Body = append(f.Body, kernel.Let{Name: "ks", X: kernel.Var{Name: "keep"}})
	f.Body = append(f.Body, d.body(nil, "", 3+d.r.IntN(10), 1)...)
	f.Locals = []*kernel.Array{{Name: "c", Len: size, Access: kernel.Scratch}}
	for _, name := range drawnArrays[:2] {
		f.Arrays = append(f.Arrays, &kernel.Array{Name: name, Len: size, Access: kernel.InPlace})
	}
	return f
}

// array draws an array, at a place in it: anywhere, or where other statements are, too, in the loop over v if there is one.
func (d *drawnKernel) array() string { return drawnArrays[d.r.IntN(3)] }

func (d *drawnKernel) at(v string) kernel.Index {
	if v != "" && d.r.IntN(3) > 0 {
		x := kernel.Lanes(d.r.IntN(2*d.lanes+1), d.lanes)
		return x.Times(v, d.lanes)
	}
	step := []int{1, d.lanes / 2, d.lanes, d.lanes}[d.r.IntN(4)]
	return kernel.Lanes(d.r.IntN(3*d.lanes+1)/step*step, d.lanes)
}

// expr draws an expression of registers and elements.
func (d *drawnKernel) expr(vars []string, v string, depth int) kernel.Expr {
	switch k := d.r.IntN(7); {
	case k == 0 && depth > 0:
		return kernel.Binary{Op: "+-*"[d.r.IntN(3)], X: d.expr(vars, v, depth-1), Y: d.expr(vars, v, depth-1)}
	case k == 1 && depth > 0:
		return vectortest.Call("abs", d.expr(vars, v, depth-1))
	case k == 2 && depth > 0:
		return vectortest.Call("keep", kernel.Var{Name: "ks"}, d.expr(vars, v, depth-1))
	case k <= 4 && len(vars) > 0:
		return kernel.Var{Name: vars[d.r.IntN(len(vars))]}
	}
	return kernel.Load{Of: d.array(), At: d.at(v)}
}

// name makes a name.
func (d *drawnKernel) name(stem string) string {
	d.names++
	return fmt.Sprint(stem, d.names)
}

// body draws statements.
func (d *drawnKernel) body(vars []string, v string, n, depth int) (body []kernel.Stmt) {
	for range n {
		switch k := d.r.IntN(12); {
		case k < 4:
			name := d.name("h")
			body = append(body, kernel.Let{Name: name, X: d.expr(vars, v, 3)})
			vars = append(vars[:len(vars):len(vars)], name)
		case k < 6 && len(vars) > 0:
			body = append(body, kernel.Assign{Name: vars[d.r.IntN(len(vars))], X: d.expr(vars, v, 3), Add: d.r.IntN(2) == 0})
		case k == 6 && depth > 0:
			w := d.name("l")
			body = append(body, &kernel.Loop{Var: w, To: 2, Step: 1, Body: d.body(vars, w, 3, depth-1)})
		case k == 10:
			body = append(body, d.part())
		case k == 11:
			body = append(body, d.transpose())
		default:
			body = append(body, kernel.Store{Of: d.array(), At: d.at(v), X: d.expr(vars, v, 3), Add: d.r.IntN(4) == 0})
		}
	}
	return body
}

// part draws a loop of one turn in fewer lanes.
func (d *drawnKernel) part() kernel.Stmt {
	w := d.name("l")
	lanes := []int{d.lanes, d.lanes / 2, 3, 5}[d.r.IntN(4)]
	at := func() kernel.Index { return kernel.At(d.r.IntN(3*d.lanes/4)*4).Times(w, 1) }
	x := kernel.Binary{Op: '+', X: kernel.Load{Of: d.array(), At: at()}, Y: kernel.Load{Of: d.array(), At: at()}}
	loop := &kernel.Loop{Var: w, To: lanes, Step: lanes, Lanes: lanes}
	if d.r.IntN(3) == 0 {
		name := d.name("h")
		loop.Body = []kernel.Stmt{kernel.Let{Name: name, X: kernel.LaneSum{X: x}}, kernel.Store{Of: d.array(), At: kernel.At(d.r.IntN(4 * d.lanes)), X: kernel.Var{Name: name}}}
		return loop
	}
	loop.Body = []kernel.Stmt{kernel.Store{Of: d.array(), At: at(), X: x, Add: d.r.IntN(4) == 0}}
	return loop
}

// transpose draws a transposition of one or two rows or columns from one array to another.
func (d *drawnKernel) transpose() kernel.Stmt {
	rows, cols := 1+d.r.IntN(d.lanes), 1+d.r.IntN(2)
	if d.r.IntN(2) == 0 {
		rows, cols = cols, rows
	}
	size := 4 * d.lanes
	x := kernel.Transpose{Rows: rows, Cols: cols, SrcStride: cols + d.r.IntN(2), DstStride: rows + d.r.IntN(2)}
	from := d.r.IntN(3)
	x.Src, x.Dst = drawnArrays[from], drawnArrays[(from+1+d.r.IntN(2))%3]
	x.SrcAt = kernel.At(d.r.IntN(size - (rows-1)*x.SrcStride - cols + 1))
	x.DstAt = kernel.At(d.r.IntN(size - (cols-1)*x.DstStride - rows + 1))
	return x
}
