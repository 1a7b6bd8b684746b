package target_test

import (
	"testing"

	"github.com/chainrule-go/chainrule/gen/target"
)

// TestGeneric checks what the thresholds assume of each other.
func TestGeneric(t *testing.T) {
	g := target.Generic
	const registers = 15 // of amd64; the 16th holds a zero
	for _, test := range []struct {
		what string
		ok   bool
	}{
		{"a tile and its operands fit the registers: 2·T+1", 2*g.TileOutputs+1 <= registers},
		{"a tile is no wider than written-out sums side by side", g.TileOutputs <= g.SideBySide},
		{"interleaved sums are no more than sums side by side", g.Sums <= g.SideBySide},
		{"every network with few outputs has several sums", g.FewOutputs < g.Sums},
		{"a function fits a package", g.UnrollTerms <= g.PackageTerms},
		{"passes fit a block", g.RowsPerPass <= g.Block},
		{"long rows take more inputs per turn", g.LongInputs >= g.TileInputs && g.LongFrom >= g.LongInputs},
	} {
		if !test.ok {
			t.Errorf("does not hold: %s in %+v", test.what, g)
		}
	}
}
