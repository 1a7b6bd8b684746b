package kernel_test

import (
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/specs"
)

// Short forms for kernels written by hand.
type (
	stmts = []kernel.Stmt
	let   = kernel.Let
	store = kernel.Store
	load  = kernel.Load
	reg   = kernel.Var
)

// at is the index c + v, or c where v is "".
func at(c int, v string) kernel.Index { return kernel.At(c).Times(v, 1) }

// loop runs over i = 0 … n.
func loop(n int, body ...kernel.Stmt) *kernel.Loop {
	return &kernel.Loop{Var: "i", From: 0, To: n, Step: 1, Body: body}
}

func times(x, y kernel.Expr) kernel.Expr { return kernel.Binary{Op: '*', X: x, Y: y} }

// one is y[i] = x[i] for four elements.
var one = store{Of: "y", At: at(0, "i"), X: load{Of: "x", At: at(0, "i")}}

// double is a function of one argument.
var double = &kernel.Function{Name: "double", Params: []string{"z"}, Body: expr.Name("z")}

// broken lists kernels that break one rule each. Operands: y [4] set, x [4] read, and where they occur g [4] added to
// or u [4] overwritten.
var broken = []struct {
	name string
	body stmts
	want string
}{
	{"good", stmts{loop(4, one)}, ""},
	{"position", stmts{loop(4, store{Of: "y", At: at(1, "i"), X: kernel.Num{}})}, "y[i+1] reaches from 1 to 4, but has 4 elements"},
	{"negative position", stmts{loop(4, store{Of: "y", At: at(-1, "i"), X: kernel.Num{}})}, "y[i+-1] reaches from -1 to 2"},
	{"position in lanes", stmts{&kernel.Loop{Var: "i", From: 0, To: 6, Step: 3, Lanes: 3, Body: stmts{one}}}, "x[i] reaches from 0 to 5"},
	{"read position", stmts{loop(4, let{Name: "a", X: load{Of: "x", At: at(0, "i").Times("i", 1)}}, one)}, "x[i+i] reaches from 0 to 6"},
	{"step", stmts{&kernel.Loop{Var: "i", From: 0, To: 4, Step: 3, Body: stmts{one}}}, "does not end where it should"},
	{"slice", stmts{&kernel.Loop{Var: "i", Over: "y", Step: 1, Body: stmts{one}}}, "loop over y, which is no slice"},
	{"lanes", stmts{&kernel.Loop{Var: "i", From: 0, To: 4, Step: 4, Lanes: 3, Body: stmts{one}}}, "3 lanes do not fill a step"},
	{"register", stmts{loop(4, store{Of: "y", At: at(0, "i"), X: reg{Name: "a"}})}, "register a is not defined"},
	{"register of another body", stmts{
		loop(4, let{Name: "a", X: kernel.Num{}}, store{Of: "y", At: at(0, "i"), X: reg{Name: "a"}}),
		store{Of: "u", At: at(0, ""), X: reg{Name: "a"}},
	}, "register a is not defined"},
	{"assignment", stmts{kernel.Assign{Name: "a", X: kernel.Num{}}}, "a is set before it is defined"},
	{"index", stmts{store{Of: "y", At: at(0, "j"), X: kernel.Num{}}}, "index j is not defined"},
	{"operand", stmts{store{Of: "v", At: at(0, ""), X: kernel.Num{}}}, "operand v is not defined"},
	{"result", stmts{loop(4, let{Name: "loss", X: kernel.Num{}}, store{Of: "y", At: at(0, "i"), X: reg{Name: "loss"}})}, "loss is defined already"},
	{"unused", stmts{loop(4, one, let{Name: "a", X: kernel.Num{}})}, "register a is not used"},
	{"unused index", stmts{loop(4, kernel.Blank{})}, "index i is not used"},
	{"two meanings", stmts{loop(4, let{Name: "y", X: kernel.Num{}}, one)}, "y is defined already, as operand"},
	{"defined twice", stmts{let{Name: "a", X: kernel.Num{}}, let{Name: "a", X: kernel.Num{}}}, "a is defined already, as register"},
	{"read only", stmts{loop(4, store{Of: "x", At: at(0, "i"), X: kernel.Num{}})}, "x[i] is written, but x is only read"},
	{"read only, through a cut", stmts{
		kernel.Cut{Name: "c", Of: "x", Offset: at(2, ""), Len: 2}, store{Of: "c", At: at(1, ""), X: kernel.Num{}},
	}, "c[1] is written, but c is only read"},
	{"cut", stmts{kernel.Cut{Name: "c", Of: "x", Offset: at(2, ""), Len: 3}}, "x[2] reaches from 2 to 4"},
	{"cut in lanes", stmts{&kernel.Loop{Var: "i", From: 0, To: 4, Step: 2, Lanes: 2, Body: stmts{
		one, kernel.Cut{Name: "c", Of: "x", Offset: at(0, "i"), Len: 1},
	}}}, "x is cut at i, in 2 places at once"},
	{"missing", stmts{loop(3, one)}, "y[3] is set never, want once"},
	{"twice", stmts{loop(4, one), store{Of: "y", At: at(2, ""), X: kernel.Num{}}}, "y[2] is set more than once, want once"},
	{"every turn", stmts{loop(4, store{Of: "y", At: at(0, ""), X: load{Of: "x", At: at(0, "i")}})}, "y[0] is set 4 times"},
	{"cleared and set", stmts{kernel.Clear{Of: "y"}, loop(4, one)}, "y[0] is set more than once"},
	{"cleared and added to", stmts{kernel.Clear{Of: "y"}, loop(4, store{Of: "y", At: at(0, "i"), X: load{Of: "x", At: at(0, "i")}, Add: true})}, ""},
	{"added to nothing", stmts{store{Of: "y", At: at(0, ""), X: kernel.Num{}, Add: true}}, "y[0] is updated before it is set"},
	{"read early", stmts{loop(4, let{Name: "a", X: load{Of: "y", At: at(0, "i")}}, store{Of: "y", At: at(0, "i"), X: reg{Name: "a"}})}, "y[i] is read before it is set"},
	{"sum overwritten", stmts{loop(4, one), loop(4, store{Of: "g", At: at(0, "i"), X: kernel.Num{}})}, "g[0] is set once and added to never"},
	{"sum read and written back", stmts{loop(4, one), loop(4,
		let{Name: "s", X: load{Of: "g", At: at(0, "i")}}, kernel.Assign{Name: "s", X: kernel.Num{Value: 1}, Add: true},
		store{Of: "g", At: at(0, "i"), X: reg{Name: "s"}},
	)}, ""},
	{"sum not reached", stmts{loop(4, one), loop(3, store{Of: "g", At: at(0, "i"), X: kernel.Num{}, Add: true})}, "g[3] is set never and added to never"},
	{"overwritten in part", stmts{loop(4, one), loop(3, store{Of: "u", At: at(0, "i"), X: load{Of: "u", At: at(0, "i")}})}, "u[3] is set never and overwritten never"},
	{"overwritten without reading", stmts{loop(4, one), loop(4, store{Of: "u", At: at(0, "i"), X: kernel.Num{}})}, "u[0] is set once and overwritten never"},
	{"idle operand", stmts{kernel.Clear{Of: "y"}}, "operand x is not used"},
	{"element not read", stmts{loop(4, store{Of: "y", At: at(0, "i"), X: load{Of: "x", At: at(0, "")}})}, "x[1] is not read"},
	{"lanes into one element", stmts{&kernel.Loop{Var: "i", From: 0, To: 4, Step: 4, Lanes: 4, Body: stmts{
		store{Of: "y", At: at(0, ""), X: load{Of: "x", At: at(0, "i")}},
	}}}, "y[0] takes 0 lanes, but gets 4"},
	{"sum of no lanes", stmts{loop(4, store{Of: "y", At: at(0, "i"), X: kernel.LaneSum{X: load{Of: "x", At: at(0, "i")}}})}, "has no lanes"},
	{"lanes along two axes", stmts{&kernel.Loop{Var: "i", From: 0, To: 2, Step: 2, Lanes: 2, Body: stmts{
		&kernel.Loop{Var: "j", From: 0, To: 2, Step: 2, Lanes: 2, Body: stmts{store{Of: "y", At: at(0, "i").Times("j", 2), X: kernel.Num{}}}},
	}}}, "i+2*j has two axes in lanes"},
	{"arguments", stmts{loop(4, store{Of: "y", At: at(0, "i"), X: kernel.Apply{Func: double}})}, "0 arguments, want 1"},
	{"row outside", stmts{kernel.Pointer{Name: "xn", Array: "x"}}, "outside a loop over its rows"},
	{"rows of an array", stmts{&kernel.Rows{Arrays: []string{"x"}, Step: 1}}, "rows of x, which has none"},
}

