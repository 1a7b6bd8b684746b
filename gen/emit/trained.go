package emit

import (
	"strconv"
	"strings"

	"github.com/chainrule-go/chainrule/runtime"
)

// Notes is the metadata of a weights file: for which network it is.
func (n *Network) Notes() map[string]string {
	return map[string]string{"network": n.Model.Name, "spec": n.Model.NetworkHash()}
}

// WeightsHeader is what a weights file begins with, as constants of Go: before and after checksum and tier, and the bytes of these.
func (w *wiring) WeightsHeader() (header struct {
	Before, After string
	Gap           int
}, err error) {
	before, after, err := w.header()
	// A line for each tensor; its names are those of layers, without quotes.
	after = strings.ReplaceAll(strconv.Quote(after), `},\"`, "},\" +\n\t\t\"\\\"")
	header.Before, header.After, header.Gap = strconv.QuoteToASCII(before), after, runtime.HeaderGap
	return header, err
}

// header returns the header of the runtime.
func (w *wiring) header() (before, after string, err error) {
	var tensors []runtime.Tensor
	params := 0
	for _, t := range w.Stored {
		tensors = append(tensors, t.Tensor)
		params = t.Tensor.Offset + t.Len()
	}
	if w.Float == "float64" {
		return runtime.SafetensorsHeader[float64](params, tensors, w.Notes)
	}
	return runtime.SafetensorsHeader[float32](params, tensors, w.Notes)
}
