package amd64_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/pass/passtest"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
)

// TestRows runs what works on one row of random small networks, interpreted and assembled: flat where the schedule allows
// it, and in lines, whole or split.
func TestRows(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 4))
	var samples []*sample
	flat, split := 0, 0
	for k := range 48 {
		text, link := rowSpec(r, k)
		e := []vector.Element{vector.Float32, vector.Float32, vector.Float64}[k%3]
		for _, machine := range targets(t) {
			for _, purpose := range []schedule.Purpose{schedule.Inference, schedule.Training} {
				f, isFlat := rowKernel(t, text, link, machine, e, purpose)
				if isFlat {
					flat++
				}
				funcs := []*kernel.Func{f}
				if parts := kernel.SplitRow(f, int(e), 100, 80); k%2 == 1 && parts != nil {
					split, funcs = split+1, parts
				}
				for _, f := range funcs {
					c := vectortest.Case{Name: text, Func: f, Low: -1, High: 1, Own: map[string][2]float64{"t": {0, 1}}}
					if most := f.Repeat.All; most > 0 {
						c.Counts = map[string]int{kernel.FirstTurn: k % most, kernel.SomeTurns: min(f.Repeat.Most, most-k%most)}
					}
					samples = append(samples, compiled(t, c, machine, e, len(samples)))
				}
			}
		}
	}
	if flat < 40 {
		t.Errorf("only %d kernels are flat", flat)
	}
	if split < 10 {
		t.Errorf("only %d kernels are split", split)
	}
	check := func(s *sample, name string, got kernel.Operands, result float64) {
		want, wantResult := s.wanted()
		if err := s.Compare(s.element, 64, got, want, result, wantResult); err != nil {
			t.Errorf("%s: %v\n%v\n%v", name, err, s.Func, s.kernel.Func)
		}
	}
	for _, s := range samples {
		got := vectortest.Clone(s.ops)
		check(s, s.Name+" interpreted", got, s.kernel.Func.Run(got))
	}
	runAll(t, samples, check)
}

// rowKernel returns the function of a network for one row, and tells whether it is flat.
func rowKernel(t *testing.T, text, link string, machine *target.Vector, e vector.Element, purpose schedule.Purpose) (f *kernel.Func, flat bool) {
	g := passtest.Graph(t, text, purpose == schedule.Training)
	if purpose != schedule.Inference {
		link = ""
	}
	if plan := schedule.Flat(g, machine, int(e), purpose); plan != nil {
		return kernel.Flat("row", "", plan, link), true
	}
	plan := schedule.Lines(g, machine, int(e), purpose)
	funcs := kernel.Lower(plan, "").Funcs
	if f := kernel.LineLink(plan, link); f != nil {
		funcs = append(funcs, f)
	}
	return kernel.JoinRow("row", "", plan, funcs, 64/int(e)), false
}

// rowSpec draws a small network. Losses take turns, the rest is drawn.
func rowSpec(r *rand.Rand, k int) (text, link string) {
	loss := expr.Losses[k%len(expr.Losses)]
	var b strings.Builder
	fmt.Fprintf(&b, "name: net%d\ninput: {shape: [%d]}\nlayers:\n", k, 1+r.IntN(12))
	for range r.IntN(3) {
		a := expr.Activations[r.IntN(len(expr.Activations))].Name
		if r.IntN(4) == 0 {
			fmt.Fprintf(&b, "  - activation: %s\n", a)
			continue
		}
		fmt.Fprintf(&b, "  - dense: {units: %d, activation: %s, bias: %v}\n", 1+r.IntN(9), a, r.IntN(4) > 0)
		if k%4 == 3 {
			fmt.Fprintf(&b, "  - dense: {units: %d}\n  - dropout: 0.3\n", 1+r.IntN(80))
		}
	}
	n := 1 + r.IntN(6)
	if r.IntN(5) == 0 {
		n += 10 + r.IntN(30)
	}
	if loss.Name == "softmax_cross_entropy" {
		n, link = n+1, "softmax"
	}
	fmt.Fprintf(&b, "  - dense: {units: %d}\noutput: {targets: [y0", n)
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, ", y%d", i)
	}
	fmt.Fprintf(&b, "]}\nloss: %s\ntrain: {optimizer: {sgd: {learning_rate: 0.1}}, batch: 8, epochs: 1}\n", loss.Name)
	return b.String(), link
}
