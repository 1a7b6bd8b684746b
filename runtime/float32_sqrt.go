package runtime

import "math"

// Sqrt32 returns √x, correctly rounded; it compiles to one instruction.
func Sqrt32(x float32) float32 {
	return float32(math.Sqrt(float64(x)))
}
