package kernel_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// scaled is s[i] = a·s[i] over a slice.
func scaled(loops ...*kernel.Loop) *kernel.Func {
	f := &kernel.Func{Name: "f", Arrays: []*kernel.Array{{Name: "s", Slice: true, Access: kernel.InPlace}}, Scalars: []kernel.Scalar{{Name: "a"}}}
	for _, l := range loops {
		l.Var, l.Over = "i", "s"
		l.Body = stmts{store{Of: "s", At: at(0, "i"), X: times(reg{Name: "a"}, load{Of: "s", At: at(0, "i")})}}
		f.Body = append(f.Body, l)
	}
	return f
}

// TestSlices runs loops over slices of any length, and breaks the rules for them.
func TestSlices(t *testing.T) {
	for _, test := range []struct {
		f    *kernel.Func
		want string
	}{
		{scaled(&kernel.Loop{Step: 1}), ""},
		{scaled(&kernel.Loop{Step: 4, Lanes: 4}, &kernel.Loop{Rest: true, Lanes: 4}), ""},
		{scaled(&kernel.Loop{Step: 4, Lanes: 4}), "rows of s from 8 on are left"},
		{scaled(&kernel.Loop{Step: 4, Lanes: 4}, &kernel.Loop{Rest: true, Lanes: 3}), "3 elements are left for 3 lanes"},
		{scaled(&kernel.Loop{Step: 4, Lanes: 3}), "3 lanes do not fill a step"},
	} {
		err := test.f.Verify()
		if test.want != "" {
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			continue
		}
		if err != nil {
			t.Error(err)
		}
		for n := range 10 {
			s := make([]float64, n)
			for i := range s {
				s[i] = float64(i)
			}
			m := kernel.Machine{}
			m.Run(test.f, kernel.Operands{Arrays: map[string][]float64{"s": s}, Scalars: map[string]float64{"a": 3}})
			for i, x := range s {
				if x != 3*float64(i) {
					t.Errorf("%d elements: %v\n%v", n, s, test.f)
				}
			}
		}
	}
	defer func() {
		if r := recover(); r == nil {
			t.Error("slices of different lengths are taken")
		}
	}()
	f := scaled(&kernel.Loop{Step: 1})
	f.Arrays = append(f.Arrays, &kernel.Array{Name: "x", Slice: true})
	m := kernel.Machine{}
	m.Run(f, kernel.Operands{Arrays: map[string][]float64{"s": slices.Repeat([]float64{1}, 3), "x": {1}}})
}
