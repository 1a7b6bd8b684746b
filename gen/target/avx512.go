package target

// AVX512 is amd64 with AVX-512 F, CD, BW, DQ and VL: Skylake-X, Ice Lake, Zen 4 and what came after them.
//
// SplatUses: a tile of 8 rows and 2 vectors takes 3.55 µs where each of its multiply-adds broadcasts the factor itself,
// and 3.82 µs where a register holds it (64-32-10, Zen 4).
var AVX512 = &Vector{
	Name:        "avx512",
	Bytes:       64,
	Narrow:      16,
	Registers:   32,
	Masks:       7,
	Pointers:    11,
	SplatUses:   2,
	TileRows:    8,
	TileVectors: 2,
	Abreast:     8,
	Alignment:   64,
}
