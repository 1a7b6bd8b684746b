package gen

import (
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// Explanation says what a network computes, and how.
type Explanation struct {
	Parameters int `json:"parameters"`
	Forward    int `json:"forward_multiply_adds"` // of one row
	Step       int `json:"step_multiply_adds"`    // of one row: forward, backward and the gradients of the weights
}

// Explain derives what a network computes from its graph and its schedule, before anything is generated.
func Explain(m *spec.Model) (*Explanation, error) {
	plan, err := Plan(m)
	if err != nil {
		return nil, err
	}
	e := &Explanation{Parameters: plan.Len()}
	for _, g := range plan.Groups {
		e.Step += g.Terms
		if g.Phase == schedule.Forward {
			e.Forward += g.Terms
		}
	}
	return e, nil
}