func TestVerifyKernel(t *testing.T) {
	for _, test := range broken {
		f := &kernel.Func{Name: "test", Body: test.body, Arrays: []*kernel.Array{
			{Name: "y", Len: 4, Access: kernel.Set}, {Name: "x", Len: 4, Access: kernel.Read},
		}}
		if text := f.String(); strings.Contains(text, "g[") {
			f.Arrays = append(f.Arrays, &kernel.Array{Name: "g", Len: 4, Access: kernel.Added})
		} else if strings.Contains(text, "u[") {
			f.Arrays = append(f.Arrays, &kernel.Array{Name: "u", Len: 4, Access: kernel.InPlace})
		} else if strings.Contains(text, "loss") {
			f.Result = "loss"
		}
		wants(t, test.name, f.Verify(), test.want)
	}
}

// wants compares an error with a part of its text; "" is none.
func wants(t *testing.T, name string, err error, want string) {
	t.Helper()
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("%s: error %v, want %q", name, err, want)
	}
}

// TestVerifyRows breaks the rules of loops over rows.
func TestVerifyRows(t *testing.T) {
	body := func(rows int) stmts {
		var b stmts
		for k := range rows {
			name := string(rune('0' + k))
			b = append(b, kernel.Pointer{Name: "y" + name, Array: "y", K: k}, kernel.Pointer{Name: "x" + name, Array: "x", K: k},
				loop(4, store{Of: "y" + name, At: at(0, "i"), X: times(load{Of: "x" + name, At: at(0, "i")}, kernel.Num{Value: 2})}))
		}
		return b
	}
	rows := func(step int, rest bool, body stmts) *kernel.Rows {
		return &kernel.Rows{Arrays: []string{"y", "x"}, Step: step, Rest: rest, Body: body}
	}
	inLanes := rows(4, false, body(1))
	inLanes.Lanes = 4
	tests := []struct {
		name string
		body stmts
		want string
	}{
		{"one by one", stmts{rows(1, false, body(1))}, ""},
		{"4 and a rest", stmts{rows(4, false, body(4)), rows(1, true, body(1))}, ""},
		{"4 in lanes and a rest", stmts{inLanes, rows(1, true, body(1))}, ""},
		{"no rest", stmts{rows(4, false, body(4))}, "the rows of y from 8 on are left"},
		{"rest of nothing", stmts{rows(1, true, body(1))}, "rest is true, but 0 rows were taken before"},
		{"again from the start", stmts{rows(4, false, body(4)), rows(1, false, body(1))}, "rest is false, but 8 rows were taken before"},
		{"a row left out", stmts{rows(4, false, body(3)), rows(1, true, body(1))}, "y[12] is set never"},
		{"a row too many", stmts{rows(2, false, body(3)), rows(1, true, body(1))}, "y2 points to row 2 of 2"},
		{"rows and elements in lanes", stmts{&kernel.Rows{Arrays: []string{"y", "x"}, Step: 4, Lanes: 4, Body: stmts{
			kernel.Pointer{Name: "xn", Array: "x"}, kernel.Pointer{Name: "yn", Array: "y"},
			&kernel.Loop{Var: "i", From: 0, To: 4, Step: 4, Lanes: 4, Body: stmts{store{Of: "yn", At: at(0, "i"), X: load{Of: "xn", At: at(0, "i")}}}},
		}}}, "two axes in lanes"},
	}
	for _, test := range tests {
		f := &kernel.Func{Name: "test", Body: test.body, Arrays: []*kernel.Array{
			{Name: "y", Len: 4, Rows: true, Access: kernel.Set}, {Name: "x", Len: 4, Rows: true, Access: kernel.Read},
		}}
		wants(t, test.name, f.Verify(), test.want)
	}
}

