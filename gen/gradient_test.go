package gen_test

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/kernel"
)

var (
	randomSeed = flag.Uint64("random", 1, "seed of the random networks")
	long       = flag.Bool("long", false, "a thousand random networks of every kind; gen/TESTING.md says how long that takes")
	budget     = flag.Duration("budget", time.Hour, "no further networks are compiled after this time")
)

// TestGradients compares what the compiled networks compute, in every tier, with the float64 interpreter of the graph.
func TestGradients(t *testing.T) {
	t.Parallel()
	f := theFleet(t)
	for tier, outcomes := range f.tiers {
		t.Run(tier.String(), func(t *testing.T) { f.compare(t, outcomes) })
	}
}

// compare compares what the code of one tier computed with the graph.
func (f *fleet) compare(t *testing.T, outcomes []outcome) {
	worst := map[string]float64{}
	for k, s := range f.subjects {
		o, tolerance := outcomes[k], 1e-12
		if s.float32() {
			tolerance = 1e-5
		}
		check := func(what string, got, want []float64) {
			d := off(got, want)
			worst[s.model.Precision] = max(worst[s.model.Precision], d)
			if !(d <= tolerance) {
				t.Errorf("net %d: %s is off by %.3g, %d rows\n%s", k, what, d, s.env.Rows, s.text)
			}
		}
		check("loss", []float64{o.loss}, []float64{s.meanLoss(s.graph, s.want)})
		check("loss without dropout", []float64{o.calmLoss}, []float64{s.meanLoss(s.infer, s.calm)})
		check("output", o.output, s.calm.Of(s.infer.Output))
		check("prediction", o.prediction, s.predicted())
		for i, want := range s.gradient(s.want) {
			check("gradient of "+s.graph.Parameters()[i].Ref(), o.gradient[i], want)
		}
		for i := 0; i < len(o.masked); i += 2 {
			if d := math.Abs(o.masked[i] - f.outcomes[k].masked[i]); !(d <= tolerance*o.masked[i+1]+1e-30) {
				t.Errorf("net %d: a sum over the gradient of %d rows is off by %.3g of %.3g\n%s", k, i/2+1, d, o.masked[i+1], s.text)
			}
		}
		if o.flaws != (flaws{}) {
			t.Errorf("net %d: %v\n%s", k, o.flaws, s.text)
		}
	}
	t.Logf("%d networks, off by at most %.2g (float32) and %.2g (float64) of the largest element of a tensor", len(f.subjects), worst["float32"], worst["float64"])
}

// flaws counts what is wrong with the compiled code of a network beside its numbers.
type flaws struct {
	allocations float64 // of Gradients, Loss, StepSGD and Forward
	step        float64 // parameters that StepSGD does not set to p − rate·g
	numbers     float64 // outputs that are numbers although an input is none
	rest        float64 // elements of gradients, of no rows or of what is not trained, that are not 0
	misaligned  float64 // fields of a new Work for vector code that do not begin a cache line
	sizes       float64 // numbers of rows with which the gradient or StepSGD is wrong
	moved       float64 // outputs that are others where they take the place of the inputs
	folded      float64 // outputs that Fold changes
}

func (f flaws) String() string {
	return fmt.Sprintf("%g allocations, %g parameters that StepSGD sets wrong, %g outputs that are numbers although an input is none, %g elements of gradients that should be 0, %g batch sizes wrong, %g fields not aligned, %g outputs wrong in the place of inputs, %g changed by Fold",
		f.allocations, f.step, f.numbers, f.rest, f.sizes, f.misaligned, f.moved, f.folded)
}

// TestInterpreted runs the kernels in float64, whatever the precision of their network, and compares them with the graph.
func TestInterpreted(t *testing.T) {
	t.Parallel()
	f := theFleet(t)
	for k, s := range f.subjects {
		if s.terms() > mostTerms {
			continue
		}
		loss, values := new(kernel.Machine).Step(s.net.Program, s.env)
		if d := off([]float64{loss}, []float64{s.meanLoss(s.graph, s.want)}); !(d <= 1e-12) {
			t.Errorf("net %d: loss is off by %g\n%s", k, d, s.text)
		}
		got := s.gradient(values)
		for i, want := range s.gradient(s.want) {
			if d := off(got[i], want); !(d <= 1e-12) {
				t.Errorf("net %d: gradient of %s is off by %g\n%s", k, s.graph.Parameters()[i].Ref(), d, s.text)
			}
		}
	}
}

// TestFleet checks that the random networks have every activation, every loss and every kind of code.
func TestFleet(t *testing.T) {
	t.Parallel()
	f := theFleet(t)
	met := map[string]int{}
	numbers, zeros := 0, 0
	for _, s := range f.subjects {
		if s.kinks == nil && !s.exact {
			numbers += len(s.calm.Of(s.infer.Output))
			for _, y := range s.calm.Of(s.infer.Output) {
				if y == 0 {
					zeros++
				}
			}
		}
		met[fmt.Sprintf("%d layers", len(s.model.Layers))]++
		met[fmt.Sprintf("%d rows", s.env.Rows)]++
		met[fmt.Sprintf("width %d", count(s.graph.Input))]++
		met[fmt.Sprintf("width %d", count(s.graph.Output))]++
		met[s.model.Precision]++
		met[s.model.Loss.Name]++
		for _, l := range s.model.Layers {
			switch {
			case l.Activation != nil:
				met[l.Activation.Name]++
			case l.Dense != nil:
				met[l.Dense.Activation.Name]++
			}
		}
		for _, g := range s.net.Program.Plan.Groups {
			met[fmt.Sprintf("%v %v", g.Form, g.Phase)]++
		}
		if s.random() {
			met["dropout"]++
		}
		if s.model.Weighted() {
			met["weights of rows"]++
		}
		if s.model.Loss.Params["label_smoothing"] > 0 {
			met["label smoothing"]++
		}
		d := s.driver()
		for what, is := range map[string]bool{
			"normalized inputs": d.In, "folded inputs": d.First, "normalized targets": d.Out, "folded targets": d.Last,
			"outputs in place of inputs": d.InPlace, "no class": d.Classes && slices.Contains(s.env.Leaves["t"], float64(len(s.model.Output.Classes))),
		} {
			if is {
				met[what]++
			}
		}
		if s.net.Program.Plan.Block > 1 && s.env.Rows > s.net.Program.Plan.Block {
			met["several blocks"]++
		}
	}
	for _, what := range wanted() {
		if met[what] == 0 {
			t.Errorf("no network has %s", what)
		}
	}
	if 10*zeros > 3*numbers {
		t.Errorf("%d of %d outputs are zero: to compare them says little", zeros, numbers)
	}
	t.Log(met)
	t.Logf("%d outputs, %d of them zero", numbers, zeros)
}

// wanted names what the networks must have between them.
func wanted() []string {
	want := append(expr.ActivationNames(), expr.LossNames()...)
	want = append(want, "float32", "float64", "dropout", "weights of rows", "label smoothing", "unrolled forward", "tiled forward", "unrolled backward", "tiled backward")
	if !testing.Short() {
		want = append(want, "normalized inputs", "folded inputs", "normalized targets", "folded targets", "outputs in place of inputs", "no class", "several blocks", "unrolled loss", "tiled loss")
		for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9} {
			want = append(want, fmt.Sprintf("%d rows", n))
		}
		for _, n := range []int{1, 2, 3, 4, 5} {
			want = append(want, fmt.Sprintf("%d layers", n))
		}
		for _, n := range []int{1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65} {
			want = append(want, fmt.Sprintf("width %d", n))
		}
	}
	return want
}
