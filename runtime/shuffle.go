package runtime

import (
	"math/bits"
	"math/rand/v2"
)

// References:
//
//	Lemire, Fast random integer generation in an interval, ACM TOMACS 29, 2019.

// shuffle puts rows into a new order: the one of [rand.Rand.Shuffle], which takes
// twice as long, because it calls its source and swaps through interface and closure.
func shuffle(random *rand.PCG, rows []int) {
	for i := len(rows) - 1; i > 0; i-- {
		j := below(random, uint64(i+1))
		rows[i], rows[j] = rows[j], rows[i]
	}
}

// below returns a random number below n > 0.
func below(random *rand.PCG, n uint64) uint64 {
	if n&(n-1) == 0 {
		return random.Uint64() & (n - 1)
	}
	high, low := bits.Mul64(random.Uint64(), n)
	if low < n {
		for least := -n % n; low < least; {
			high, low = bits.Mul64(random.Uint64(), n)
		}
	}
	return high
}
