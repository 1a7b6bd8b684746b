package target

// AVX512 is amd64 with AVX-512 F, CD, BW, DQ and VL: Skylake-X, Ice Lake, Zen 4 and what came after them.
//
// SplatUses: a factor that both vectors of a tile multiply is loaded once. A tile of 8 rows and 2 vectors then has 10 loads
// for 16 multiply-adds, 99 % of the peak; 18 loads where each multiply-add broadcasts it itself, 86 % (forward sums of
// 64-32-10, Zen 5: two loads and two multiply-adds per cycle, as on Intel). Zen 4 starts one multiply-add of 512 bits per
// cycle and has loads to spare either way.
var AVX512 = &Vector{
	Name:        "avx512",
	Bytes:       64,
	Narrow:      16,
	Registers:   32,
	Masks:       7,
	Pointers:    11,
	SplatUses:   1,
	TileRows:    8,
	TileVectors: 2,
	NarrowRows:  20,
	Abreast:     8,
	Picks:       true,
	Alignment:   64,
}
