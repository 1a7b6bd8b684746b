package vector_test

import (
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
)

// TestVerify breaks rules of the form, one at a time.
func TestVerify(t *testing.T) {
	t.Parallel()
	const pointer, a, b = vector.Reg(1), vector.Reg(2), vector.Reg(3)
	point := &vector.Point{Dst: pointer, Array: "x"}
	at := vector.Mem{Base: pointer}
	load := &vector.Instr{Op: vector.Load, Lanes: 8, Dst: a, Args: []vector.Arg{at}}
	op := func(op vector.Op, lanes int, args ...vector.Arg) vector.Stmt {
		return &vector.Instr{Op: op, Lanes: lanes, Dst: b, Args: args}
	}
	tests := []struct {
		body []vector.Stmt
		want string
	}{
		{[]vector.Stmt{point, load, op(vector.Mul, 8, a, at)}, ""},
		{[]vector.Stmt{load}, "read before it is defined"},
		{[]vector.Stmt{point, op(vector.Move, 8, pointer)}, "is of class 2, want 0"},
		{[]vector.Stmt{point, load, op(vector.Sub, 8, at, a)}, "argument 0 has to be in a register"},
		{[]vector.Stmt{point, load, op(vector.Add, 8, a, vector.Mem{Base: pointer, Splat: true})}, "argument 1 has to be in a register"},
		{[]vector.Stmt{point, load, op(vector.Fma, 8, a, at, at)}, "2 arguments in memory"},
		{[]vector.Stmt{point, load, op(vector.Move, 3, a)}, "no register has 3 lanes"},
		{[]vector.Stmt{point, &vector.Instr{Op: vector.Load, Lanes: 3, Dst: a, Args: []vector.Arg{at}}}, "no register has 3 lanes"},
		{[]vector.Stmt{point, load, op(vector.Move, 16, a)}, "no register has 16 lanes"},
		{[]vector.Stmt{point, load, op(vector.Add, 8, a)}, "wrong arguments"},
		{[]vector.Stmt{point, load, op(vector.Keep, 8, a)}, "wrong arguments"},
		{[]vector.Stmt{point, load, &vector.Instr{Op: vector.Compare, Lanes: 8, Dst: b, Args: []vector.Arg{a, a}}}, "is of class 0, want 1"},
		{[]vector.Stmt{&vector.Point{Dst: pointer, Array: "q"}}, "q is no operand"},
		{[]vector.Stmt{&vector.Loop{Turns: 1, Counter: pointer}}, "loop of 1 turns"},
	}
	for _, test := range tests {
		f := &vector.Func{
			Kernel: &kernel.Func{Name: "F", Arrays: []*kernel.Array{{Name: "x", Len: 8}}}, Target: target.AVX2, Element: vector.Float32,
			Regs: []vector.Register{{}, {Class: vector.Pointer, Place: -1}, {Place: -1}, {Place: -1}, {Class: vector.Mask, Place: -1}}, Body: test.body,
		}
		err := f.Verify()
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("error %v, want one with %q", err, test.want)
		}
	}
}