// TestVerifyRowSums checks that every loop over rows adds to the whole of a sum.
func TestVerifyRowSums(t *testing.T) {
	sum := func(step, elements int) *kernel.Rows {
		r := &kernel.Rows{Arrays: []string{"x"}, Step: step, Rest: step == 1}
		for k := range step {
			name := string(rune('a' + k))
			r.Body = append(r.Body, kernel.Pointer{Name: name, Array: "x", K: k},
				loop(elements, store{Of: "g", At: at(0, "i"), X: load{Of: name, At: at(0, "i")}, Add: true}))
		}
		return r
	}
	for _, test := range []struct {
		name string
		body stmts
		want string
	}{
		{"whole", stmts{sum(2, 4), sum(1, 4)}, ""},
		{"short in passes", stmts{sum(2, 3), sum(1, 4)}, "g[3] is not added to in a loop over rows that adds to others"},
		{"short in the rest", stmts{sum(2, 4), sum(1, 3)}, "g[3] is not added to in a loop over rows that adds to others"},
	} {
		f := &kernel.Func{Name: "test", Body: test.body, Arrays: []*kernel.Array{
			{Name: "g", Len: 4, Access: kernel.Added}, {Name: "x", Len: 4, Rows: true, Access: kernel.Read},
		}}
		wants(t, test.name, f.Verify(), test.want)
	}
}

