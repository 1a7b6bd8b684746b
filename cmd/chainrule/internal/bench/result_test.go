package bench

import (
	"math"
	"testing"

	"github.com/chainrule-go/chainrule/runtime"
)

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		numbers []float64
		want    float64
	}{
		{[]float64{7}, 7},
		{[]float64{9, 1, 5}, 5},
		{[]float64{4, 1, 2, 100}, 3},
	} {
		given := append([]float64{}, test.numbers...)
		if got := median(given); got != test.want {
			t.Errorf("median of %v is %v, want %v", test.numbers, got, test.want)
		}
		for i, v := range given {
			if v != test.numbers[i] {
				t.Errorf("median has reordered %v", test.numbers)
			}
		}
	}
}

// TestMedianRatio halves the clock from one round to the next: the ratio stays.
func TestMedianRatio(t *testing.T) {
	if got := medianRatio([]float64{10, 20, 40}, []float64{5, 10, 20}); got != 2 {
		t.Errorf("ratio is %v, want 2", got)
	}
	if got := medianRatio([]float64{10, 20, 30}, []float64{10, 5, 10}); got != 3 {
		t.Errorf("ratio is %v, want 3", got)
	}
}

// TestAdd gives three rounds of a call of 8 rows, in the last of which everything is twice as slow.
func TestAdd(t *testing.T) {
	all := []contestant{&generated{tier: runtime.TierGeneric}, &generated{tier: runtime.TierAVX2}, &referenceNetwork{}, &peer{title: "C"}, &peer{title: "PyTorch"}}
	var rounds []round
	for _, slow := range []float64{1, 1, 2} {
		rounds = append(rounds, round{100 / slow, []sample{{800 * slow, 0}, {80 * slow, 0}, {8000 * slow, 3}, {160 * slow, 0}, {}}})
	}
	r := &Result{Forward: 50, Step: 200}
	r.add(Call{Name: "step", Rows: 8, step: true}, all, rounds)
	r.add(Call{Name: "forward", Rows: 8}, all[:1], []round{{100, []sample{{80, 0}}}})
	if r.Peak != 100 {
		t.Errorf("peak is %v, want 100", r.Peak)
	}
	if len(r.Measurements) != 5 {
		t.Fatalf("%d measurements, want 5: PyTorch has no such call", len(r.Measurements))
	}
	m := r.Measurements[1]
	if m.Call != "step" || m.Rows != 8 || m.By != "avx2" || m.Nanoseconds != 10 || m.MultiplyAdds != 20 {
		t.Errorf("measurement of avx2 is %+v", m)
	}
	if math.Abs(m.OfPeak-0.2) > 1e-12 || *m.Allocs != 0 {
		t.Errorf("share of the peak is %v and there are %v allocations, want 0.2 and 0", m.OfPeak, *m.Allocs)
	}
	for other, want := range map[string]float64{"generic": 10, "reference": 100, "C": 2} {
		if got := m.SpeedUp[other]; math.Abs(got-want) > 1e-9 {
			t.Errorf("speed-up over %s is %v, want %v", other, got, want)
		}
	}
	if m := r.Measurements[2]; m.SpeedUp != nil || *m.Allocs != 3 {
		t.Errorf("measurement of the reference is %+v, want no speed-up and 3 allocations", m)
	}
	if m := r.Measurements[3]; m.Allocs != nil {
		t.Errorf("C has %v allocations, want none counted", *m.Allocs)
	}
	if m := r.Measurements[4]; m.MultiplyAdds != 5 {
		t.Errorf("forward pass makes %v multiply-adds per ns, want 5", m.MultiplyAdds)
	}
}
