package runtime

// What is said of parameters that no single tier has trained, in place of its name.
const (
	TrainedStrict  = "strict"  // every tier has the same bits
	TrainedMixed   = "mixed"   // begun on one tier and resumed on another
	TrainedUnknown = "unknown" // nothing is known: of an import
)

// Tier returns the tier whose bits a training of the network has on this processor, or [TrainedStrict].
func (n *Network[F, X, T]) Tier() string {
	if n.Strict {
		return TrainedStrict
	}
	return VectorTier().String()
}
