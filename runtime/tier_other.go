//go:build !amd64 || purego

package runtime

// processorTier returns the only tier that this build has.
func processorTier() Tier { return TierGeneric }
