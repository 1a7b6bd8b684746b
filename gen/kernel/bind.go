package kernel

import (
	"sort"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// bind finds the operands of the function: what the group reads and nobody in it computes, and what it computes that
// does not stay in registers.
func (l *lowering) bind() {
	inner := map[*graph.Value]bool{}
	var values []*graph.Value
	for _, s := range l.group.Stages {
		args := s.Node.Args
		if c, ok := s.Node.Op.(graph.Contract); ok && l.plan.Columns && summedSamples(c) {
			if s.Nest.ReadsRows() {
				l.columnArray(args[1], true, Read)
			}
			if !s.Nest.ReadsColumns() {
				args = args[:1]
			}
		}
		values = append(values, args...)
		values = append(values, s.Node.Outs...)
		if s.Epilogue != nil {
			inner[s.Node.Outs[0]] = !s.KeepSum
			values = append(append(values, s.Epilogue.Args...), s.Epilogue.Outs...)
		}
		if s.Resident || s.InPlace || s.Node.Outs[0].Role == graph.Noise {
			inner[s.Node.Outs[0]] = true
		}
	}
	for _, v := range values {
		switch {
		case inner[v] || l.lossInner(v):
		case l.addable(v) && l.group.Packed > 0:
			l.bindPacked()
		case l.addable(v):
			l.bindSum(v)
		case l.plan.Lines && l.bindLine(v):
		case l.plan.Columns:
			l.columnArray(v, false, l.access(v))
		case v.Role == graph.Target && len(v.Axes) == 1:
			l.scalar("target", Class)
		case v.Role == graph.Scale:
			l.scalar("scale", Float)
		default:
			l.array(v)
		}
	}
	if l.plan.Columns && l.group.Phase == schedule.Loss {
		if l.f.Array("scale") != nil {
			l.scalar(factorName, Float) // of the gradients
		}
		if l.plan.Strict {
			l.columnArray(l.plan.Graph.Loss, false, Set)
		} else {
			l.columnArray(l.plan.Graph.Scale, false, Read) // of the sum of the losses
		}
	}
	if l.random() != nil {
		l.f.Scalars = append(l.f.Scalars, Scalar{"seed", Seed}, Scalar{"step", Seed}, Scalar{"row", Row})
	}
	sort.SliceStable(l.f.Arrays, func(i, j int) bool { return argRank(l.f.Arrays[i]) < argRank(l.f.Arrays[j]) })
	sort.SliceStable(l.f.Scalars, func(i, j int) bool {
		return l.f.Scalars[i].Kind > l.f.Scalars[j].Kind && l.f.Scalars[j].Name == "scale"
	})
}

// lossInner tells whether a value of the loss group is an intermediate result.
func (l *lowering) lossInner(v *graph.Value) bool {
	return l.group.Phase == schedule.Loss && v.Layer == "loss"
}

func (l *lowering) scalar(name string, kind ScalarKind) {
	for _, s := range l.f.Scalars {
		if s.Name == name {
			return
		}
	}
	l.f.Scalars = append(l.f.Scalars, Scalar{name, kind})
}

func (l *lowering) array(v *graph.Value) {
	name := l.local(v)
	if l.f.Array(name) != nil {
		return
	}
	a := &Array{Name: name, Len: schedule.Size(v), Access: l.access(v), Value: v}
	for _, axis := range v.Axes {
		if axis.Size == 0 {
			a.Rows = !l.group.PerRow
		}
	}
	a.Layout = l.plan.Order(v)
	for _, letter := range a.Layout {
		a.Dims = append(a.Dims, v.Axes[strings.IndexRune(graph.Letters(v.Axes), letter)].Size)
	}
	l.f.Arrays = append(l.f.Arrays, a)
}

// access tells what the group does with a value.
func (l *lowering) access(v *graph.Value) Access {
	for _, s := range l.group.Stages {
		for _, out := range append(outs(s.Epilogue), s.Node.Outs...) {
			if out != v {
				continue
			}
			if v.Role == graph.Gradient && v.Of != nil && v.Of.IsParameter() && !l.plan.Lines && !l.plan.Columns {
				return Added
			}
			return Set
		}
		if s.InPlace && s.Node.Args[0] == v {
			return InPlace
		}
	}
	return Read
}

func outs(n *graph.Node) []*graph.Value {
	if n == nil {
		return nil
	}
	return append([]*graph.Value(nil), n.Outs...)
}

// argRank orders arguments as copy does: results, then what they are made of, then parameters.
func argRank(a *Array) int {
	order := []string{"dw", "db", "dy", "dz", "y", "m", "z", "x", "t", "w", "b"}
	for i, name := range order {
		if a.Name == name {
			if a.Access == Set {
				return i - 100
			}
			return i
		}
	}
	return len(order) - 200*int(min(a.Access, 1)) // dx comes first
}

// equation prints what an op computes, in the names of this function.
func (l *lowering) equation(n *graph.Node) string {
	eq := n.Op.Equation(func(v *graph.Value) string { return display(l.local(v)) }, n.Outs, n.Args)
	if l.group.PerRow {
		eq = strings.NewReplacer("[n]", "", "[n,", "[", "Σₙ ", "").Replace(eq)
	}
	switch out := n.Outs[0]; {
	case l.addable(out):
		eq = sumEquation(eq)
	case out.Of != nil && out.Of.IsParameter():
		eq = strings.Replace(eq, " = ", " += ", 1)
	}
	return eq
}

// display writes a matrix as mathematics does: W, dW.
func display(name string) string {
	switch name {
	case "w":
		return "W"
	case "dw":
		return "dW"
	}
	return name
}
