package kernel

import (
	"fmt"
	"slices"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// columnLoss writes the losses of a block, the samples in lanes, and the gradients of the output. The result is the sum
// of the losses, each times its scale; a strict plan stores the losses, which callers add up row by row.
type columnLoss struct {
	*lowering
	size           int  // outputs
	vectors        int  // of samples that advance together
	abreast        int  // outputs that advance together
	differentiated bool // the gradients of the output are computed, too
	classes        bool // the target is the class of each sample, else a row of weights

	// class returns, inside outputs, what is equal to a number for output k of the turn where it is the class of the samples in
	// vector v.
	class func(k, v int) (label Expr, number float64)
}

// columnLoss writes the loss of a plan of columns.
func (l *lowering) columnLoss() {
	for _, s := range l.group.Stages {
		l.add(Comment{l.equation(s.Node)})
	}
	// 1 × 4 vectors of outputs advance on AVX2, 2 × 5 on AVX-512: 10 logits of 32 rows take 127 and 59 ns, 128 and 62 with 1 × 2
	// and 2 × 4 (Zen 5).
	c := columnLoss{lowering: l, vectors: 1, abreast: max(1, (l.plan.Abreast+3)/2)}
	if l.plan.Vectors <= l.plan.Abreast/4 {
		c.vectors = l.plan.Vectors
	}
	run := schedule.SampleRun(l.plan.Lanes, l.plan.Vectors, c.vectors)
	loop := &Loop{Var: "n", To: run.To, Step: run.Step, Lanes: run.Lanes, Turns: run.Turns}
	c.differentiated = slices.ContainsFunc(l.f.Scalars, func(s Scalar) bool { return s.Name == factorName })
	l.within(&loop.Body, func() {
		if c.differentiated {
			c.add(Comment{"The gradients have both scale and factor in them."})
			c.let("scale", func(v int) Expr { return Binary{'*', Var{factorName}, Load{"scale", c.lane(v)}} })
		}
		if n := l.crossEntropyNode(); n != nil {
			c.size, c.classes = schedule.Size(n.Args[0]), len(n.Args[1].Axes) == 1
			c.crossEntropy()
		} else {
			c.elements()
		}
		c.each(func(v int) {
			if l.plan.Strict {
				l.add(Store{Of: l.local(l.plan.Graph.Loss), At: c.lane(v), X: c.reg("L", v)})
				return
			}
			l.add(Assign{Name: "losses", X: Binary{'*', c.reg("L", v), Load{"scale", c.lane(v)}}, Add: true})
		})
	})
	if l.plan.Strict {
		l.add(loop)
		return
	}
	l.f.Result = "loss"
	l.set("losses", Num{0})
	l.add(loop)
	l.add(Assign{Name: "loss", X: LaneSum{Var{"losses"}}, Add: true})
}

// crossEntropyNode returns the op of a softmax cross-entropy, nil where the loss is another one.
func (l *lowering) crossEntropyNode() *graph.Node {
	for _, s := range l.group.Stages {
		if _, ok := s.Node.Op.(graph.SoftmaxCrossEntropy); ok {
			return s.Node
		}
	}
	return nil
}

// lane is the position of a value with one element per sample, in vector v.
func (c *columnLoss) lane(v int) Index { return At(v*c.plan.Lanes).Times("n", 1) }

// each runs f for every vector.
func (c *columnLoss) each(f func(v int)) {
	for v := range c.vectors {
		f(v)
	}
}

// reg is the register of a value of the samples in vector v.
func (c *columnLoss) reg(name string, v int) Var { return Var{fmt.Sprint(name, v)} }

// let gives a register of every vector its value.
func (c *columnLoss) let(name string, x func(v int) Expr) {
	c.each(func(v int) { c.set(c.reg(name, v).Name, x(v)) })
}

// outputs runs f for the outputs from first on: in a loop, some outputs at a time, and then those that are left. at tells
// where output k of the turn lies in vector v.
func (c *columnLoss) outputs(first int, f func(count int, at func(k, v int) Index)) {
	turns := (c.size - first) / c.abreast * c.abreast
	place := func(from int, looped bool) func(k, v int) Index {
		return func(k, v int) Index {
			x := c.lane(v).Plus((from + k) * schedule.Samples)
			if looped {
				x = x.Times("o", schedule.Samples)
			}
			return x
		}
	}
	count := c.classes && first == 0
	if count { // the class of a sample, from the first output of a turn on
		c.let("class", func(v int) Expr { return Load{"t", c.lane(v)} })
		c.class = func(k, v int) (Expr, float64) { return c.reg("class", v), float64(k) }
	}
	if turns > 0 {
		loop := &Loop{Var: "o", From: first, To: first + turns, Step: c.abreast}
		c.within(&loop.Body, func() {
			f(c.abreast, place(0, true))
			if count {
				c.let("class", func(v int) Expr { return Binary{'-', c.reg("class", v), Num{float64(c.abreast)}} })
			}
		})
		c.add(loop)
	}
	if rest := c.size - first - turns; rest > 0 {
		f(rest, place(first+turns, false))
	}
}

// all runs f for some outputs in every vector.
func (c *columnLoss) all(count int, f func(k, v int)) {
	for k := range count {
		c.each(func(v int) { f(k, v) })
	}
}

// elements writes a loss that is a sum or a mean over the outputs.
func (c *columnLoss) elements() {
	c.let("L", func(int) Expr { return Num{0} })
	mean := false
	for _, s := range c.group.Stages {
		if op, ok := s.Node.Op.(graph.Reduce); ok {
			c.size, mean = schedule.Size(s.Node.Args[0]), op.Kind == graph.Mean
		}
	}
	c.outputs(0, func(count int, at func(k, v int) Index) {
		for _, s := range c.group.Stages {
			c.all(count, func(k, v int) { c.element(s.Node, k, v, at(k, v)) })
		}
	})
	if mean && c.size > 1 {
		c.let("L", func(v int) Expr { return Binary{'/', c.reg("L", v), Num{float64(c.size)}} })
	}
}

// element writes one op of a loss for output k of the turn in vector v.
func (c *columnLoss) element(n *graph.Node, k, v int, at Index) {
	held := func(x *graph.Value) Var { return Var{fmt.Sprintf("%s%d_%d", c.local(x), k, v)} }
	load := func(x *graph.Value) Expr {
		switch {
		case c.f.Array(c.local(x)) == nil:
			return held(x)
		case x.Role == graph.Scale:
			return c.reg("scale", v)
		case len(x.Axes) == 1:
			return Load{c.local(x), c.lane(v)}
		}
		return Load{c.local(x), at}
	}
	switch op := n.Op.(type) {
	case graph.Map:
		args := make([]Expr, len(n.Args))
		for i, x := range n.Args {
			args[i] = load(x)
		}
		x := c.funcs.apply(op, c.lossName(n), args)
		if out := n.Outs[0]; c.f.Array(c.local(out)) != nil {
			c.add(Store{Of: c.local(out), At: at, X: x})
		} else {
			c.set(held(out).Name, x)
		}
	case graph.Reduce:
		c.add(Assign{Name: c.reg("L", v).Name, X: load(n.Args[0]), Add: true})
	}
}
