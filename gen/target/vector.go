package target

// Vector is what a kind of machine has for vector code. It names no instructions: those are the printer's.
type Vector struct {
	Name string

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

	// Alignment is that of memory for which nothing crosses a cache line.
	Alignment int
}

// Lanes returns how many elements of the given size in bytes a vector register has.
func (v *Vector) Lanes(size int) int { return v.Bytes / size }
