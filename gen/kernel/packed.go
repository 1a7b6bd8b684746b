package kernel

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// The gradients of the parameters of a small layer are sums over the samples, which are in lanes. They are made one register
// after the other, in the order of the parameters in memory: first the terms of the first vector of samples, which every
// block has, then those of the others; the lanes of all sums are added up at once.

// packedSum is the gradient of one parameter: of a weight the sum of products, of a bias that of one factor.
type packedSum struct{ factors []packedFactor }

// packedFactor is an element of an activation or of its gradient, of the samples of a block.
type packedFactor struct {
	array   string
	element int
}

// name names the register of a factor.
func (f packedFactor) name(suffix string) string { return fmt.Sprint(f.array, f.element, suffix) }

// at returns where the factor lies for the samples from the first one or from the variable on.
func (f packedFactor) at(samples Index) Load {
	return Load{f.array, samples.Plus(f.element * schedule.Samples)}
}

// bindPacked adds the operand of the gradients of all parameters of a layer.
func (l *lowering) bindPacked() {
	if l.f.Array(gradientName) != nil {
		return
	}
	size := 0
	for _, n := range l.packedNodes() {
		size += schedule.Size(n.Outs[0])
	}
	first := l.packedNodes()[0].Outs[0]
	l.f.Arrays = append(l.f.Arrays, &Array{Name: gradientName, Len: size, Access: InPlace, Value: first, Dims: []int{size}})
	l.scalar(Keep, Float)
}

// packedNodes returns the ops of the group in the order of the parameters.
func (l *lowering) packedNodes() []*graph.Node {
	var nodes []*graph.Node
	for _, s := range l.group.Stages {
		nodes = append(nodes, s.Node)
	}
	slices.SortFunc(nodes, func(a, b *graph.Node) int { return l.offset(a.Outs[0]) - l.offset(b.Outs[0]) })
	return nodes
}

// packedSummary says what the function sets.
func (l *lowering) packedSummary() string {
	var names []string
	for _, n := range l.packedNodes() {
		names = append(names, "∂L/∂"+display(n.Outs[0].Of.Name))
	}
	text := fmt.Sprintf("%s = %s(%s) + ", gradientName, Keep, gradientName)
	if len(names) == 1 {
		return text + names[0]
	}
	return text + "(" + strings.Join(names, ", ") + "), one behind the other"
}

// offset returns where the gradient of a parameter lies.
func (l *lowering) offset(gradient *graph.Value) int {
	q, _ := l.plan.Param(gradient.Of)
	return q.Offset
}

// packedSums writes the gradients of the parameters of a layer.
func (l *lowering) packedSums() {
	var equations []string
	var all []packedSum
	for _, n := range l.packedNodes() {
		equations = append(equations, l.equation(n))
		all = append(all, l.packedOf(n)...)
	}
	l.add(Comment{strings.Join(equations, "; ")})
	for from := 0; from < len(all); from += l.group.Packed {
		l.packedRegister(all[from:min(from+l.group.Packed, len(all))], from)
	}
}

// packedOf returns the gradients of one parameter array.
func (l *lowering) packedOf(n *graph.Node) []packedSum {
	var sub string
	switch op := n.Op.(type) {
	case graph.Contract:
		sub = op.Sub
	case graph.Reduce:
		sub = op.Sub
	}
	ins, out := schedule.Subscripts(sub)
	strides := l.plan.Strides(n.Outs[0])
	sums := make([]packedSum, schedule.Size(n.Outs[0]))
	for k, letters := range ins {
		axis := strings.IndexByte(out, without(letters, 'n')[0])
		for e := range sums {
			element := e / strides[axis] % n.Outs[0].Axes[axis].Size
			sums[e].factors = append(sums[e].factors, packedFactor{l.local(n.Args[k]), element})
		}
	}
	return sums
}

// packedRegister writes a register of gradients, from a position on.
func (l *lowering) packedRegister(sums []packedSum, from int) {
	uses, several := map[packedFactor]int{}, 0
	for _, s := range sums {
		for _, f := range s.factors {
			if uses[f]++; uses[f] == 2 {
				several++
			}
		}
	}
	shared := func(f packedFactor) bool { return uses[f] > 1 && len(sums)+several < l.plan.Registers }
	suffix := "" // of what this register alone reads: kept for the next one, it would take a place in the loop
	if from > 0 {
		suffix = fmt.Sprint("_", from/l.group.Packed)
	}
	name := func(k int) string { return fmt.Sprint(gradientName, from+k) }
	l.packedTerms(sums, Lanes(0, l.plan.Lanes), shared, suffix, func(k int, term Expr) { l.set(name(k), term) })
	loop := &Loop{Var: "n", From: l.plan.Lanes, To: schedule.Samples, Step: l.plan.Lanes, Lanes: l.plan.Lanes, Turns: schedule.More}
	l.within(&loop.Body, func() {
		l.packedTerms(sums, At(0).Times("n", 1), shared, "n", func(k int, term Expr) { l.add(Assign{Name: name(k), X: term, Add: true}) })
	})
	l.add(loop)
	keeps := l.everyLane(keepsName, Keep)
	for k := range sums {
		at := At(from + k)
		old := Apply{elementary(Keep), []Expr{Var{keeps}, Load{gradientName, at}}}
		l.add(Store{Of: gradientName, At: at, X: Binary{'+', old, LaneSum{Var{name(k)}}}})
	}
}

// packedTerms writes one term of each sum. What several of them read is loaded once.
func (l *lowering) packedTerms(sums []packedSum, samples Index, shared func(packedFactor) bool, suffix string, write func(k int, term Expr)) {
	load := func(f packedFactor) Expr {
		if !shared(f) {
			return f.at(samples)
		}
		l.once("packed "+f.name(suffix), f.name(suffix), Let{f.name(suffix), f.at(samples)})
		return Var{f.name(suffix)}
	}
	for k, s := range sums {
		term := load(s.factors[0])
		if len(s.factors) > 1 {
			term = Binary{'*', term, load(s.factors[1])}
		}
		write(k, term)
	}
}
