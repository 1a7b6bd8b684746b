package vector_test

import (
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
	vt "github.com/chainrule-go/chainrule/gen/vector/vectortest"
)

// copying is y[i] = x[i] in a loop.
func copying(loop *kernel.Loop, x kernel.Expr) *kernel.Func {
	loop.Var, loop.Body = "i", append(loop.Body, vt.Store("y", vt.At(0, "i", 1), x))
	return &kernel.Func{Name: "F", Body: []kernel.Stmt{loop}, Arrays: []*kernel.Array{vt.Array("y", 64, kernel.Set), vt.Array("x", 64, kernel.Read)}}
}

// TestCompileFails checks that what has no vector code is refused, and that the error says why.
func TestCompileFails(t *testing.T) {
	t.Parallel()
	load := vt.Load("x", vt.At(0, "i", 1))
	rows := copying(&kernel.Loop{To: 64, Step: 8, Lanes: 8}, load)
	rows.Arrays[1] = &kernel.Array{Name: "x", Len: 64, Rows: true}
	tests := []struct {
		f    *kernel.Func
		want string
	}{
		{copying(&kernel.Loop{To: 64, Step: 16, Lanes: 16}, load), "16 lanes, but a register has 8"},
		{copying(&kernel.Loop{To: 32, Step: 8, Lanes: 8}, vt.Load("x", vt.At(0, "i", 2))), "its lanes are not neighbours"},
		{copying(&kernel.Loop{To: 64, Step: 8, Lanes: 8}, vt.Call("gamma", load)), "function gamma has no vector form"},
		{copying(&kernel.Loop{To: 64, Step: 8, Lanes: 8}, vt.Var("n")), "n is not a register"},
		{copying(&kernel.Loop{To: 64, Step: 8, Lanes: 8, Body: []kernel.Stmt{&kernel.Guard{}}}, load), "*kernel.Guard has no vector form"},
		{rows, "operand x is a slice of rows"},
		{vt.Forward(vt.Shape{Rows: 8, In: 4, Out: 16, Height: 8, Count: 2, Wide: 8, Terms: 1}, vt.Function("relu")).Func, "avx2 has 16 registers, all in use"},
	}
	for _, test := range tests {
		_, err := vector.Compile(test.f, target.AVX2, vector.Float32)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want one with %q\n%v", err, test.want, test.f)
		}
	}
}

// TestPressureError checks that the error names the sums that fill the registers.
func TestPressureError(t *testing.T) {
	t.Parallel()
	c := vt.Forward(vt.Shape{Rows: 8, In: 4, Out: 16, Height: 8, Count: 2, Wide: 8, Terms: 1}, vt.Function("relu"))
	_, err := vector.Compile(c.Func, target.AVX2, vector.Float32)
	var full *vector.PressureError
	if !errors.As(err, &full) {
		t.Fatalf("error %v, want a PressureError", err)
	}
	if live := strings.Join(full.Live, " "); full.Have != 16 || !strings.Contains(live, "z7_1") {
		t.Errorf("%d registers hold %s", full.Have, live)
	}
}

// TestRunChecksMemory checks that running a kernel on an operand that is too short is noticed.
func TestRunChecksMemory(t *testing.T) {
	t.Parallel()
	f, err := vector.Compile(copying(&kernel.Loop{To: 64, Step: 8, Lanes: 8}, vt.Load("x", vt.At(0, "i", 1))), target.AVX2, vector.Float32)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if r := fmt.Sprint(recover()); !strings.Contains(r, "x[63] of 0 … 62") {
			t.Errorf("panic %v, want one about x[63]", r)
		}
	}()
	f.Run(kernel.Operands{Arrays: map[string][]float64{"x": make([]float64, 63), "y": make([]float64, 64)}})
}

// fma is a·b + c.
func fma() *kernel.Function {
	e := expr.Add(expr.Mul(expr.Name("a"), expr.Name("b")), expr.Name("c"))
	return &kernel.Function{Name: "fma", Params: []string{"a", "b", "c"}, Body: e}
}

// TestFusedRounding compares the fused multiply-add of float32 with exact arithmetic, where rounding twice is wrong, too.
func TestFusedRounding(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	draw := func(exponents int) float64 {
		return float64(float32(r.NormFloat64()) * float32(uint64(1)<<r.IntN(exponents)))
	}
	c := vt.Elementwise(fma(), 8, 1, 8)
	f, err := vector.Compile(c.Func, target.AVX2, vector.Float32)
	if err != nil {
		t.Fatal(err)
	}
	ops := c.Operands(vector.Float32, 1)
	for round := range 3000 {
		for i := range 8 {
			ops.Arrays["a"][i], ops.Arrays["b"][i], ops.Arrays["c"][i] = draw(10), draw(10), draw(50)/0x1p30
		}
		if round == 0 { // a tie of float32 that the sum in float64 cannot tell
			ops.Arrays["a"][0], ops.Arrays["b"][0], ops.Arrays["c"][0] = 1+0x1p-12, 1+0x1p-12, 0x1p-80
		}
		f.Run(ops)
		for i := range 8 {
			exact := new(big.Float).SetPrec(300).Mul(big.NewFloat(ops.Arrays["a"][i]), big.NewFloat(ops.Arrays["b"][i]))
			want, _ := exact.Add(exact, big.NewFloat(ops.Arrays["c"][i])).Float32()
			if got := ops.Arrays["out"][i]; got != float64(want) {
				t.Fatalf("%v·%v + %v = %v, want %v", ops.Arrays["a"][i], ops.Arrays["b"][i], ops.Arrays["c"][i], got, want)
			}
		}
	}
}
