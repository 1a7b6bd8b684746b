package kernel

import (
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// In a plan of columns the samples of a block lie next to each other, x[i,n], and in lanes. What dW reads row by row has
// a transposed copy, which the functions of the forward phase make: xRows of x.

// rowsSuffix marks the copy of an operand that lies row by row.
const rowsSuffix = "Rows"

// column describes a value with its samples next to each other. The scale is one number per sample: 1/rows, or 0 for
// the samples that a block lacks.
func (l *lowering) column(v *graph.Value, letters string) operand {
	o := operand{name: l.local(v), letters: letters, strides: map[byte]int{}, size: map[byte]int{}}
	if v.Role == graph.Scale {
		o.letters = "n"
	}
	stride := 1
	if strings.Contains(o.letters, "n") {
		o.strides['n'], o.size['n'], stride = 1, schedule.Samples, schedule.Samples
	}
	for i, s := range l.plan.Strides(v) {
		if letters[i] != 'n' {
			o.strides[letters[i]], o.size[letters[i]] = s*stride, v.Axes[i].Size
		}
	}
	return o
}

// rowsOf describes the copy of an activation that lies row by row.
func (l *lowering) rowsOf(v *graph.Value, letters string) operand {
	o := operand{name: l.local(v) + rowsSuffix, letters: letters, strides: map[byte]int{}, size: map[byte]int{}}
	for i, s := range l.plan.Strides(v) {
		o.strides[letters[i]], o.size[letters[i]] = s, v.Axes[i].Size
	}
	o.strides['n'], o.size['n'] = schedule.Size(v), schedule.Samples
	return o
}

// columnArray adds the operand of a value in a plan of columns, or of its copy row by row.
func (l *lowering) columnArray(v *graph.Value, rows bool, access Access) {
	a := &Array{Name: l.local(v), Len: schedule.Size(v), Access: access, Value: v}
	if rows {
		a.Name += rowsSuffix
	}
	if l.f.Array(a.Name) != nil {
		return
	}
	if n := l.crossEntropyNode(); n != nil && v.Role == graph.Target {
		v = n.Args[0] // a class is a row of weights, too, all of which are 0 but one
		a.Len = schedule.Size(v)
	}
	sampled := v.Role == graph.Scale
	for _, axis := range v.Axes {
		if axis.Size == 0 {
			sampled = true
		} else {
			a.Dims = append(a.Dims, axis.Size)
		}
	}
	if sampled {
		a.Len *= schedule.Samples
		if a.Dims = append(a.Dims, schedule.Samples); rows {
			a.Dims = append([]int{schedule.Samples}, a.Dims[:len(a.Dims)-1]...)
		}
	}
	l.f.Arrays = append(l.f.Arrays, a)
}

// fusedParameter returns the parameter that is updated in place of storing v, its gradient; nil where v is stored.
func (l *lowering) fusedParameter(v *graph.Value) *graph.Value {
	if l.plan.Fused && v.Of != nil && v.Of.Role == graph.Parameter {
		return v.Of
	}
	return nil
}

// update makes a nest subtract rate times its sums from a parameter.
func (l *lowering) update(n *nest, parameter *graph.Value) {
	o := l.operand(parameter, graph.Letters(parameter.Axes))
	n.stores = []operand{o}
	n.sum.finish = func(c copyOf, x Expr) {
		of, at := n.address(o, c)
		n.add(Store{Of: of, At: at, X: Binary{'-', Load{of, at}, Binary{'*', Var{"rate"}, x}}})
	}
}

// readByWeights tells whether the gradient of a weight reads v, row by row.
func (l *lowering) readByWeights(v *graph.Value) bool {
	for _, n := range l.plan.Graph.Readers()[v] {
		if c, ok := n.Op.(graph.Contract); ok && summedSamples(c) {
			return true
		}
	}
	return false
}

// summedSamples tells whether a contraction sums over the samples: dW.
func summedSamples(c graph.Contract) bool {
	_, out := schedule.Subscripts(c.Sub)
	return !strings.Contains(out, "n")
}

// turnInput writes, where the group is the first to read the input, its transposed copy: the input comes row by row.
func (l *lowering) turnInput() {
	x := l.plan.Graph.Input
	for _, s := range l.group.Stages {
		for _, a := range s.Node.Args {
			if a == x && l.group.Phase == schedule.Forward {
				l.columnArray(x, true, Read)
				l.f.Array(l.local(x)).Access = Set
				l.turn(l.local(x), l.local(x)+rowsSuffix, schedule.Samples, schedule.Size(x))
				return
			}
		}
	}
}

// turnOutputs writes the copies of what the group computes that are read row by row.
func (l *lowering) turnOutputs() {
	for _, s := range l.group.Stages {
		for _, v := range append(outs(s.Epilogue), s.Node.Outs...) {
			if l.group.Phase == schedule.Forward && l.readByWeights(v) {
				l.columnArray(v, true, Set)
				l.turn(l.local(v)+rowsSuffix, l.local(v), schedule.Size(v), schedule.Samples)
			}
		}
	}
}

// turn writes dst = srcᵀ, src with the given rows and columns.
func (l *lowering) turn(dst, src string, rows, cols int) {
	l.add(Comment{dst + " = " + src + ", transposed"})
	l.add(Transpose{Dst: dst, Src: src, Rows: rows, Cols: cols, DstStride: rows, SrcStride: cols})
}

// columnLoss writes the losses of a block, one sample per lane, and the gradients of the output. The result is the sum
// of the losses, each times its scale.
func (l *lowering) columnLoss() {
	l.f.Result = "loss"
	loop := &Loop{Var: "n", From: 0, To: schedule.Samples, Step: l.plan.Lanes, Lanes: l.plan.Lanes}
	for _, s := range l.group.Stages {
		l.add(Comment{l.equation(s.Node)})
	}
	l.within(&loop.Body, func() {
		if n := l.crossEntropyNode(); n != nil {
			l.columnCrossEntropy(schedule.Size(n.Args[0]))
		} else {
			l.columnElements()
		}
		weighted := Binary{'*', Var{"L"}, Load{"scale", lane(0)}}
		l.add(Assign{Name: "loss", X: LaneSum{weighted}, Add: true})
	})
	l.add(loop)
}

func (l *lowering) crossEntropyNode() *graph.Node {
	for _, s := range l.group.Stages {
		if _, ok := s.Node.Op.(graph.SoftmaxCrossEntropy); ok {
			return s.Node
		}
	}
	return nil
}

// lane is the position of output o of the samples in lanes.
func lane(o int) Index { return Index{Const: o * schedule.Samples}.Times("n", 1) }

// overOutputs runs f for the outputs from first on, in a loop.
func (l *lowering) overOutputs(first, size int, f func(at Index)) {
	loop := &Loop{Var: "o", From: first, To: size, Step: 1}
	l.within(&loop.Body, func() { f(Index{}.Times("o", schedule.Samples).Times("n", 1)) })
	if first < size {
		l.add(loop)
	}
}

// columnCrossEntropy writes the softmax cross-entropy of the samples in lanes. The target is a row of weights, one-hot
// for a class.
func (l *lowering) columnCrossEntropy(size int) {
	l.add(Comment{"m = maxₒ z[o], so that no exponential overflows"})
	l.set("m", Load{"z", lane(0)})
	l.overOutputs(1, size, func(at Index) { l.set("m", Apply{elementary("max"), []Expr{Var{"m"}, Load{"z", at}}}) })
	l.add(Comment{"dz[o] = exp(z[o] − m), s = Σₒ dz[o], w = Σₒ t[o], q = Σₒ t[o]·z[o]"})
	for _, name := range []string{"s", "w", "q"} {
		l.set(name, Num{0})
	}
	l.overOutputs(0, size, func(at Index) {
		l.set("e", Apply{elementary("exp"), []Expr{Binary{'-', Load{"z", at}, Var{"m"}}}})
		l.add(Store{Of: "dz", At: at, X: Var{"e"}})
		l.add(Assign{Name: "s", X: Var{"e"}, Add: true})
		l.add(Assign{Name: "w", X: Load{"t", at}, Add: true})
		l.add(Assign{Name: "q", X: Binary{'*', Load{"t", at}, Load{"z", at}}, Add: true})
	})
	l.add(Comment{"L = w·(log s + m) − q;  dz[o] = (dz[o]·w/s − t[o])·scale"})
	logS := Binary{'+', Apply{elementary("log"), []Expr{Var{"s"}}}, Var{"m"}}
	l.set("L", Binary{'-', Binary{'*', Var{"w"}, logS}, Var{"q"}})
	l.set("k", Binary{'/', Var{"w"}, Var{"s"}})
	l.overOutputs(0, size, func(at Index) {
		d := Binary{'-', Binary{'*', Load{"dz", at}, Var{"k"}}, Load{"t", at}}
		l.add(Store{Of: "dz", At: at, X: Binary{'*', d, Load{"scale", lane(0)}}})
	})
}

// columnElements writes a loss that is a sum or a mean over the outputs, of the samples in lanes.
func (l *lowering) columnElements() {
	l.set("L", Num{0})
	size, mean := 1, false
	for _, s := range l.group.Stages {
		if op, ok := s.Node.Op.(graph.Reduce); ok {
			size, mean = schedule.Size(s.Node.Args[0]), op.Kind == graph.Mean
		}
	}
	l.overOutputs(0, size, func(at Index) {
		held := map[*graph.Value]string{}
		for _, s := range l.group.Stages {
			l.columnElement(s.Node, at, held)
		}
	})
	if mean && size > 1 {
		l.set("L", Binary{'*', Var{"L"}, Num{1 / float64(size)}})
	}
}

// columnElement writes one op of a loss for one output.
func (l *lowering) columnElement(n *graph.Node, at Index, held map[*graph.Value]string) {
	load := func(v *graph.Value) Expr {
		switch {
		case held[v] != "":
			return Var{held[v]}
		case v.Role == graph.Scale || len(v.Axes) == 1:
			return Load{l.local(v), lane(0)}
		}
		return Load{l.local(v), at}
	}
	switch op := n.Op.(type) {
	case graph.Map:
		args := make([]Expr, len(n.Args))
		for i, v := range n.Args {
			args[i] = load(v)
		}
		x := l.funcs.apply(op, l.lossName(n), args)
		if out := n.Outs[0]; l.f.Array(l.local(out)) != nil {
			l.add(Store{Of: l.local(out), At: at, X: x})
		} else {
			held[out] = l.local(out)
			l.set(held[out], x)
		}
	case graph.Reduce:
		l.add(Assign{Name: "L", X: load(n.Args[0]), Add: true})
	}
}
