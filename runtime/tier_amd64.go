//go:build !purego

package runtime

// cpuid returns what the processor says of itself in a leaf.
func cpuid(leaf, sub uint32) (eax, ebx, ecx, edx uint32)

// xgetbv returns which registers the operating system saves.
func xgetbv() (eax, edx uint32)

// Bits of cpuid and xgetbv (Intel, Software Developer's Manual, volume 1, chapters 13 and 14).
const (
	leaf1FMA, leaf1OSXSAVE, leaf1AVX = 1 << 12, 1 << 27, 1 << 28
	leaf7AVX2                        = 1 << 5
	leaf7AVX512                      = 1<<16 | 1<<17 | 1<<28 | 1<<30 | 1<<31 // F, DQ, CD, BW, VL
	savesYMM, savesZMM               = 1<<1 | 1<<2, 1<<1 | 1<<2 | 1<<5 | 1<<6 | 1<<7
)

// processorTier returns the best tier that processor and operating system have.
func processorTier() Tier {
	if last, _, _, _ := cpuid(0, 0); last < 7 {
		return TierGeneric
	}
	_, _, ecx, _ := cpuid(1, 0)
	if needed := uint32(leaf1FMA | leaf1OSXSAVE | leaf1AVX); ecx&needed != needed {
		return TierGeneric
	}
	_, ebx, _, _ := cpuid(7, 0)
	saved, _ := xgetbv()
	switch {
	case saved&savesYMM != savesYMM || ebx&leaf7AVX2 == 0:
		return TierGeneric
	case saved&savesZMM != savesZMM || ebx&leaf7AVX512 != leaf7AVX512:
		return TierAVX2
	}
	return TierAVX512
}
