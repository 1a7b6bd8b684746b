package gen_test

import (
	"flag"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

var randomSeed = flag.Uint64("random", 1, "seed of the random networks")

// TestGradients compares what the compiled networks compute with the float64 interpreter of the graph.
func TestGradients(t *testing.T) {
	f := theFleet(t)
	for k, s := range f.subjects {
		tolerance := 1e-12
		if s.float32() {
			tolerance = 1e-5
		}
		o := f.outcomes[k]
		check := func(what string, got, want []float64) {
			if d := off(got, want); !(d <= tolerance) {
				t.Errorf("net %d: %s is off by %.3g, %d rows\n%s", k, what, d, s.env.Rows, s.text)
			}
		}
		check("loss", []float64{o.loss}, []float64{s.meanLoss(s.graph, s.want)})
		check("loss without dropout", []float64{o.calmLoss}, []float64{s.meanLoss(s.infer, s.calm)})
		check("output", o.output, s.calm.Of(s.infer.Output))
		check("prediction", o.prediction, s.predicted())
		for i, want := range s.gradient(s.want) {
			p := s.net.Program.Plan.Params[i]
			check("gradient of "+p.Value.Ref(), o.gradient[p.Offset:p.Offset+p.Len()], want)
		}
		if o.allocations+o.wrongStep+o.nanOutput+o.emptyGradient != 0 {
			t.Errorf("net %d: %g allocations, %g parameters that StepSGD set wrong, %g outputs that are numbers for an input that is none, "+
				"gradient of no rows wrong: %g\n%s", k, o.allocations, o.wrongStep, o.nanOutput, o.emptyGradient, s.text)
		}
	}
}

// TestInterpreted runs the kernels of random networks in float64 and compares them with the graph.
func TestInterpreted(t *testing.T) {
	f := theFleet(t)
	for k, s := range f.subjects {
		if k >= 200 {
			break
		}
		loss, values := new(kernel.Machine).Step(s.net.Program, s.env)
		if d := off([]float64{loss}, []float64{s.meanLoss(s.graph, s.want)}); d > 1e-12 {
			t.Errorf("loss is off by %g\n%s", d, s.text)
		}
		got := s.gradient(values)
		for i, want := range s.gradient(s.want) {
			if d := off(got[i], want); d > 1e-12 {
				t.Errorf("gradient of %s is off by %g\n%s", s.graph.Parameters()[i].Ref(), d, s.text)
			}
		}
	}
}
