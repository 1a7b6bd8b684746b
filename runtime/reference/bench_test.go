package reference_test

import (
	"fmt"
	"testing"
)

// The sizes of the networks in the project's table of benchmarks; a step is one
// of 32 rows.
func Benchmark(b *testing.B) {
	for _, sizes := range [][]int{{7, 5, 3}, {64, 32, 10}, {784, 128, 10}} {
		n := chain("softmax_cross_entropy", "relu", sizes...)
		for i := range n.Params() {
			n.Params()[i] = float64(i*7%11-5) / 50
		}
		x, target := make([][]float64, 32), make([][]float64, 32)
		for r := range x {
			x[r], target[r] = make([]float64, sizes[0]), make([]float64, sizes[2])
			target[r][r%3] = 1
			for i := range x[r] {
				x[r][i] = float64((r*5+i*3)%7-3) / 4
			}
		}
		name := fmt.Sprintf("%d-%d-%d", sizes[0], sizes[1], sizes[2])
		b.Run("Forward/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n.Forward(x[0])
			}
		})
		b.Run("Step/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n.Step(x, target, 1e-3)
			}
		})
	}
}
