package target

// Vector is what a kind of machine has for vector code. It names no instructions: those are the printer's.
type Vector struct {
	Name string

	// Strict is as that of Target: there is one order of sums, and no multiply-add.
	Strict bool

	// Bytes and Narrow are the sizes of the widest and of the narrowest vector register.
	Bytes, Narrow int
	// Registers is how many vector registers there are, Masks how many registers for masks; with 0 masks lie in vector
	// registers. Pointers is how many registers hold addresses and loop counters.
	Registers, Masks, Pointers int

	// SplatUses is how many instructions may each broadcast the same element as they read it from memory, before it is
	// worth a register; 0: instructions cannot do that.
	SplatUses int
	// Abreast is how many copies of an elementwise statement advance side by side, so that one chain of dependent
	// operations fills the latency of the others, and a constant is loaded once for all of them.
	Abreast int

	// TileRows and TileVectors are the register tile of sums of products: enough sums to fill the latency of the
	// multiply-adds, and two vectors, because with one the loads are the limit (AVX2: 3.52 µs with 6 × 2, 3.96 with 8 × 1;
	// 64-32-10, Zen 4. AVX-512: forward sums of 64-32-10 in 480 ns with 8 × 2, 494 with 6 × 2, 496 with 12 × 2, 512 with
	// 14 × 2; Zen 5).
	TileRows, TileVectors int
	// NarrowRows is the rows of a tile of one vector, for samples or inputs that fill no more. (AVX-512: dW of 18 → 194 in
	// 0.95, 0.89 and 0.89 µs with 14, 20 and 24, its last two inputs aside; a step of 8 rows of 784-128-10 in 21.9, 21.6 and
	// 22.1 µs; Zen 5.)
	NarrowRows int

	// Picks tells whether lanes of two registers can be put together in any order.
	Picks bool

	// Alignment is that of memory for which nothing crosses a cache line.
	Alignment int
}

// Strictly returns the target with sums in the one order of all strict targets. Beside the sums of a tile and the factors
// of all its vectors, and a mask, a product needs a register.
func (v Vector) Strictly() *Vector {
	v.Strict = true
	if v.TileRows*v.TileVectors+v.TileVectors+3 > v.Registers {
		v.TileRows--
	}
	return &v
}

// Lanes returns how many elements of the given size in bytes a vector register has.
func (v *Vector) Lanes(size int) int { return v.Bytes / size }
