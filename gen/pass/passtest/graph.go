// Package passtest makes graphs of specs for the tests of the stages behind.
package passtest

import (
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/layer"
	"github.com/chainrule-go/chainrule/gen/pass"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// Graph returns the graph of a spec behind all passes: of a training step, or without dropout and gradients.
func Graph(t testing.TB, text string, training bool) *graph.Graph {
	t.Helper()
	m, err := spec.Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	g, err := layer.Build(m, training)
	if err != nil {
		t.Fatal(err)
	}
	if g, err = pass.Run(g, training); err != nil {
		t.Fatal(err)
	}
	return g
}
