package kernel

import (
	"slices"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// The operands of a function for one row, beside parameters and gradient.
const rowOutput, rowInput, rowTarget, rowOrder = "y", "x", "t", "order"

// JoinRow makes one function of those of a plan of lines, which work on a row one after the other, and of a link if there
// is one. What one hands to the next lies on the stack, each value at a multiple of align elements.
func JoinRow(name, summary string, p *schedule.Plan, funcs []*Func, align int) *Func {
	r := &rowPlaces{plan: p, scratch: &Array{Name: scratchName, Access: Scratch}, at: map[*graph.Value]int{}, result: p.Graph.Output}
	bases := []*Array{{Name: gradientName, Len: p.Len()}, nil, nil, nil, {Name: parametersName, Len: p.Len()}, nil, r.scratch}
	for _, f := range funcs {
		for _, a := range f.Arrays {
			if f.Result != "" || a.Value == nil {
				r.result = nil // the output of the network is handed on, to a loss or a link
			}
		}
	}
	for _, f := range funcs {
		for _, a := range f.Arrays {
			switch place := r.place(a); place.Of {
			case rowOutput:
				bases[1] = &Array{Name: rowOutput, Len: a.Len}
			case rowInput:
				bases[2] = &Array{Name: rowInput, Len: a.Len}
			case rowTarget:
				bases[3] = &Array{Name: rowTarget, Len: a.Len}
			case rowOrder:
				bases[5] = &Array{Name: rowOrder, Len: a.Len}
			case scratchName:
				if _, ok := r.at[a.Value]; !ok {
					r.at[a.Value] = r.scratch.Len
					r.scratch.Len += (a.Len + align - 1) / align * align
				}
			}
		}
	}
	bases = slices.DeleteFunc(bases, func(a *Array) bool { return a == nil })
	f := Join(name, summary, bases, funcs, r.place)
	f.Arrays = slices.DeleteFunc(f.Arrays, func(a *Array) bool { return a.Name == scratchName })
	if r.scratch.Len > 0 {
		f.Locals = []*Array{r.scratch}
	}
	return verified(f)
}

// rowPlaces knows where the values of a row lie.
type rowPlaces struct {
	plan    *schedule.Plan
	scratch *Array
	at      map[*graph.Value]int // in the scratch
	result  *graph.Value         // what the function sets; nil where that is no value of the network
}

func (r *rowPlaces) place(a *Array) Place {
	v := a.Value
	if v == nil {
		return Place{Of: a.Name} // of a link
	}
	if v == r.result {
		return Place{Of: rowOutput}
	}
	if q, ok := r.plan.Param(v); ok {
		return Place{parametersName, q.Offset}
	}
	if v.Of != nil {
		if q, ok := r.plan.Param(v.Of); ok {
			return Place{gradientName, q.Offset}
		}
	}
	switch {
	case v == r.plan.Graph.Input:
		return Place{Of: rowInput}
	case v.Role == graph.Target:
		return Place{Of: rowTarget}
	}
	return Place{scratchName, r.at[v]}
}
