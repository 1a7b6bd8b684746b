//go:build !purego

package peak

import "github.com/chainrule-go/chainrule/runtime"

// multiplyAdd8 does turns × 12 times a = a·x + y, with 8 numbers of 32 bits, or 4 of 64, in each of 12 registers.
//
//go:noescape
func multiplyAdd8(turns int, x, y float32)

//go:noescape
func multiplyAdd4(turns int, x, y float64)

// multiplyAdd16 does the same with 16 numbers of 32 bits, or 8 of 64.
//
//go:noescape
func multiplyAdd16(turns int, x, y float32)

//go:noescape
func multiplyAdd8Wide(turns int, x, y float64)

// vector does turns × 12 instructions and returns how many elements of a size are in a register.
func vector(t runtime.Tier, elementBytes, turns int) (lanes int) {
	switch {
	case t == runtime.TierAVX512 && elementBytes == 4:
		multiplyAdd16(turns, 0.5, 0.5)
		return 16
	case t == runtime.TierAVX512:
		multiplyAdd8Wide(turns, 0.5, 0.5)
		return 8
	case elementBytes == 4:
		multiplyAdd8(turns, 0.5, 0.5)
		return 8
	}
	multiplyAdd4(turns, 0.5, 0.5)
	return 4
}
