package bench

import (
	"fmt"
	"slices"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
)

// Result is what was measured of one network.
type Result struct {
	Network      string        `json:"network"`
	Shape        string        `json:"shape"` // 64-32-10
	Precision    string        `json:"precision"`
	Parameters   int           `json:"parameters"`
	Forward      int           `json:"forward_multiply_adds"` // of one sample
	Step         int           `json:"step_multiply_adds"`
	Processor    string        `json:"processor"`
	Core         string        `json:"core"` // which one, or why none
	Go           string        `json:"go"`
	Widest       string        `json:"widest_tier"`
	Peak         float64       `json:"peak"` // multiply-adds per nanosecond on the widest tier
	Rounds       int           `json:"rounds"`
	Milliseconds float64       `json:"milliseconds"` // of one measurement
	Contestants  []string      `json:"contestants"`
	Notes        []string      `json:"notes,omitempty"`
	Measurements []Measurement `json:"measurements"`

	peaks []float64
}

// Measurement is one call by one contestant. Numbers are medians over the rounds; ratios are medians of the ratios within
// the rounds.
type Measurement struct {
	Call         string             `json:"call"`
	Rows         int                `json:"rows"`
	By           string             `json:"by"`
	Nanoseconds  float64            `json:"ns_per_sample"`
	MultiplyAdds float64            `json:"multiply_adds_per_ns"`
	OfPeak       float64            `json:"of_peak"`
	Allocs       *float64           `json:"allocs,omitempty"`        // per call; unknown outside of Go
	SpeedUp      map[string]float64 `json:"speed_up_over,omitempty"` // of a tier, over other contestants
}

// newResult returns a result without measurements.
func newResult(m *spec.Model, work *gen.Explanation, o Options) *Result {
	r := &Result{
		Network: m.Name, Precision: m.Precision, Parameters: work.Parameters, Forward: work.Forward, Step: work.Step,
		Processor: processor(), Widest: runtime.VectorTier().String(),
		Rounds: o.Rounds, Milliseconds: float64(o.Time.Microseconds()) / 1000,
		Shape: fmt.Sprint(m.Input.Size),
	}
	for _, l := range m.Layers {
		if l.Dense != nil {
			r.Shape += fmt.Sprint("-", l.Out)
		}
	}
	return r
}

// add adds the rounds of one call.
func (r *Result) add(c Call, all []contestant, rounds []round) {
	work := r.Forward
	if c.step {
		work = r.Step
	}
	of := func(k int) []float64 { // nanoseconds per sample
		ns := make([]float64, len(rounds))
		for i := range rounds {
			ns[i] = rounds[i].samples[k].ns / float64(c.Rows)
		}
		return ns
	}
	peaks := make([]float64, len(rounds)) // as nanoseconds per sample
	for i := range rounds {
		r.peaks = append(r.peaks, rounds[i].peak)
		peaks[i] = float64(work) / rounds[i].peak
	}
	r.Peak = median(r.peaks)
	for k, by := range all {
		ns := of(k)
		if ns[0] == 0 {
			continue
		}
		m := Measurement{
			Call: c.Name, Rows: c.Rows, By: by.name(), Nanoseconds: median(ns),
			MultiplyAdds: float64(work) / median(ns), OfPeak: medianRatio(peaks, ns),
		}
		if _, ok := by.(*peer); !ok {
			allocs := make([]float64, len(rounds))
			for i := range rounds {
				allocs[i] = rounds[i].samples[k].allocs
			}
			most := slices.Max(allocs)
			m.Allocs = &most
		}
		if _, ok := by.(*generated); ok {
			m.SpeedUp = map[string]float64{}
			for other, contestant := range all {
				if theirs := of(other); other != k && theirs[0] != 0 {
					m.SpeedUp[contestant.name()] = medianRatio(theirs, ns)
				}
			}
		}
		r.Measurements = append(r.Measurements, m)
	}
}

// median returns the middle number, or the mean of the two in the middle.
func median(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// medianRatio returns the median of a[i]/b[i]: what changes from round to round, as the clock of the processor does, is the
// same for both.
func medianRatio(a, b []float64) float64 {
	ratios := make([]float64, len(a))
	for i := range a {
		ratios[i] = a[i] / b[i]
	}
	return median(ratios)
}
