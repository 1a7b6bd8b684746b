package runtime

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestShuffle compares the order with that of the standard library.
func TestShuffle(t *testing.T) {
	a, b := rand.NewPCG(1, 2), rand.New(rand.NewPCG(1, 2))
	for n := range 1500 {
		got, want := make([]int, n), make([]int, n)
		for i := range n {
			got[i], want[i] = i, i
		}
		shuffle(a, got)
		b.Shuffle(n, func(i, j int) { want[i], want[j] = want[j], want[i] })
		if !slices.Equal(got, want) {
			t.Fatalf("%d rows: got %v, want %v", n, got, want)
		}
	}
	// Numbers of which the first word is refused now and then.
	for range 1000 {
		const n = 3 << 62
		if got, want := below(a, n, a.Uint64()), b.Uint64N(n); got != want {
			t.Fatalf("got %d, want %d", got, want)
		}
	}
}
