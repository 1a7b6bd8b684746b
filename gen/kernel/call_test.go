package kernel_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// copyTo is y[i] = x[i] for four elements.
func copyTo(access kernel.Access) *kernel.Func {
	at := kernel.At(0).Times("i", 1)
	return &kernel.Func{
		Name:   "copy",
		Arrays: []*kernel.Array{{Name: "y", Len: 4, Access: access}, {Name: "x", Len: 4, Access: kernel.Read}},
		Body: []kernel.Stmt{&kernel.Loop{Var: "i", To: 4, Step: 1, Body: []kernel.Stmt{
			kernel.Store{Of: "y", At: at, X: kernel.Load{Of: "x", At: at}, Add: access == kernel.Added},
		}}},
	}
}

// TestJoin runs two calls on parts of one array: x goes to the first part of it, that to the second.
func TestJoin(t *testing.T) {
	set := copyTo(kernel.Set)
	f := &kernel.Func{
		Name:   "twice",
		Arrays: []*kernel.Array{{Name: "scratch", Len: 8, Access: kernel.Scratch}, {Name: "x", Len: 4, Access: kernel.Read}},
		Body: []kernel.Stmt{
			&kernel.Call{Func: set, Places: []kernel.Place{{Of: "scratch"}, {Of: "x"}}},
			&kernel.Call{Func: set, Places: []kernel.Place{{Of: "scratch", Offset: 4}, {Of: "scratch"}}},
		},
	}
	if err := f.Verify(); err != nil {
		t.Fatal(err)
	}
	scratch := make([]float64, 8)
	(&kernel.Machine{}).Run(f, kernel.Operands{Arrays: map[string][]float64{"scratch": scratch, "x": {1, 2, 3, 4}}})
	if got := fmt.Sprint(scratch); got != "[1 2 3 4 1 2 3 4]" {
		t.Errorf("the scratch holds %s", got)
	}
}

// TestVerifyCalls checks that calls on the wrong parts are refused.
func TestVerifyCalls(t *testing.T) {
	set, add := copyTo(kernel.Set), copyTo(kernel.Added)
	for _, test := range []struct {
		calls []*kernel.Call
		want  string
	}{
		{[]*kernel.Call{{Func: set, Places: []kernel.Place{{Of: "scratch", Offset: 5}, {Of: "x"}}}}, "y lies in scratch[5:9], which is not there"},
		{[]*kernel.Call{{Func: set, Places: []kernel.Place{{Of: "z"}, {Of: "x"}}}}, "y lies in z[0:4], which is not there"},
		{[]*kernel.Call{{Func: set, Places: []kernel.Place{{Of: "x"}, {Of: "scratch"}}}}, "y is set, but x is read"},
		{[]*kernel.Call{{Func: add, Places: []kernel.Place{{Of: "scratch"}, {Of: "x"}}}}, "y is added to, but scratch is scratch"},
		{[]*kernel.Call{{Func: set, Places: []kernel.Place{{Of: "scratch"}, {Of: "scratch", Offset: 3}}}}, "y and x share scratch[3]"},
		{[]*kernel.Call{
			{Func: set, Places: []kernel.Place{{Of: "scratch"}, {Of: "x"}}},
			{Func: set, Places: []kernel.Place{{Of: "scratch"}, {Of: "x"}}},
		}, "scratch[0] is set, but was set before"},
		{[]*kernel.Call{
			{Func: set, Places: []kernel.Place{{Of: "scratch"}, {Of: "scratch", Offset: 4}}},
			{Func: set, Places: []kernel.Place{{Of: "scratch", Offset: 4}, {Of: "x"}}},
		}, "scratch[4] is set, but was read before"},
	} {
		f := &kernel.Func{
			Name:   "calls",
			Arrays: []*kernel.Array{{Name: "scratch", Len: 8, Access: kernel.Scratch}, {Name: "x", Len: 4, Access: kernel.Read}},
		}
		for _, c := range test.calls {
			f.Body = append(f.Body, c)
		}
		if err := f.Verify(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: got %v, want %s", test.calls, err, test.want)
		}
	}
}

// TestOutline checks that what is alike is told once.
func TestOutline(t *testing.T) {
	f := &kernel.Func{Name: "tile"}
	for n := range 3 {
		f.Body = append(f.Body, kernel.Let{Name: fmt.Sprintf("x%d", n), X: kernel.Num{Value: float64(n)}})
		for o := range 4 {
			f.Body = append(f.Body, kernel.Assign{Name: fmt.Sprintf("z%d", o), X: kernel.Var{Name: fmt.Sprintf("x%d", n)}, Add: true})
		}
	}
	want := "x0 := 0\nz0 += x0\n… 2 more\nz3 += x0\n… and so on, 3 times in all\n"
	if got := f.Outline(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
