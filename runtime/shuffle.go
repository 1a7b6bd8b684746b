package runtime

import (
	"math/bits"
	"math/rand/v2"
)

// References:
//
//	Lemire, Fast random integer generation in an interval, ACM TOMACS 29, 2019.

// shuffle puts rows into a new order: the one of [rand.Rand.Shuffle], which takes
// twice as long, because it calls its source and swaps through interface and
// closure.
func shuffle(random *rand.PCG, rows []int) {
	for i := len(rows) - 1; i > 0; i-- {
		n := uint64(i + 1)
		first := random.Uint64()
		j, low := bits.Mul64(first, n)
		if low < n || n&(n-1) == 0 {
			j = below(random, n, first)
		}
		rows[i], rows[j] = rows[j], rows[i]
	}
}

// below returns a random number below n > 0, made of a first number of 64 bits.
func below(random *rand.PCG, n, first uint64) uint64 {
	if n&(n-1) == 0 {
		return first & (n - 1)
	}
	high, low := bits.Mul64(first, n)
	for least := -n % n; low < least; {
		high, low = bits.Mul64(random.Uint64(), n)
	}
	return high
}
