package kernel

import (
	"fmt"
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
	first := l.group.Stages[0].Node.Outs[0]
	size := 0
	for _, s := range l.group.Stages {
		v := s.Node.Outs[0]
		size += schedule.Size(v)
		if l.offset(v) < l.offset(first) {
			first = v
		}
	}
	l.f.Arrays = append(l.f.Arrays, &Array{Name: gradientName, Len: size, Access: InPlace, Value: first, Dims: []int{size}})
	l.scalar(Keep, Float)
}

// offset returns where the gradient of a parameter lies.
func (l *lowering) offset(gradient *graph.Value) int {
	q, _ := l.plan.Param(gradient.Of)
	return q.Offset
}

// packedSums writes the gradients of the parameters of a layer.
func (l *lowering) packedSums() {
	for _, s := range l.group.Stages {
		l.add(Comment{l.equation(s.Node)})
	}
	all := make([]packedSum, l.f.Array(gradientName).Len)
	first := l.offset(l.f.Array(gradientName).Value)
	for _, s := range l.group.Stages {
		l.packStage(all[l.offset(s.Node.Outs[0])-first:], s.Node)
	}
	for from := 0; from < len(all); from += l.group.Packed {
		l.packedRegister(all[from:min(from+l.group.Packed, len(all))], from)
	}
}

// packStage fills in the gradients of one parameter array.
func (l *lowering) packStage(sums []packedSum, n *graph.Node) {
	var sub string
	switch op := n.Op.(type) {
	case graph.Contract:
		sub = op.Sub
	case graph.Reduce:
		sub = op.Sub
	}
	ins, out := schedule.Subscripts(sub)
	strides := l.plan.Strides(n.Outs[0])
	for k, letters := range ins {
		axis := strings.IndexByte(out, without(letters, 'n')[0])
		for e := range schedule.Size(n.Outs[0]) {
			element := e / strides[axis] % n.Outs[0].Axes[axis].Size
			sums[e].factors = append(sums[e].factors, packedFactor{l.local(n.Args[k]), element})
		}
	}
}

// packedRegister writes a register of gradients, from a position on.
func (l *lowering) packedRegister(sums []packedSum, from int) {
	uses := map[packedFactor]int{}
	for _, s := range sums {
		for _, f := range s.factors {
			uses[f]++
		}
	}
	shared := func(f packedFactor) bool { return uses[f] > 1 && len(sums)+len(uses) < 2*l.group.Packed }
	suffix := ""
	if from > 0 {
		suffix = fmt.Sprint("_", from/l.group.Packed)
	}
	name := func(k int) string { return fmt.Sprint(l.f.Array(gradientName).Name, from+k) }
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
