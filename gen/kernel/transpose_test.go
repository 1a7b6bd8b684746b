package kernel_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// transposing is y = xᵀ for x of 2 rows and 3 columns, y with rows of the given stride.
func transposing(stride int) *kernel.Func {
	return &kernel.Func{
		Name:   "transpose",
		Arrays: []*kernel.Array{{Name: "y", Len: 2*stride + 2, Access: kernel.Set}, {Name: "x", Len: 6}},
		Body:   []kernel.Stmt{kernel.Transpose{Dst: "y", Src: "x", Rows: 2, Cols: 3, DstStride: stride, SrcStride: 3}},
	}
}

// TestTranspose runs, checks and prints a transposition.
func TestTranspose(t *testing.T) {
	t.Parallel()
	f := transposing(2)
	if err := f.Verify(); err != nil {
		t.Fatal(err)
	}
	ops := kernel.Operands{Arrays: map[string][]float64{"x": {1, 2, 3, 4, 5, 6}, "y": make([]float64, 6)}}
	(&kernel.Machine{}).Run(f, ops)
	if want := []float64{1, 4, 2, 5, 3, 6}; !slices.Equal(ops.Arrays["y"], want) {
		t.Errorf("y = %v, want %v", ops.Arrays["y"], want)
	}
	if text := f.String(); !strings.Contains(text, "y[0 + c*2+r] = x[0 + r*3+c] for r < 2, c < 3") {
		t.Errorf("prints as\n%s", text)
	}
	for stride, want := range map[int]string{1: "strides 3 and 1", 3: "y[2] is set never"} {
		if err := transposing(stride).Verify(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("stride %d: error %v, want one with %q", stride, err, want)
		}
	}
}

// TestTurns runs a loop as often as an operand says.
func TestTurns(t *testing.T) {
	t.Parallel()
	at := kernel.Index{}.Times("i", 1)
	f := &kernel.Func{
		Name:    "turns",
		Arrays:  []*kernel.Array{{Name: "y", Len: 6, Access: kernel.Added}},
		Scalars: []kernel.Scalar{{Name: "pairs", Kind: kernel.Count}},
		Body: []kernel.Stmt{&kernel.Loop{Var: "i", To: 6, Step: 2, Lanes: 2, Turns: "pairs", Body: []kernel.Stmt{
			kernel.Store{Of: "y", At: at, X: kernel.Num{Value: 1}, Add: true},
		}}},
	}
	if err := f.Verify(); err != nil {
		t.Fatal(err)
	}
	run := func(pairs float64) []float64 {
		y := make([]float64, 6)
		(&kernel.Machine{}).Run(f, kernel.Operands{Arrays: map[string][]float64{"y": y}, Scalars: map[string]float64{"pairs": pairs}})
		return y
	}
	for pairs, want := range map[float64][]float64{0: {0, 0, 0, 0, 0, 0}, 2: {1, 1, 1, 1, 0, 0}, 3: {1, 1, 1, 1, 1, 1}} {
		if y := run(pairs); !slices.Equal(y, want) {
			t.Errorf("%v turns: y = %v, want %v", pairs, y, want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("four turns leave the operand and are not noticed")
		}
	}()
	run(4)
}
