// Package bench measures a generated network on every tier of this processor, beside the reference, the multiply-add peak
// and, if wanted, the same network in C and PyTorch: all of them in turn, on one core where the system allows it.
package bench

import (
	"context"
	"time"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trial"
	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
	"github.com/chainrule-go/chainrule/runtime/peak"
)

// Options says what to measure, and how long.
type Options struct {
	Tiers   []runtime.Tier
	Rounds  int
	Time    time.Duration // of one measurement
	C       bool          // compare with C
	PyTorch bool          // compare with PyTorch

	Measured func(done int) // is told how many of the Calls have been measured; may be nil
}

// Call is what is measured: a row of the table.
type Call struct {
	Name string
	Rows int // samples per call

	benchmark string // of the generated training package
	reference string // the benchmark of the reference that does the same; "": none
	peer      string // what C and PyTorch call it; "": they have none
	step      bool   // counts the multiply-adds of a step, not of a forward pass
}

// Calls is how many calls are measured.
const Calls = 8

// calls are measured in this order.
var calls = [Calls]Call{
	{"forward", 1, "Forward", "ReferenceForward", "forward", false},
	{"forward", 256, "ForwardBatch", "ReferenceForwardBatch", "forward", false},
	{"predict", 1, "Predict", "", "predict", false},
	{"step", 1, "Step/1", "ReferenceStep/1", "step", true},
	{"step", 8, "Step/8", "ReferenceStep/8", "step", true},
	{"step", 32, "Step/32", "ReferenceStep/32", "step", true},
	{"step", 256, "Step/256", "ReferenceStep/256", "step", true},
	{"gradients", 32, "Gradients/32", "ReferenceGradients/32", "", true},
}

// contestant is one of those that are compared.
type contestant interface {
	// name is how the table calls it.
	name() string
	// measure calls for about that long and returns the time of one call; ok is false if it has no such call.
	measure(ctx context.Context, c Call, d time.Duration) (s sample, ok bool, err error)
}

// sample is one measurement.
type sample struct {
	ns     float64 // of one call
	allocs float64 // in one call; not counted outside of Go
}

// Run measures a network; source is the name of its spec's file.
func Run(ctx context.Context, m *spec.Model, source string, o Options) (*Result, error) {
	work, err := gen.Explain(m)
	if err != nil {
		return nil, err
	}
	program, err := trial.BuildBenchmarks(ctx, m, source)
	if err != nil {
		return nil, err
	}
	defer program.Close()
	var all []contestant
	for _, t := range o.Tiers {
		all = append(all, &generated{program, t})
	}
	all = append(all, &referenceNetwork{program})
	peers, notes, err := peersOf(ctx, m, o)
	if err != nil {
		return nil, err
	}
	for _, p := range peers {
		defer p.close()
		all = append(all, p)
	}

	core, unpin := pin()
	defer unpin()
	r := newResult(m, work, o)
	r.Core, r.Go, r.Notes = core, program.GoVersion(), notes
	for _, c := range all {
		r.Contestants = append(r.Contestants, c.name())
	}
	peakRate := peak.Rate[float32]
	if m.Precision == "float64" {
		peakRate = peak.Rate[float64]
	}
	for i, c := range calls {
		rounds, err := compare(ctx, all, c, o, peakRate)
		if err != nil {
			return nil, err
		}
		r.add(c, all, rounds)
		if o.Measured != nil {
			o.Measured(i + 1)
		}
	}
	return r, nil
}

// round is one measurement of every contestant, and of the peak just before.
type round struct {
	peak    float64  // multiply-adds per nanosecond
	samples []sample // by contestant; zero if it has no such call
}

// compare measures a call with every contestant in turn, as often as there are rounds; each round begins with another.
func compare(ctx context.Context, all []contestant, c Call, o Options, peakRate func(runtime.Tier) float64) ([]round, error) {
	rounds := make([]round, o.Rounds)
	for i := range rounds {
		rounds[i] = round{peakRate(runtime.VectorTier()), make([]sample, len(all))}
		for k := range all {
			at := (i + k) % len(all)
			s, ok, err := all[at].measure(ctx, c, o.Time)
			if err != nil {
				return nil, err
			}
			if ok {
				rounds[i].samples[at] = s
			}
		}
	}
	return rounds, nil
}
