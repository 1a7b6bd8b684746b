//go:build amd64 && !purego && unix

package runtime

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// TestGatherRows copies rows of all sizes around the registers between pages without access.
func TestGatherRows(t *testing.T) {
	if processorTier() == TierGeneric {
		t.Skip("NOT TESTED: this processor has no AVX2")
	}
	random := rand.New(rand.NewPCG(1, 3))
	for width := vectorBytes / 4; width < 110; width++ {
		for _, atEnd := range []bool{false, true} {
			const given = 7
			src, rows := guarded[float32](t, given*width, atEnd), make([]int, random.IntN(12))
			dst := guarded[float32](t, max(1, len(rows))*width, atEnd)
			for i := range src {
				src[i] = random.Float32()
			}
			var want []float32
			for n := range rows {
				rows[n] = random.IntN(given)
				want = append(want, src[rows[n]*width:][:width]...)
			}
			gatherRows(unsafe.Pointer(&dst[0]), unsafe.Pointer(&src[0]), rows, 4*width)
			if !slices.Equal(dst[:len(want)], want) {
				t.Fatalf("%d rows of %d: got %v, want %v", len(rows), width, dst[:len(want)], want)
			}
		}
	}
}

// TestCopiesWide checks which rows vector registers may copy.
func TestCopiesWide(t *testing.T) {
	onEveryTier(t, func(t *testing.T) {
		vector := tier != TierGeneric
		for _, test := range []struct {
			row  any
			got  bool
			want bool
		}{
			{[7]float32{}, copiesWide[[7]float32](), false}, {[8]float32{}, copiesWide[[8]float32](), vector},
			{[4]float64{}, copiesWide[[4]float64](), vector}, {[8]*float32{}, copiesWide[[8]*float32](), false},
			{[]float32{}, copiesWide[[]float32](), false}, {[9]string{}, copiesWide[[9]string](), false},
		} {
			if test.got != test.want {
				t.Errorf("%s: %v, want %v", fmt.Sprintf("%T", test.row), test.got, test.want)
			}
		}
	})
}
