package target

// AVX2 is amd64 with AVX2 and FMA: the Haswell of 2013 and what came after it.
//
// Abreast: exp over a long array takes 1.7 ns per 8 elements with 5 chains, 2.4 ns with one (Zen 4); each needs three
// registers. Of the 12 general registers that Go's calling
// convention leaves to assembly, 11 hold pointers and counters, one is scratch.
var AVX2 = &Vector{
	Name:        "avx2",
	Bytes:       32,
	Narrow:      16,
	Registers:   16,
	Masks:       0,
	Pointers:    11,
	TileRows:    6,
	TileVectors: 2,
	NarrowRows:  12,
	Abreast:     5,
	Alignment:   32,
}
