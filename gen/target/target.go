// Package target holds the tables of the machines that code is generated for: what fits into registers and caches, and
// the thresholds at which a schedule changes its form. Each number names the measurement that set it.
package target

// Target is one kind of machine.
type Target struct {
	Name string

	// Strict says that sums have the one order that all strict targets have: every sum begins with its first value, a bias
	// or zero, and takes its terms one after the other, rounded by themselves.
	Strict bool

	// UnrollTerms is the largest number of multiply-adds of one function that is written out line by line. Unrolled
	// code wins to about 400 (dense forward, Zen 4), and above 450 to 500 multiply-adds callees stop being inlined.
	UnrollTerms int
	// PackageTerms bounds the written-out multiply-adds of a whole network: 40–75 µs of compile time each.
	PackageTerms int
	// SideBySide is how many outputs a written-out sum advances at once: 8 sums and their operands fit 15 registers.
	SideBySide int

	// TileOutputs is the largest number of outputs of a register tile. With loop-carried sums 2·T+1 values are alive:
	// 7 outputs fill 15 registers, 8 spill (784→128: 16.8 µs against 21 µs).
	TileOutputs int
	// TileInputs is how many inputs a tile takes per turn, and LongInputs how many where there are at least LongFrom of
	// them (64→32: 362 ns with 4, 387 with 2; 16→16: 58 against 54).
	TileInputs, LongInputs, LongFrom int
	// FewOutputs is the number of outputs up to which the inputs are split over several sums instead, because one sum
	// per output would wait for the latency of each addition; Sums is how many sums there are in all.
	FewOutputs, Sums int

	// RowsPerPass is how many rows of a block one pass over dW takes: 0.20 ns per multiply-add against 0.93 for one.
	RowsPerPass int
	// WeightRows is how many rows of W one pass over dx takes: 0.19 ns per multiply-add against 0.80 for one.
	WeightRows int
	// Block is the number of rows whose activations are kept at once when a layer is too large to be written out.
	Block int

	// VectorLayers bounds the layers of a network that gets vector code: kernels are joined, a layer of relu takes 130 KB of
	// source and one of mish 370 KB. 12 layers 63→63 of gelu in float64 take 1.3 s to generate (Zen 5).
	VectorLayers int

	// Straight is the largest number of elements of an elementwise operation that is written out.
	Straight int
}

// Strictly returns the target with sums in the one order of all strict targets.
func (t Target) Strictly() Target {
	t.Strict, t.FewOutputs = true, 0
	return t
}

// Generic is portable Go, without vector registers: the thresholds hold for amd64 and are close on arm64.
var Generic = Target{
	Name:         "generic",
	UnrollTerms:  400,
	PackageTerms: 4096,
	SideBySide:   8,
	TileOutputs:  7,
	TileInputs:   2,
	LongInputs:   4,
	LongFrom:     32,
	FewOutputs:   4,
	Sums:         6,
	RowsPerPass:  4,
	WeightRows:   4,
	Block:        32,
	VectorLayers: 32,
	Straight:     16,
}
