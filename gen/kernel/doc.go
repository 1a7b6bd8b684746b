package kernel

import (
	"fmt"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// summary says in one sentence what the function sets and what it adds to.
func (l *lowering) summary() string {
	var sets, adds, given []string
	overwritten := ""
	for _, a := range l.f.Arrays {
		switch {
		case l.group.Packed > 0 && a.Access == InPlace:
			sets = append(sets, l.packedSummary())
		case l.addable(a.Value) && a.Access == InPlace:
			sets = append(sets, fmt.Sprintf("%s = %s(%s) + ∂L/∂%s", a.Name, Keep, a.Name, display(a.Value.Of.Name)))
		case a.Access == Added:
			adds = append(adds, fmt.Sprintf("∂L/∂%s to %s", display(a.Value.Of.Name), a.Name))
		case a.Access == Set && a.Value.Role == graph.Gradient:
			of := a.Name[1:]
			if a.Value.Of != nil && a.Value.Of.Layer != l.group.Layer && a.Value.Of.Name == "z" {
				of = "z of the layer before" // whose activation's derivative is in it
			}
			sets = append(sets, fmt.Sprintf("%s = ∂L/∂%s", a.Name, of))
		case a.Access == InPlace || a.Value.Role == graph.Gradient:
			given = append(given, fmt.Sprintf("%s = ∂L/∂%s", a.Name, a.Name[1:]))
			if a.Access == InPlace {
				overwritten = fmt.Sprintf(" It overwrites %s with dz = ∂L/∂z.", a.Name)
			}
		}
	}
	if l.plan.Columns && l.plan.Strict && l.group.Phase == schedule.Loss {
		sets = append([]string{"L, the losses of a block"}, sets...)
		return "sets " + strings.Join(sets, " and ") + map[bool]string{true: ", times factor and scale"}[len(sets) > 1] + "."
	}
	if len(sets)+len(adds) == 0 || l.f.Result != "" {
		return l.forwardSummary(sets)
	}
	var parts []string
	if len(sets) > 0 {
		parts = append(parts, "sets "+strings.Join(sets, " and "))
	}
	if len(adds) > 0 {
		parts = append(parts, "adds "+strings.Join(adds, " and "))
	}
	return strings.Join(parts, " and ") + ", given " + strings.Join(given, " and ") + "." + overwritten
}

// forwardSummary says what a forward function or a loss sets.
func (l *lowering) forwardSummary(gradients []string) string {
	if l.f.Result != "" && l.plan.Columns {
		return "returns the sum of the losses of a block, each times its scale, and sets " + strings.Join(gradients, " and ") + ", times factor and scale."
	}
	if l.f.Result != "" && l.plan.Lines {
		return "returns the loss of one row and sets " + strings.Join(gradients, " and ") + ", times factor."
	}
	if l.f.Result != "" {
		return "returns the loss of one row and sets " + strings.Join(gradients, " and ") +
			", multiplied by scale = 1/rows: the gradient of the mean loss."
	}
	var sets []string
	for _, s := range l.group.Stages {
		if s.Node.Outs[0].Role == graph.Noise {
			continue
		}
		out, right := l.local(s.Node.Outs[0]), l.matrix(s.Node)
		if s.Epilogue != nil && !s.KeepSum {
			op := s.Epilogue.Op.(graph.Map)
			out, right = l.local(s.Epilogue.Outs[0]), camel(op.Func)+"("+right+")"
		} else if s.Epilogue != nil {
			sets = append(sets, out+" = "+right)
			out, right = l.local(s.Epilogue.Outs[0]), l.matrix(s.Epilogue)
		}
		sets = append(sets, out+" = "+right)
	}
	return "sets " + strings.Join(sets, " and ") + "."
}

// matrix is the right side of an op's equation without indices, for a summary.
func (l *lowering) matrix(n *graph.Node) string {
	switch op := n.Op.(type) {
	case graph.Contract:
		if len(n.Args) == 3 {
			return "W·x + b"
		}
		return "W·x"
	case graph.Map:
		if op.Func != "" {
			return camel(op.Func) + "(" + l.local(n.Args[0]) + ")"
		}
	}
	_, right, _ := strings.Cut(l.equation(n), " = ")
	return strings.NewReplacer("[o]", "", "[i]", "").Replace(right)
}
