package gen

import (
	"bytes"
	"fmt"

	"github.com/chainrule-go/chainrule/gen/emit"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
)

// Fits reports what keeps a weights file, of that name, from being one that the network of the spec can load: it must
// hold its tensors and nothing else, as training writes them for this spec; how it was trained does not matter.
func Fits(m *spec.Model, name string, weights []byte) error {
	n, err := storing(m)
	if err != nil {
		return err
	}
	if m.Precision == "float64" {
		return decodes[float64](n, name, weights)
	}
	return decodes[float32](n, name, weights)
}

// Weights returns what a weights file of the network holds, and its metadata.
func Weights(m *spec.Model) (tensors []runtime.Tensor, notes map[string]string, err error) {
	n, err := storing(m)
	if err != nil {
		return nil, nil, err
	}
	return n.Stored(), n.Notes(), nil
}

// storing is as much of a network as says what its weights file holds.
func storing(m *spec.Model) (*emit.Network, error) {
	plan, err := Plan(m)
	if err != nil {
		return nil, err
	}
	return &emit.Network{Model: m, Program: &kernel.Program{Plan: plan}}, nil
}

func decodes[F runtime.Float](n *emit.Network, name string, weights []byte) error {
	tensors := n.Stored()
	last := tensors[len(tensors)-1]
	params := make([]F, last.Offset+last.Extent())
	notes, err := runtime.DecodeSafetensors(name, weights, params, tensors)
	if err != nil {
		return err
	}
	if of := notes["spec"]; of != n.Model.NetworkHash() {
		return fmt.Errorf("%s: holds the weights of another network, or of this one before its spec changed", name)
	}
	ours := n.Notes()
	ours[runtime.TierKey] = notes[runtime.TierKey]
	written, err := runtime.EncodeSafetensors(params, tensors, ours)
	if err != nil {
		return err
	}
	if !bytes.Equal(weights, written) {
		return fmt.Errorf("%s: holds the right tensors, but not with the header that training writes", name)
	}
	return nil
}