// TestVerifyMutations takes the kernels of the committed networks and changes one number or drops one statement at a
// time: hardly any such change goes unnoticed.
func TestVerifyMutations(t *testing.T) {
	for _, name := range []string{"seeds.yaml", "digits.yaml"} {
		text, err := specs.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		noticed, all := 0, 0
		for _, f := range kernel.Lower(byDefault(t, string(text)), "softmax").Funcs {
			if f.Verify() != nil {
				t.Fatal(f.Verify())
			}
			mutate(f.Body, func() {
				all++
				if f.Verify() != nil {
					noticed++
				}
			})
		}
		t.Logf("%s: %d of %d changes noticed", name, noticed, all)
		if noticed < all*95/100 {
			t.Errorf("%s: %d of %d changes noticed, want 95 %%", name, noticed, all)
		}
	}
}

// mutate changes every store, loop and definition of a body in turn, calls f, and changes it back.
func mutate(body []kernel.Stmt, f func()) {
	for i, s := range body {
		change := func(to kernel.Stmt) {
			body[i] = to
			f()
			body[i] = s
		}
		switch s := s.(type) {
		case kernel.Store:
			change(kernel.Blank{})
			s.At = s.At.Plus(1)
			change(s)
		case kernel.Let:
			change(kernel.Blank{})
		case *kernel.Loop:
			mutate(s.Body, f)
			shorter := *s
			shorter.To -= s.Step
			change(&shorter)
		case *kernel.Rows:
			mutate(s.Body, f)
			change(kernel.Blank{})
		}
	}
}
