// Package vectortest makes kernels for the tests of the vector stage and of its printers, and operands to run them on.
package vectortest

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// Case is a kernel with a name for the test.
type Case struct {
	Name string
	Func *kernel.Func
	// Counts are the values of the scalar operands that say how often a loop turns.
	Counts map[string]int
	// Low and High bound the operands; 0, 0 is −1, 1.
	Low, High float64
	// Terms is the number of multiply-adds of one call, if that is what it is about.
	Terms int
	// Rows is how many rows there are of operands of rows, of which callers have a pointer to the first; 0: all.
	Rows int
	// Own bounds the operands of one name.
	Own map[string][2]float64
}

// Len returns how many elements of an operand there are.
func (c Case) Len(a *kernel.Array) int {
	if a.Row > 0 && c.Rows > 0 {
		return a.Row * c.Rows
	}
	return a.Len
}

// Run is a part of an axis: From, From+Step … below To, Lanes neighbours at once.
type Run struct{ From, To, Step, Lanes int }

// Cover covers n elements by tiles of count vectors of lanes elements, then by single vectors, then by a rest.
func Cover(n, count, lanes int) []Run {
	var runs []Run
	from := 0
	add := func(step, lanes int) {
		if step > 0 && n-from >= step {
			to := from + (n-from)/step*step
			runs = append(runs, Run{from, to, step, lanes})
			from = to
		}
	}
	add(count*lanes, lanes)
	add(lanes, lanes)
	add(n-from, n-from)
	return runs
}

// Rows covers n rows by tiles of at most height rows, as equal as can be.
func Rows(n, height int) []Run {
	tiles := (n + height - 1) / height
	short := n / tiles
	tall := n - short*tiles
	var runs []Run
	if tall > 0 {
		runs = append(runs, Run{From: 0, To: tall * (short + 1), Step: short + 1})
	}
	if tall < tiles {
		runs = append(runs, Run{From: tall * (short + 1), To: n, Step: short})
	}
	return runs
}

// Copies returns how many vectors, or rows, a tile of the run has, and how many elements lie between two of them.
func (r Run) Copies() (n, apart int) {
	if r.Lanes > 0 {
		return r.Step / r.Lanes, r.Lanes
	}
	return r.Step, 1
}

// Loop makes a loop over a run.
func (r Run) Loop(v string, body ...kernel.Stmt) *kernel.Loop {
	return &kernel.Loop{Var: v, From: r.From, To: r.To, Step: r.Step, Lanes: r.Lanes, Body: body}
}

// Short forms of the kernel's statements and expressions.

// Let defines a register.
func Let(name string, x kernel.Expr) kernel.Stmt { return kernel.Let{Name: name, X: x} }

// Var reads a register.
func Var(format string, args ...any) kernel.Expr {
	return kernel.Var{Name: fmt.Sprintf(format, args...)}
}

// Load reads an element.
func Load(of string, at kernel.Index) kernel.Expr { return kernel.Load{Of: of, At: at} }

// Add adds to a register.
func Add(name string, x kernel.Expr) kernel.Stmt { return kernel.Assign{Name: name, X: x, Add: true} }

// Store sets an element.
func Store(of string, at kernel.Index, x kernel.Expr) kernel.Stmt {
	return kernel.Store{Of: of, At: at, X: x}
}

// Mul multiplies.
func Mul(x, y kernel.Expr) kernel.Expr { return kernel.Binary{Op: '*', X: x, Y: y} }

// Sub subtracts.
func Sub(x, y kernel.Expr) kernel.Expr { return kernel.Binary{Op: '-', X: x, Y: y} }

// Call calls an elementary function.
func Call(name string, args ...kernel.Expr) kernel.Expr {
	return kernel.Apply{Func: &kernel.Function{Name: name}, Args: args}
}

// Array makes an operand.
func Array(name string, n int, a kernel.Access) *kernel.Array {
	return &kernel.Array{Name: name, Len: n, Access: a}
}

// At makes the index c + Σ coef·v from pairs of v and coef.
func At(c int, terms ...any) kernel.Index {
	x := kernel.At(c)
	for i := 0; i < len(terms); i += 2 {
		x = x.Times(terms[i].(string), terms[i+1].(int))
	}
	return x
}
