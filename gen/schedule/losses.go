package schedule

import (
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/target"
)

// Losses schedules a graph without gradients for vector registers, as [Activations] does: forward and the losses.
func Losses(g *graph.Graph, t *target.Vector, elementBytes int) *Plan {
	c := columns{target: t, lanes: t.Lanes(elementBytes), rows: t.TileRows, vectors: t.TileVectors}
	return c.plan(g, func(Stage) bool { return true })
}
