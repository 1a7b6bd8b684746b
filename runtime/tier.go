package runtime

import "os"

// Tier is a kind of vector code. Generated packages choose one when they are loaded.
type Tier int

// The tiers, from what runs everywhere to what needs the newest processors.
const (
	TierGeneric Tier = iota // portable Go
	TierAVX2                // amd64 with AVX2 and FMA
	TierAVX512              // amd64 with AVX-512 F, CD, BW, DQ and VL
)

// TierVariable is the environment variable that lowers the tier: generic, avx2 or avx512. It is for tests and for
// finding out whether vector code is to blame; a tier that the processor lacks is not taken.
const TierVariable = "CHAINRULE_TIER"

// String returns the name by which TierVariable asks for the tier.
func (t Tier) String() string { return [...]string{"generic", "avx2", "avx512"}[t] }

// VectorTier returns the best tier that the processor and the operating system have, or the lower one that
// TierVariable asks for.
func VectorTier() Tier {
	tier := processorTier()
	for t := TierGeneric; t < tier; t++ {
		if os.Getenv(TierVariable) == t.String() {
			return t
		}
	}
	return tier
}
