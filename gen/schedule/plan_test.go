package schedule_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/target"
)

// TestBudget schedules networks of small layers, the last of which makes the multiply-adds that are written out as many as a
// package may have, or one step more: then its function is a loop.
func TestBudget(t *testing.T) {
	g := target.Generic
	layers := []string{"dense: {units: 3}"}
	p := planOf(t, layers...)
	terms := func(p *schedule.Plan) (all int) {
		for _, gr := range p.Groups {
			all += gr.Terms
		}
		return all
	}
	g.PackageTerms = terms(p)
	for _, budget := range []int{g.PackageTerms, g.PackageTerms - 1} {
		g.PackageTerms = budget
		loops := 0
		for _, gr := range schedule.New(p.Graph, g).Groups {
			if gr.Terms > 0 && gr.Form == schedule.Tiled {
				loops++
			}
		}
		if want := terms(p) - budget; loops != want {
			t.Errorf("%d multiply-adds with a budget of %d: %d functions are loops, want %d", terms(p), budget, loops, want)
		}
	}
}

// TestForm checks on which side of the thresholds a function is written out.
func TestForm(t *testing.T) {
	g := target.Generic
	tests := []struct {
		layers []string
		group  string
		form   schedule.Form
		perRow bool
	}{
		{[]string{"dense: {units: 57}", "dense: {units: 3}"}, "dense1", schedule.Unrolled, true}, // 399 multiply-adds
		{[]string{"dense: {units: 58}", "dense: {units: 3}"}, "dense1", schedule.Tiled, true},    // 406
		{[]string{"dense: {units: 66}", "dense: {units: 3}"}, "dense2Backward", schedule.Unrolled, true},
		{[]string{"dense: {units: 67}", "dense: {units: 3}"}, "dense2Backward", schedule.Tiled, false}, // 402 for dW and dx
		{[]string{"dense: {units: 16}", "activation: tanh", "dense: {units: 3}"}, "activation1", schedule.Unrolled, true},
		{[]string{"dense: {units: 17}", "activation: tanh", "dense: {units: 3}"}, "activation1", schedule.Tiled, true},
	}
	for _, test := range tests {
		p := planOf(t, test.layers...)
		gr := groupOf(p, test.group)
		if gr.Form != test.form || gr.PerRow != test.perRow {
			t.Errorf("%v: %s with %d multiply-adds is %v, a row %v; want %v, %v", test.layers, test.group, gr.Terms, gr.Form, gr.PerRow, test.form, test.perRow)
		}
	}

	// So many small layers that they exceed what a package may have written out.
	layers := make([]string, 24)
	for i := range layers {
		layers[i] = "dense: {units: 13}"
	}
	p := planOf(t, append(layers, "dense: {units: 3}")...)
	straight, total := 0, 0
	for _, gr := range p.Groups {
		if total += gr.Terms; gr.Form == schedule.Unrolled {
			straight += gr.Terms
		}
	}
	if straight > g.PackageTerms || straight < g.PackageTerms*9/10 || total <= g.PackageTerms {
		t.Errorf("%d of %d multiply-adds are written out, want up to %d", straight, total, g.PackageTerms)
	}
}

// TestSums checks over how many sums an output is split.
func TestSums(t *testing.T) {
	tests := []struct{ in, out, want int }{
		{7, 3, 1}, {8, 3, 2}, {64, 3, 2}, {7, 2, 1}, {8, 2, 2}, {64, 2, 3}, {64, 1, 6}, {64, 4, 1}, {64, 5, 1}, {300, 2, 3},
	}
	for _, test := range tests {
		p := planOf(t, fmt.Sprintf("dense: {units: %d}", test.in), fmt.Sprintf("dense: {units: %d}", test.out), "dense: {units: 3}")
		if got := max(1, groupOf(p, "dense2").Stages[0].Nest.Sums); got != test.want {
			t.Errorf("%d→%d: %d sums, want %d", test.in, test.out, got, test.want)
		}
	}
}

// TestBalanced checks that tiles are as even as they can be.
func TestBalanced(t *testing.T) {
	for n := 1; n < 300; n++ {
		for most := 1; most < 20; most++ {
			tiles, end, small, large := 0, 0, n, 0
			for _, s := range schedule.Balanced(n, most) {
				if s.From != end || s.Step < 1 || (s.To-s.From)%s.Step != 0 {
					t.Fatalf("%d by %d: %v", n, most, schedule.Balanced(n, most))
				}
				tiles, end = tiles+(s.To-s.From)/s.Step, s.To
				small, large = min(small, s.Step), max(large, s.Step)
			}
			if end != n || large > most || large-small > 1 || tiles != (n+most-1)/most {
				t.Fatalf("%d by %d: %v", n, most, schedule.Balanced(n, most))
			}
		}
	}
}

// TestEveryWidth schedules layers of every width; New verifies them.
func TestEveryWidth(t *testing.T) {
	for units := 1; units <= 120; units++ {
		p := planOf(t, fmt.Sprintf("dense: {units: %d, activation: relu}", units), "dropout: 0.5", fmt.Sprintf("dense: {units: %d, activation: tanh}", units), "dense: {units: 3}")
		for _, gr := range p.Groups {
			if gr.Reason == "" {
				t.Errorf("%d units: %s has no reason", units, gr.Name)
			}
		}
	}
}

// TestStrides checks how elements lie in memory, by default and in an order of their own.
func TestStrides(t *testing.T) {
	p := planOf(t, "dense: {units: 5}", "dense: {units: 3}")
	p.Params[0].Order = "io"
	tests := []struct {
		value, order string
		strides      []int
	}{
		{"dense1.w", "io", []int{1, 5}}, {"dense1.dw", "io", []int{1, 5}}, {"dense1.b", "o", []int{1}},
		{"dense2.w", "oi", []int{5, 1}}, {"dense2.dw", "oi", []int{5, 1}}, {"dense1.z", "o", []int{0, 1}}, {"x", "i", []int{0, 1}},
	}
	for _, test := range tests {
		v := p.Graph.Lookup(test.value)
		if order, strides := p.Order(v), p.Strides(v); order != test.order || fmt.Sprint(strides) != fmt.Sprint(test.strides) {
			t.Errorf("%s: order %s, strides %v; want %s, %v", test.value, order, strides, test.order, test.strides)
		}
	}
}

// TestString compares the table that is printed with the one that is wanted.
func TestString(t *testing.T) {
	const want = `
rows in work at once: 1

function        phase     form      works on  multiply-adds
dense1          forward   unrolled  a row     35
dropout1        forward   unrolled  a row     0
dense2          forward   unrolled  a row     15
loss            loss      unrolled  a row     0
dense2Backward  backward  unrolled  a row     15
`
	p := planOf(t, "dense: {units: 5, activation: relu, freeze: [weights, bias]}", "dropout: 0.5", "dense: {units: 3}")
	if got := p.String(); !strings.HasPrefix("\n"+got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, part := range []string{"activation in registers", "o 0…5 by 5 written out; i 0…7 by 7 written out", "     35       5   dense1.b"} {
		if !strings.Contains(p.String(), part) {
			t.Errorf("%q is missing in\n%s", part, p)
		}
	}
}
