package amd64_test

import (
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
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

var blockNetworks = flag.Int("blocks", 12, "of how many random networks TestBlocks runs what works on a block of rows")

// TestBlocks runs what works on a block of rows of random networks, as it is called — activations with their gradients, the
// losses alone, the gradients of the parameters, set and added to, and the outputs — interpreted and assembled, with all
// operands against guard pages: wide kernels of every number of registers, and narrow ones; whole and cut into parts. Where
// rows fill their registers, there are no more of them, as callers hand them over.
func TestBlocks(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(12, 4))
	var samples []*sample
	for k := range *blockNetworks {
		text := blockSpec(r, k)
		e := []vector.Element{vector.Float32, vector.Float32, vector.Float64}[k%3]
		for _, machine := range targets(t) {
			for _, c := range blockCases(t, text, machine, e, k) {
				s := compiled(t, c, machine, e, len(samples))
				for i, x := range s.ops.Arrays["t"] {
					s.ops.Arrays["t"][i] = math.Floor(x)
				}
				samples = append(samples, s)
			}
		}
	}
	short, repeated := 0, 0
	for _, s := range samples {
		if s.Rows > 0 && s.Rows < schedule.Samples && slices.ContainsFunc(s.Func.Arrays, func(a *kernel.Array) bool { return a.Row > 0 }) {
			short++
		}
		if s.Func.Repeat.All > 0 {
			repeated++
		}
	}
	if short == 0 || repeated == 0 {
		t.Errorf("%d kernels have fewer rows, %d are repeated; want some of either", short, repeated)
	}
	check := func(s *sample, name string, got kernel.Operands, result float64) {
		want, wantResult := s.wanted()
		if err := s.Compare(s.element, 256, got, want, result, wantResult); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i, s := range samples {
		if i%4 == 0 { // interpreting takes longer
			got := vectortest.Clone(s.ops)
			check(s, s.Name+" interpreted", got, s.kernel.Func.Run(got))
		}
	}
	runAll(t, samples, check)
}

// blockCases returns the functions for a block of a network, each with as many rows as the turn says.
func blockCases(t *testing.T, text string, machine *target.Vector, e vector.Element, turn int) []vectortest.Case {
	g, calm := passtest.Graph(t, text, true), passtest.Graph(t, text, false)
	size := int(e)
	lanes := machine.Lanes(size)
	wide := kernel.Lower(schedule.Activations(g, machine, size, false), "")
	newBlocks := func(p *kernel.Program) *kernel.Blocks {
		b := kernel.NewBlocks(p, 64/size)
		if turn%3 == 1 {
			b.MaxTerms, b.MaxPart = 4000, 3000
		}
		return b
	}
	blocks := newBlocks(wide)
	activations := blocks.Join("activations", "", wide)
	kernel.ReturnAfterLoss(activations)
	losses := kernel.Lower(schedule.Losses(calm, machine, size), "")
	outputs := kernel.Lower(schedule.Outputs(calm, machine, size), "")
	var cases []vectortest.Case
	add := func(funcs []*kernel.Func, rows, backward int) {
		groups := (rows + machine.TileVectors*lanes - 1) / (machine.TileVectors * lanes)
		counts := map[string]int{schedule.Groups: groups, schedule.Vectors: groups * machine.TileVectors, schedule.Quads: (rows + 3) / 4, kernel.Backward: backward}
		if rows <= lanes {
			counts[schedule.Vectors] = 1
		}
		counts[schedule.More] = counts[schedule.Vectors] - 1
		given := 0
		if rows == counts[schedule.Vectors]*lanes {
			given = rows
		}
		for _, f := range funcs {
			if most := f.Repeat.All; most > 0 {
				counts = maps.Clone(counts)
				counts[kernel.FirstTurn] = turn % most
				counts[kernel.SomeTurns] = min(f.Repeat.Most, most-turn%most)
			}
			name := fmt.Sprintf("%s: %s of %d rows, backward %d", g.Name, f.Name, rows, backward)
			own := map[string][2]float64{"scale": {0, 0.1}, "t": {0, max(4, float64(schedule.Size(g.Output)))}}
			cases = append(cases, vectortest.Case{Name: name, Func: f, Counts: counts, Rows: given, Low: -1, High: 1, Own: own})
		}
	}
	many, few := lanes+1+turn*7%(schedule.Samples-lanes), 1+turn%lanes
	if turn%2 == 1 {
		many, few = machine.TileVectors*lanes, lanes
	}
	add(activations, many, 1)
	add(activations, schedule.Samples, 0)
	add(blocks.Join("narrow", "", kernel.Lower(schedule.Activations(g, machine, size, true), "")), few, 1)
	add(blocks.Join("gradients", "", kernel.Lower(schedule.Updates(g, machine, size), "")), many, 1)
	add(blocks.Join("few_gradients", "", kernel.Lower(schedule.Updates(g, machine, size), "")), few, 1)
	add(newBlocks(losses).Join("losses", "", losses), many, 1)
	add(newBlocks(outputs).Join("outputs", "", outputs), schedule.Samples, 1)
	return cases
}

// blockSpec draws a network of widths around the tiles. Losses take turns, the rest is drawn.
func blockSpec(r *rand.Rand, k int) string {
	loss := expr.Losses[k%len(expr.Losses)]
	inputs, units, outputs := 50, 40, 24
	if k%4 == 1 {
		inputs, units, outputs = 8, 6, 4 // so few that their gradients are packed
	}
	var b strings.Builder
	fmt.Fprintf(&b, "name: net%d\nprecision: float32\ninput: {shape: [%d]}\nlayers:\n", k, 1+r.IntN(inputs))
	for range 1 + r.IntN(2) {
		fmt.Fprintf(&b, "  - dense: {units: %d, activation: %s, bias: %v}\n", 1+r.IntN(units), expr.Activations[r.IntN(len(expr.Activations))].Name, r.IntN(4) > 0)
		if r.IntN(4) == 0 {
			b.WriteString("  - dropout: 0.3\n")
		}
	}
	output, n := "targets", 2+r.IntN(outputs)
	if loss.Name == "softmax_cross_entropy" || loss.Name == "binary_cross_entropy" && n == 2 {
		output = "classes"
	}
	if loss.Name == "softmax_cross_entropy" && k >= len(expr.Losses) {
		n = 300 // so many that a class is two bytes
	}
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("c%d", i)
	}
	last := n
	if output == "classes" && loss.Name == "binary_cross_entropy" {
		last = 1
	}
	fmt.Fprintf(&b, "  - dense: {units: %d}\noutput: {%s: [%s]}\nloss: %s\ntrain: {optimizer: {sgd: {learning_rate: 0.1}}, batch: 8, epochs: 1}\n",
		last, output, strings.Join(names, ", "), loss.Name)
	return b.String()
}
