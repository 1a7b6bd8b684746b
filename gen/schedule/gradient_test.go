package schedule_test

import (
	"testing"

	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/target"
)

// TestPacked checks which gradients are made a register at a time, in the order of the parameters.
func TestPacked(t *testing.T) {
	strict := *target.AVX512
	strict.Strict = true
	tests := []struct {
		machine *target.Vector
		bytes   int
		layers  []string
		group   string
		packed  int
	}{
		{target.AVX512, 4, []string{"dense: {units: 8}", "dense: {units: 3}"}, "dense1Update", 16}, // 64 gradients
		{target.AVX512, 4, []string{"dense: {units: 9}", "dense: {units: 3}"}, "dense1Update", 0},  // 72
		{target.AVX512, 4, []string{"dense: {units: 9}", "dense: {units: 3}"}, "dense2Update", 0},  // 9 inputs are read row by row
		{target.AVX512, 8, []string{"dense: {units: 5}", "dense: {units: 3}"}, "dense2Update", 8},
		{target.AVX2, 4, []string{"dense: {units: 6}", "dense: {units: 3}"}, "dense2Update", 8},
		{target.AVX2, 8, []string{"dense: {units: 3}", "dense: {units: 3}"}, "dense2Update", 0}, // 4 sums at a time wait for each other
		{&strict, 4, []string{"dense: {units: 5}", "dense: {units: 3}"}, "dense1Update", 0},
	}
	for _, test := range tests {
		p := schedule.Updates(planOf(t, test.layers...).Graph, test.machine, test.bytes)
		if got := groupOf(p, test.group).Packed; got != test.packed {
			t.Errorf("%v, elements of %d bytes on %s: %s packs %d, want %d", test.layers, test.bytes, test.machine.Name, test.group, got, test.packed)
		}
	}
}
