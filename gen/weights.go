package gen

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/emit"
	"github.com/chainrule-go/chainrule/runtime"
)

// fits reports what keeps a weights file from being that of the network: it must hold its tensors, in its precision,
// and nothing else, and if it says for which spec it was trained, that must be this one, training apart. Name is that of the file, for the message.
func fits(n *emit.Network, name string, weights []byte) error {
	if n.Model.Precision == "float64" {
		return decodes[float64](n, name, weights)
	}
	return decodes[float32](n, name, weights)
}

func decodes[F runtime.Float](n *emit.Network, name string, weights []byte) error {
	tensors := n.Stored()
	last := tensors[len(tensors)-1]
	params := make([]F, last.Offset+last.Extent())
	notes, err := runtime.DecodeSafetensors(name, weights, params, tensors)
	if err != nil {
		return fmt.Errorf("%w; train again, or delete the file", err)
	}
	if of := notes["spec"]; of != "" && of != n.Model.NetworkHash() {
		return fmt.Errorf("%s: holds the weights of another network, or of this one before its spec changed; train again, or delete the file", name)
	}
	return nil
}
