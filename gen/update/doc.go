// Package update makes the kernels of package runtime that pass over the flat parameters of a network, or over a part of
// them, of any length: the updates of the optimizers and what clipping needs. Each is one entry of a table, a formula for
// one element; the portable Go code and the vector code are printed from the same statements, and have the same bits,
// because vector code rounds every product, too: such passes wait for memory, not for multiplications.
package update

//go:generate go run ./write ../../runtime
