package amd64_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/pass/passtest"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
	"github.com/chainrule-go/chainrule/runtime"
	"github.com/chainrule-go/chainrule/runtime/peak"
)

var (
	shapes = flag.String("shapes", "7-5-3,64-32-10,784-128-10", "the networks of BenchmarkSections; 20r is 20 random ones")
	under  = flag.String("under", "", "a command that the timing program of a benchmark runs under, such as taskset -c 1")
)

// BenchmarkSections measures the sections of the training step of networks — the sums of the forward pass, dW, dx, the
// transposed copies, the loss — against the multiply-add peak of this CPU. It takes some seconds, whatever b.N.
func BenchmarkSections(b *testing.B) {
	var samples []*sample
	var titles []string
	for _, machine := range targets(b) {
		for _, shape := range networks(*shapes) {
			for _, f := range kernels(b, shape, machine) {
				for _, s := range sections(f) {
					s.Counts = fullBlock(machine)
					s.Name = fmt.Sprint(shape, " ", f.Name, ": ", s.Name)
					samples = append(samples, compiled(b, s, machine, vector.Float32, len(samples)))
					titles = append(titles, machine.Name)
				}
			}
		}
	}
	peaks := map[string]float64{}
	for tier := runtime.TierAVX2; tier <= runtime.VectorTier(); tier++ {
		peaks[tier.String()] = peak.Rate[float32](tier)
		fmt.Printf("%v: peak %.1f multiply-adds per ns\n", tier, peaks[tier.String()])
	}
	times := measure(b, samples)
	network, total, terms := "", 0.0, 0
	finish := func() {
		if network != "" {
			fmt.Printf("%-66s %9.1f ns  %5.1f %% of peak\n\n", network, total, 100*float64(terms)/total/peaks[network[:strings.Index(network, " ")]])
		}
		total, terms = 0, 0
	}
	for i, s := range samples {
		shape, _, _ := strings.Cut(s.Name, " ")
		if name := titles[i] + " " + shape; name != network {
			finish()
			network = name
		}
		total, terms = total+times[i], terms+s.Terms
		fmt.Printf("%-7s %-58s %9.1f ns", titles[i], s.Name, times[i])
		if s.Terms > 0 {
			fmt.Printf("  %5.1f %%", 100*float64(s.Terms)/times[i]/peaks[titles[i]])
		}
		fmt.Println()
	}
	finish()
}

// kernels returns the kernels of a step of SGD of a network.
func kernels(t testing.TB, shape string, machine *target.Vector) []*kernel.Func {
	g := passtest.Graph(t, networkSpec(shape), true)
	return slices.Concat(kernel.Lower(schedule.Activations(g, machine, 4, false), "").Funcs, kernel.Lower(schedule.Updates(g, machine, 4), "").Funcs)
}

// fullBlock is how often the loops of a block of as many rows as fit turn.
func fullBlock(machine *target.Vector) map[string]int {
	vectors := schedule.Samples / machine.Lanes(4)
	return map[string]int{schedule.Groups: vectors / machine.TileVectors, schedule.Vectors: vectors, schedule.Quads: schedule.Samples / 4}
}

// networks returns the shapes that a list names: widths with dashes, or a number of random ones.
func networks(list string) []string {
	var all []string
	for _, s := range strings.Split(list, ",") {
		n, err := strconv.Atoi(strings.TrimSuffix(s, "r"))
		if err != nil {
			all = append(all, s)
			continue
		}
		r := rand.New(rand.NewPCG(3, 1))
		for range n {
			widths := []string{fmt.Sprint(1 + r.IntN(300))}
			for range 2 + r.IntN(4) {
				widths = append(widths, fmt.Sprint(1+r.IntN(300)))
			}
			all = append(all, strings.Join(widths, "-"))
		}
	}
	return all
}

// networkSpec is the spec of a classifier of that shape; a small one has sigmoids.
func networkSpec(shape string) string {
	var b strings.Builder
	widths := strings.Split(shape, "-")
	activation := "relu"
	if len(shape) <= len("7-5-3") {
		activation = "sigmoid"
	}
	fmt.Fprintf(&b, "name: bench\ninput: {shape: [%s]}\nlayers:\n", widths[0])
	last := len(widths) - 1
	for _, w := range widths[1:last] {
		fmt.Fprintf(&b, "  - dense: {units: %s, activation: %s}\n", w, activation)
	}
	n, _ := strconv.Atoi(widths[last])
	output, loss := "targets: [y0", "mean_squared_error"
	if n > 1 {
		output, loss = "classes: [c0", "softmax_cross_entropy"
	}
	fmt.Fprintf(&b, "  - dense: {units: %s}\noutput: {%s", widths[last], output)
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, ", c%d", i)
	}
	fmt.Fprintf(&b, "]}\nloss: %s\n", loss)
	return b.String()
}

// sections cuts a kernel where its comments are, into kernels with the same operands.
func sections(f *kernel.Func) []vectortest.Case {
	var cases []vectortest.Case
	var names []kernel.Stmt // for operands, which later sections use too
	for _, s := range f.Body {
		switch s.(type) {
		case kernel.Cut, kernel.Alias:
			names = append(names, s)
		}
		if c, ok := s.(kernel.Comment); ok || len(cases) == 0 {
			section := *f
			section.Body = slices.Clone(names)
			cases = append(cases, vectortest.Case{Name: c.Text, Func: &section, Low: -0.2, High: 0.2})
		}
		last := &cases[len(cases)-1]
		last.Func.Body = append(last.Func.Body, s)
		if f.Result == "" {
			last.Terms += terms(s, 1)
		}
	}
	return slices.DeleteFunc(cases, func(c vectortest.Case) bool {
		return !slices.ContainsFunc(c.Func.Body, func(s kernel.Stmt) bool { return expensive(s) })
	})
}

// terms counts the multiply-adds of a statement that is executed some times, or in some lanes.
func terms(s kernel.Stmt, times int) int {
	n := 0
	switch s := s.(type) {
	case *kernel.Loop:
		times *= (s.To - s.From) / s.Step * max(1, s.Lanes) // a loop with an operand of turns ends where it ends at most
		for _, inner := range s.Body {
			n += terms(inner, times)
		}
	case kernel.Assign:
		if x, ok := s.X.(kernel.Binary); ok && s.Add && x.Op == '*' {
			n = times
		}
	}
	return n
}

// expensive tells whether a statement computes something.
func expensive(s kernel.Stmt) bool {
	switch s.(type) {
	case kernel.Comment, kernel.Blank, kernel.Cut, kernel.Alias:
		return false
	}
	return true
}
