package gen

import (
	"github.com/chainrule-go/chainrule/gen/emit"
	"github.com/chainrule-go/chainrule/runtime"
)

// fits reports what keeps a weights file from being that of the network: it must hold its tensors, in its precision,
// and nothing else. Name is that of the file, for the message.
func fits(n *emit.Network, name string, weights []byte) error {
	if n.Model.Precision == "float64" {
		return decodes[float64](n, name, weights)
	}
	return decodes[float32](n, name, weights)
}

func decodes[F runtime.Float](n *emit.Network, name string, weights []byte) error {
	params := make([]F, n.Program.Plan.Len())
	_, err := runtime.DecodeSafetensors(name, weights, params, n.Tensors())
	return err
}
