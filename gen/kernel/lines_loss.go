package kernel

import (
	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// lineLoss writes the loss of a row, its outputs in lanes, and the gradient of the output.
func (l *lowering) lineLoss() {
	c := &line{lowering: l, runs: schedule.Runs(schedule.Size(l.plan.Graph.Output), l.plan.Lanes, 1)}
	c.loss()
}

// loss writes the loss. Where the gradient is a difference, it returns that.
func (c *line) loss() (d *difference) {
	c.f.Result = "loss"
	for _, s := range c.group.Stages {
		c.add(Comment{c.equation(s.Node)})
	}
	c.write(func() {
		if n := c.crossEntropyNode(); n != nil {
			d = c.crossEntropy(n)
		} else {
			c.elements()
		}
	})
	return d
}

// crossEntropy writes the softmax cross-entropy. The target is a row of weights, one-hot for a class.
func (c *line) crossEntropy(n *graph.Node) *difference {
	c.add(Comment{"m = maxₒ z[o], so that no exponential overflows; e[o] = exp(z[o] − m), s = Σₒ e[o]"})
	c.exponentials("dz", "z")
	smoothing, size := n.Op.(graph.SoftmaxCrossEntropy).Smoothing, schedule.Size(n.Args[0])
	target := func() Expr { return smooth(c.load("t"), smoothing, size) }
	weight := Expr(Num{1})
	if len(n.Args[1].Axes) == 2 {
		c.add(Comment{"w = Σₒ t[o]"})
		c.fold(sumFold, "w", target)
		weight = Var{"w"}
	}
	d := &difference{k: Var{"k"}}
	for _, s := range c.group.Stages {
		if out := s.Node.Outs[0]; out.Role == graph.Gradient {
			d.of = out
		}
	}
	c.add(Comment{"dz[o] = e[o]·w/s − t[o], both times factor"})
	c.set("k", Binary{'/', simple(Binary{'*', weight, Var{factorName}}), Var{"s"}})
	c.each(func() {
		d.e, d.r = c.load("dz"), simple(Binary{'*', target(), Var{factorName}})
		if _, named := d.r.(Var); !named {
			c.add(Let{"ro", d.r})
			d.r = Var{"ro"}
		}
		c.store("dz", Binary{'-', Binary{'*', d.e, d.k}, d.r})
	})
	c.add(Comment{"L = w·log s + (w·m − Σₒ t[o]·z[o])"})
	c.fold(sumFold, "q", func() Expr {
		if len(n.Args[1].Axes) == 1 && n.Op.(graph.SoftmaxCrossEntropy).Smoothing == 0 { // 0·z is NaN where z is −Inf
			return Apply{elementary("where"), []Expr{c.load("t"), Num{1}, c.load("z")}}
		}
		return Binary{'*', target(), c.load("z")}
	})
	log := simple(Binary{'*', weight, Apply{elementary("log"), []Expr{Var{"s"}}}})
	most := simple(Binary{'*', weight, Var{"m"}})
	c.add(Assign{Name: "loss", X: Binary{'+', log, Binary{'-', most, Var{"q"}}}})
	return d
}

// exponentials keeps e[o] = exp(z[o] − m) with m = maxₒ z[o] in the place of an operand, and writes s = Σₒ e[o].
func (c *line) exponentials(e, z string) {
	c.fold(maxFold, "m", func() Expr { return c.load(z) })
	c.fold(sumFold, "s", func() Expr {
		c.keep(e, Apply{tame("exp"), []Expr{Binary{'-', c.load(z), Var{"m"}}}})
		return c.load(e)
	})
}

// elements writes a loss that is a sum or a mean over the outputs: all of its ops in one pass.
func (c *line) elements() {
	size := 1
	c.fold(sumFold, "sum", func() Expr {
		var element Expr
		for _, s := range c.group.Stages {
			switch op := s.Node.Op.(type) {
			case graph.Map:
				c.element(s.Node, op)
			case graph.Reduce:
				element = Var{c.local(s.Node.Args[0]) + "o"}
				if op.Kind == graph.Mean {
					size = s.Node.Args[0].Axes[1].Size
				}
			}
		}
		return element
	})
	c.add(Assign{Name: "loss", X: simple(Binary{'*', Var{"sum"}, Num{1 / float64(size)}})})
}

// element writes one op of a loss.
func (c *line) element(n *graph.Node, op graph.Map) {
	args := make([]Expr, len(n.Args))
	for i, v := range n.Args {
		switch name := c.local(v); {
		case v.Role == graph.Scale:
			args[i] = Var{factorName}
		case c.lossInner(v):
			args[i] = Var{name + "o"}
		default:
			args[i] = c.load(name)
		}
	}
	x, out := simple(c.funcs.apply(op, c.lossName(n), args)), c.local(n.Outs[0])
	if !c.lossInner(n.Outs[0]) {
		c.store(out, x)
		return
	}
	c.set(out+"o", x)
}

// simple drops factors of 1.
func simple(x Expr) Expr {
	b, ok := x.(Binary)
	if !ok {
		return x
	}
	b.X, b.Y = simple(b.X), simple(b.Y)
	switch {
	case b.Op == '*' && b.X == Expr(Num{1}):
		return b.Y
	case b.Op == '*' && b.Y == Expr(Num{1}):
		return b.X
	}
	return b
}

// A link returns which output is the largest for so many outputs: a loop over fewer is no slower (7-5-3: 25 ns without, 27
// with; 64-32-10: 61 and 54; AVX-512, Zen 5), and more make a long table.
const fewestOrdered, mostOrdered = 5, 64

// isLargest is order where z is m, the maximum, else 0.
var isLargest = &Function{Name: "isLargest", Params: []string{"z", "m", "order"}, Body: expr.Select{
	Cond: expr.Binary{Op: expr.OpLessEq, X: expr.Name("m"), Y: expr.Name("z")}, Then: expr.Name("order"), Else: expr.Const{},
}}

// LineLink writes what turns the output z of a row into a prediction y, in lanes; nil where the output is it. That of softmax
// returns which output is the largest: the first element of order, which descends, whose output is; NaN where one is
// none.
func LineLink(p *schedule.Plan, link string) *Func {
	if link == "" {
		return nil
	}
	z, size := p.Graph.Output, schedule.Size(p.Graph.Output)
	f := &Func{Name: link, Arrays: []*Array{{Name: rowOutput, Len: size, Access: Set}, {Name: "z", Len: size, Access: Read, Value: z}}}
	if orders(link, size) {
		f.Arrays = append(f.Arrays, &Array{Name: rowOrder, Len: size, Access: Read})
	}
	c := &line{lowering: &lowering{builder: newBuilder(f), plan: p, f: f}, runs: schedule.Runs(size, p.Lanes, 1)}
	c.link(link)
	return verified(f)
}

// orders tells whether a link returns which of so many outputs is the largest.
func orders(link string, size int) bool {
	return link == "softmax" && fewestOrdered <= size && size <= mostOrdered
}

// link writes a link, which has an operand rowOrder where it returns which output is the largest.
func (c *line) link(link string) {
	if c.f.Array(rowOrder) != nil {
		c.f.Result = "first"
	}
	c.write(func() {
		if link == "sigmoid" {
			c.add(Comment{"y[o] = sigmoid(z[o])"})
			c.each(func() { c.store("y", Apply{elementary("sigmoid"), []Expr{c.load("z")}}) })
			return
		}
		c.add(Comment{"e[o] = exp(z[o] − maxⱼ z[j]), y[o] = e[o]/Σⱼ e[j]"})
		c.exponentials("y", "z")
		c.set("k", Binary{'/', Num{1}, Var{"s"}})
		if c.f.Result != "" {
			c.add(Comment{"first = the largest order[o] where z[o] is the maximum; NaN if s is"})
			c.fold(maxFold, "place", func() Expr { return Apply{isLargest, []Expr{c.load("z"), Var{"m"}, c.load(rowOrder)}} })
			c.add(Assign{Name: c.f.Result, X: Binary{'+', Var{"place"}, Binary{'*', Var{"k"}, Num{0}}}})
		}
		c.each(func() { c.store("y", Binary{'*', c.load("y"), Var{"k"}}) })
	})
}
