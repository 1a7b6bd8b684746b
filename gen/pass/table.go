// Package pass turns graphs into graphs: it differentiates them, and it makes
// them smaller without changing what they compute.
//
// A pass never changes the graph it is given. Table lists them all in the order
// in which they run, and after each one the graph is verified.
package pass

import (
	"fmt"
	"slices"

	"github.com/chainrule-go/chainrule/gen/graph"
)

// Pass is a step from a graph to another one.
type Pass struct {
	Name     string
	Training bool // runs only where gradients are wanted
	Run      func(*graph.Graph) *graph.Graph
}

// Table lists the passes in their order.
var Table = []Pass{
	{Name: "differentiate", Training: true, Run: Differentiate},
	{Name: "fold", Run: Fold},
	{Name: "fuse", Run: Fuse},
	{Name: "dead", Run: Dead},
}

// order holds what Table must respect: the first before the second, because.
var order = []struct{ first, second, because string }{
	{"differentiate", "fold", "the chain rule multiplies by 1 and adds 0"},
	{"differentiate", "fuse", "a fused map hides a step of the chain rule"},
	{"fold", "fuse", "an identity between two maps of different layers would keep them apart"},
	{"fuse", "dead", "what is fused leaves its old node behind"},
}

func init() {
	if err := checkOrder(Table); err != nil {
		panic(err)
	}
}

// checkOrder reports which line of order a table breaks.
func checkOrder(table []Pass) error {
	at := func(name string) int {
		return slices.IndexFunc(table, func(p Pass) bool { return p.Name == name })
	}
	for _, o := range order {
		if first, second := at(o.first), at(o.second); first < 0 || second < first {
			return fmt.Errorf("pass: %s must come before %s: %s", o.first, o.second, o.because)
		}
	}
	return nil
}

// Run runs the passes of Table on g, those of training where that is asked
// for, and returns the last graph. An error is a mistake of the pass it names.
func Run(g *graph.Graph, training bool) (*graph.Graph, error) {
	if err := g.Verify(); err != nil {
		return nil, fmt.Errorf("before all passes: %w", err)
	}
	for _, p := range Table {
		if p.Training && !training {
			continue
		}
		g = p.Run(g)
		if err := g.Verify(); err != nil {
			return nil, fmt.Errorf("after pass %s: %w", p.Name, err)
		}
	}
	return g, nil
}
