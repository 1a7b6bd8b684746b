package schedule

import (
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
)

// Param returns the place of a parameter; ok is false when v is none.
func (p *Plan) Param(v *graph.Value) (place Param, ok bool) {
	for _, q := range p.Params {
		if q.Value == v {
			return q, true
		}
	}
	return Param{}, false
}

// Order returns the letters of v's axes as they follow each other in memory, outermost first, without the sample axis.
// A parameter has the order of its place in the plan, and so has its gradient; everything else lies row by row.
func (p *Plan) Order(v *graph.Value) string {
	owner := v
	if v.Role == graph.Gradient && v.Of != nil {
		owner = v.Of
	}
	if q, ok := p.Param(owner); ok && q.Order != "" {
		return q.Order
	}
	return strings.ReplaceAll(graph.Letters(v.Axes), "n", "")
}

// Strides returns how far neighbours on each axis of v lie apart in memory; 0 for the sample axis.
func (p *Plan) Strides(v *graph.Value) []int {
	letters, order := graph.Letters(v.Axes), p.Order(v)
	strides := make([]int, len(v.Axes))
	next := 1
	for i := len(order) - 1; i >= 0; i-- {
		axis := strings.IndexByte(letters, order[i])
		strides[axis] = next
		next *= v.Axes[axis].Size
	}
	return strides
}
