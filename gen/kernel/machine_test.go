package kernel_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// TestMachine runs kernels written by hand: loops, lanes, rows, guards, updates.
func TestMachine(t *testing.T) {
	sum := func(x, y kernel.Expr) kernel.Expr { return kernel.Binary{Op: '+', X: x, Y: y} }
	lanes := &kernel.Loop{Var: "i", From: 0, To: 4, Step: 4, Lanes: 2, Body: stmts{
		store{Of: "y", At: at(0, "i"), X: times(load{Of: "x", At: at(0, "i")}, load{Of: "x", At: at(0, "")})},
		store{Of: "y", At: at(2, "i"), X: load{Of: "x", At: at(2, "i")}},
	}}
	folded := &kernel.Loop{Var: "i", From: 0, To: 4, Step: 4, Lanes: 4, Body: stmts{
		store{Of: "y", At: at(1, ""), X: kernel.LaneSum{X: load{Of: "x", At: at(0, "i")}}, Add: true},
	}}
	guard := &kernel.Guard{Var: "c", Of: "target", Size: 4, Body: stmts{store{Of: "y", At: at(0, "c"), X: kernel.Num{Value: 9}}}}
	tests := []struct {
		name string
		body stmts
		want []float64
	}{
		{"loop", stmts{loop(4, store{Of: "y", At: at(0, "i"), X: sum(load{Of: "x", At: at(0, "i")}, kernel.Num{Value: 1})})}, []float64{2, 3, 4, 5}},
		{"lanes", stmts{lanes}, []float64{1, 2, 3, 4}},
		{"sum of lanes", stmts{folded}, []float64{0, 10, 0, 0}},
		{"class", stmts{guard}, []float64{0, 0, 9, 0}},
		{"cut", stmts{kernel.Cut{Name: "c", Of: "y", Offset: at(1, ""), Len: 2}, store{Of: "c", At: at(1, ""), X: kernel.Num{Value: 7}}}, []float64{0, 0, 7, 0}},
		{"clear", stmts{store{Of: "y", At: at(3, ""), X: kernel.Num{Value: 7}}, kernel.Clear{Of: "y"}}, []float64{0, 0, 0, 0}},
	}
	for _, test := range tests {
		f := &kernel.Func{Name: "test", Body: test.body, Scalars: []kernel.Scalar{{Name: "target", Kind: kernel.Class}}, Arrays: []*kernel.Array{
			{Name: "y", Len: 4, Access: kernel.Set}, {Name: "x", Len: 4, Access: kernel.Read},
		}}
		y := make([]float64, 4)
		new(kernel.Machine).Run(f, kernel.Operands{
			Arrays: map[string][]float64{"y": y, "x": {1, 2, 3, 4}}, Scalars: map[string]float64{"target": 2},
		})
		if !slices.Equal(y, test.want) {
			t.Errorf("%s: y is %v, want %v", test.name, y, test.want)
		}
	}
}

// TestMachineFinds checks that the interpreter refuses what lies outside an operand.
func TestMachineFinds(t *testing.T) {
	tests := []struct {
		name string
		body stmts
		want string
	}{
		{"position", stmts{store{Of: "y", At: at(4, ""), X: kernel.Num{}}}, "y[4] of 4 elements"},
		{"position in lanes", stmts{&kernel.Loop{Var: "i", From: 0, To: 8, Step: 8, Lanes: 8, Body: stmts{store{Of: "y", At: at(0, "i"), X: kernel.Num{}}}}}, "y[4] of 4 elements"},
		{"cut", stmts{kernel.Cut{Name: "c", Of: "y", Offset: at(2, ""), Len: 3}}, "cut c of y[2:5]"},
		{"register", stmts{store{Of: "y", At: at(0, ""), X: reg{Name: "a"}}}, "register a is not defined"},
	}
	for _, test := range tests {
		f := &kernel.Func{Name: "test", Body: test.body, Arrays: []*kernel.Array{{Name: "y", Len: 4, Access: kernel.Set}}}
		message := panics(func() {
			new(kernel.Machine).Run(f, kernel.Operands{Arrays: map[string][]float64{"y": make([]float64, 4)}})
		})
		if !strings.Contains(message, test.want) {
			t.Errorf("%s: panic %q, want %q", test.name, message, test.want)
		}
	}
}

// panics returns what f panics with.
func panics(f func()) (message string) {
	defer func() { message = fmt.Sprint(recover()) }()
	f()
	return ""
}

// TestProgram checks the listing of a kernel and the names of scalar functions.
func TestProgram(t *testing.T) {
	const want = `dense2(z [3] set, x [5] read, w [15] read, b [3] read)
	// z[o] = b[o] + Σᵢ W[o,i]·x[i]
	z0 := b[0]
	z1 := b[1]
	z2 := b[2]
`
	p := kernel.Lower(byDefault(t, seeds), "softmax")
	if got := p.Func("dense2").String(); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if p.Func("nothing") != nil {
		t.Error("there is a kernel called nothing")
	}
	two := strings.NewReplacer("activation: sigmoid", "activation: {elu: {alpha: 0.5}}", "dropout: 0.25", "activation: {elu: {alpha: 0.25}}").Replace(seeds)
	var names []string
	for _, f := range kernel.Lower(byDefault(t, two), "softmax").Functions {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "elu eluActivation1 eluActivation1Backward eluBackward" {
		t.Errorf("functions %s", got)
	}
}
