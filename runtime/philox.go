package runtime

// Reference: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
// 1, 2, 3" (2011), and its library Random123.

// Philox returns the four random words of one block of a row, by Philox4x32-10.
// They are a function of the arguments alone, so the masks of dropout are the
// same for any order, block size or number of workers, and after a resume. Each
// seed, stream (below 2¹⁶), step (below 2⁴⁸), row and block has words of its own.
func Philox(seed uint64, stream uint32, step uint64, row, block uint32) [4]uint32 {
	w0, w1, w2, w3 := words(seed, stream, step, row, block)
	return [4]uint32{w0, w1, w2, w3}
}

// words is [Philox] without an array, which would pass through memory.
func words(seed uint64, stream uint32, step uint64, row, block uint32) (w0, w1, w2, w3 uint32) {
	return philox4x32(block, row, uint32(step), stream<<16|uint32(step>>32)&0xffff, uint32(seed), uint32(seed>>32))
}

// philox4x32 enciphers the counter c3 c2 c1 c0 with the key k1 k0 in ten rounds.
func philox4x32(c0, c1, c2, c3, k0, k1 uint32) (w0, w1, w2, w3 uint32) {
	for range 10 {
		p0 := 0xd2511f53 * uint64(c0)
		p1 := 0xcd9e8d57 * uint64(c2)
		c0, c1, c2, c3 = uint32(p1>>32)^c1^k0, uint32(p1), uint32(p0>>32)^c3^k1, uint32(p0)
		k0 += 0x9e3779b9 // the golden ratio
		k1 += 0xbb67ae85 // √3 - 1
	}
	return c0, c1, c2, c3
}

// Uniform32 returns the random numbers, in [0,1), of the elements 4·block to
// 4·block+3 of a row: multiples of 2⁻²⁴. Dropout drops an element whose number
// is below its rate.
func Uniform32(seed uint64, stream uint32, step uint64, row uint32, block int) [4]float32 {
	w0, w1, w2, w3 := words(seed, stream, step, row, uint32(block))
	return [4]float32{unit(w0), unit(w1), unit(w2), unit(w3)}
}

// Uniform64 returns the same numbers as [Uniform32].
func Uniform64(seed uint64, stream uint32, step uint64, row uint32, block int) [4]float64 {
	w0, w1, w2, w3 := words(seed, stream, step, row, uint32(block))
	return [4]float64{float64(unit(w0)), float64(unit(w1)), float64(unit(w2)), float64(unit(w3))}
}

// DropoutUniform returns the random number of one element of a row, as
// [Uniform32] does for four.
func DropoutUniform(seed uint64, stream uint32, step uint64, row, element uint32) float32 {
	return Uniform32(seed, stream, step, row, int(element/4))[element%4]
}

// unit returns the upper 24 bits of a word, as many as fit, as a number in [0,1).
func unit(word uint32) float32 { return float32(float32(word>>8) * 0x1p-24) }
