package kernel

import (
	"fmt"
	"strings"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// straightMost is the largest number of outputs whose loss is written out.
const straightMost = 16

// loss writes the loss of one row and the gradient of the output. The result of the function is the loss, not yet
// divided by the number of rows; the gradient is.
func (l *lowering) loss() {
	l.f.Result = "loss"
	for _, s := range l.group.Stages {
		if _, ok := s.Node.Op.(graph.SoftmaxCrossEntropy); ok {
			l.crossEntropy(s.Node)
			return
		}
	}
	l.elementLoss()
}

// over runs f for the outputs from first on: written out where there are few, in a loop otherwise.
func (l *lowering) over(first, size int, f func(at Index)) {
	if size <= straightMost {
		for o := first; o < size; o++ {
			f(At(o))
		}
		return
	}
	loop := &Loop{Var: "o", From: first, To: size, Step: 1}
	l.within(&loop.Body, func() { f(Index{}.Times("o", 1)) })
	l.add(loop)
}

// exponentials writes m = maxₒ z[o], e[o] = exp(z[o] − m) and s = Σₒ e[o]. No exponential overflows, and s ≥ 1.
func (l *lowering) exponentials(e, z string, size int) {
	l.add(Comment{"m = maxₒ " + z + "[o], so that no exponential overflows"})
	l.maximum(z, size)
	l.add(Comment{e + "[o] = exp(" + z + "[o] − m), s = Σₒ " + e + "[o]"})
	l.set("s", Num{0})
	l.over(0, size, func(at Index) {
		l.add(Store{Of: e, At: at, X: Apply{elementary("exp"), []Expr{Binary{'-', Load{z, at}, Var{"m"}}}}})
		l.add(Assign{Name: "s", X: Load{e, at}, Add: true})
	})
}

// maximum writes m = maxₒ z[o].
func (l *lowering) maximum(z string, size int) {
	if size > straightMost {
		l.set("m", Load{z, At(0)})
		l.over(1, size, func(at Index) { l.set("m", Apply{elementary("max"), []Expr{Var{"m"}, Load{z, at}}}) })
		return
	}
	var all []Expr
	l.over(0, size, func(at Index) { all = append(all, Load{z, at}) })
	l.set("m", Apply{elementary("max"), all})
}

// crossEntropy writes the softmax cross-entropy of logits z and the gradient dz = (p − t)·scale.
func (l *lowering) crossEntropy(n *graph.Node) {
	size := schedule.Size(n.Args[0])
	l.exponentials("dz", "z", size)
	smoothing := n.Op.(graph.SoftmaxCrossEntropy).Smoothing
	switch {
	case len(n.Args[1].Axes) == 2:
		l.rowTarget(size, smoothing)
	case smoothing > 0:
		l.smoothClassTarget(size, smoothing)
	default:
		l.classTarget(size)
	}
}

func (l *lowering) classTarget(size int) {
	l.add(Comment{"dz[o] = p[o]·scale, with p[o] = dz[o]/s; the target's share of −scale follows"})
	l.set("k", Binary{'/', Var{"scale"}, Var{"s"}})
	l.over(0, size, func(at Index) { l.add(Store{Of: "dz", At: at, X: Binary{'*', Load{"dz", at}, Var{"k"}}}) })
	l.add(Comment{"L = −log p[target] = log s + (m − z[target]), and dz[target] −= scale; no class, no target"})
	l.add(Assign{Name: "loss", X: Var{"m"}})
	guard := &Guard{Var: "c", Of: "target", Size: size}
	l.within(&guard.Body, func() {
		at := Index{}.Times("c", 1)
		l.add(Store{Of: "dz", At: at, X: Binary{'-', Load{"dz", at}, Var{"scale"}}})
		l.add(Assign{Name: "loss", X: Binary{'-', Var{"loss"}, Load{"z", at}}})
	})
	l.add(guard)
	l.add(Assign{Name: "loss", X: Apply{elementary("log"), []Expr{Var{"s"}}}, Add: true})
}

// smoothClassTarget is classTarget with a share of the target spread evenly over the classes.
func (l *lowering) smoothClassTarget(size int, smoothing float64) {
	each, rest := smoothing/float64(size), 1-smoothing
	l.add(Comment{fmt.Sprintf("dz[o] = (p[o] − ε/%d)·scale, with p[o] = dz[o]/s; label smoothing: ε = %g", size, smoothing)})
	l.set("k", Binary{'/', Var{"scale"}, Var{"s"}})
	l.set("e", Binary{'*', Var{"scale"}, Num{each}})
	l.over(0, size, func(at Index) {
		l.add(Store{Of: "dz", At: at, X: Binary{'-', Binary{'*', Load{"dz", at}, Var{"k"}}, Var{"e"}}})
	})
	l.add(Comment{fmt.Sprintf("L = log s + (1 − ε)·(m − z[target]) − ε/%d·Σₒ (z[o] − m), and dz[target] −= (1 − ε)·scale; no class, no target", size)})
	l.set("sum", Num{0})
	l.over(0, size, func(at Index) { l.add(Assign{Name: "sum", X: Binary{'-', Load{"z", at}, Var{"m"}}, Add: true}) })
	logs := Binary{'+', Apply{elementary("log"), []Expr{Var{"s"}}}, Binary{'*', Var{"m"}, Num{rest}}}
	l.add(Assign{Name: "loss", X: Binary{'-', logs, Binary{'*', Var{"sum"}, Num{each}}}})
	guard := &Guard{Var: "c", Of: "target", Size: size}
	l.within(&guard.Body, func() {
		at := Index{}.Times("c", 1)
		l.add(Store{Of: "dz", At: at, X: Binary{'-', Load{"dz", at}, Binary{'*', Var{"scale"}, Num{rest}}}})
		l.add(Assign{Name: "loss", X: Binary{'-', Var{"loss"}, Binary{'*', Load{"z", at}, Num{rest}}}})
	})
	l.add(guard)
}

func (l *lowering) rowTarget(size int, smoothing float64) {
	t := func(at Index) Expr { return smooth(Load{"t", at}, smoothing, size) }
	if smoothing > 0 {
		l.add(Comment{fmt.Sprintf("label smoothing: (1 − ε)·t[o] + ε/%d in place of t[o], ε = %g", size, smoothing)})
	}
	l.add(Comment{"L = w·(log s + m) − q;  w = Σₒ t[o], 1 for a one-hot row, q = Σₒ t[o]·z[o]"})
	l.set("w", Num{0})
	l.set("q", Num{0})
	l.over(0, size, func(at Index) {
		l.add(Assign{Name: "w", X: t(at), Add: true})
		l.add(Assign{Name: "q", X: Binary{'*', t(at), Load{"z", at}}, Add: true})
	})
	logS := Binary{'+', Apply{elementary("log"), []Expr{Var{"s"}}}, Var{"m"}}
	l.add(Assign{Name: "loss", X: Binary{'-', Binary{'*', Var{"w"}, logS}, Var{"q"}}})
	l.add(Comment{"p[o] = dz[o]/s;  dz[o] = (p[o]·w − t[o])·scale"})
	l.set("k", Binary{'/', Var{"w"}, Var{"s"}})
	l.over(0, size, func(at Index) {
		p := Binary{'*', Load{"dz", at}, Var{"k"}}
		l.add(Store{Of: "dz", At: at, X: Binary{'*', Binary{'-', p, t(at)}, Var{"scale"}}})
	})
}

// smooth returns what stands for an element t of a target row: the element, or (1 − ε)·t + ε/size.
func smooth(t Expr, smoothing float64, size int) Expr {
	if smoothing == 0 {
		return t
	}
	return Binary{'+', Binary{'*', t, Num{1 - smoothing}}, Num{smoothing / float64(size)}}
}

// elementLoss writes a loss that is a sum or a mean over the outputs: its elements, their sum and their gradients.
func (l *lowering) elementLoss() {
	var size int
	mean := false
	for _, s := range l.group.Stages {
		l.add(Comment{l.equation(s.Node)})
		if op, ok := s.Node.Op.(graph.Reduce); ok {
			size, mean = schedule.Size(s.Node.Args[0]), op.Kind == graph.Mean
		}
	}
	if l.f.Array("t") == nil { // a class index is the target of the only output: 0 or 1
		l.set("t", Var{"target"})
	}
	l.over(0, size, func(at Index) { l.element(at) })
	if mean && size > 1 {
		l.add(Assign{Name: "loss", X: Binary{'/', Var{"loss"}, Num{float64(size)}}})
	}
}

// element writes the loss and the gradient of one output.
func (l *lowering) element(at Index) {
	for _, s := range l.group.Stages {
		switch op := s.Node.Op.(type) {
		case graph.Map:
			args := make([]Expr, len(s.Node.Args))
			for i, v := range s.Node.Args {
				args[i] = l.lossOperand(v, at)
			}
			x := l.funcs.apply(op, l.lossName(s.Node), args)
			if out := l.local(s.Node.Outs[0]); l.f.Array(out) != nil {
				l.add(Store{Of: out, At: at, X: x})
			} else {
				l.set(l.elementName(s.Node.Outs[0], at), x)
			}
		case graph.Reduce:
			l.add(Assign{Name: "loss", X: l.lossOperand(s.Node.Args[0], at), Add: true})
		}
	}
}

// lossName names the function of a map of the loss.
func (l *lowering) lossName(n *graph.Node) string {
	if n.Outs[0].Role == graph.Gradient {
		return l.lossFunc() + "_backward"
	}
	return l.lossFunc()
}

// lossFunc is the stem of the loss's function names.
func (l *lowering) lossFunc() string { return "loss_element" }

func (l *lowering) lossOperand(v *graph.Value, at Index) Expr {
	name := l.local(v)
	switch {
	case v.Role == graph.Scale:
		return Var{"scale"}
	case l.f.Array(name) != nil:
		return Load{name, at}
	case v.Role == graph.Target:
		return Var{"t"}
	}
	return Var{l.elementName(v, at)}
}

// elementName names the register of one element of a value of the loss.
func (l *lowering) elementName(v *graph.Value, at Index) string {
	return l.local(v) + strings.ReplaceAll(at.String(), "*", "")
}

// lowerLink writes what turns the output into a prediction, in place.
func lowerLink(p *schedule.Plan, link string, table *functions) *Func {
	if link == "" {
		return nil
	}
	size := schedule.Size(p.Graph.Output)
	f := &Func{Name: link, Arrays: []*Array{{Name: "y", Len: size, Access: InPlace}}}
	l := &lowering{builder: newBuilder(f), f: f, funcs: table}
	if link == "sigmoid" {
		f.Summary = "turns the logits y into probabilities: y[o] = sigmoid(y[o])."
		l.add(Comment{"y[o] = sigmoid(y[o])"})
		l.over(0, size, func(at Index) {
			l.add(Store{Of: "y", At: at, X: Apply{elementary(expr.Sigmoid.Name), []Expr{Load{"y", at}}}})
		})
		return f
	}
	f.Summary = "turns the logits y into probabilities: y[o] = exp(y[o])/Σⱼ exp(y[j])."
	l.exponentials("y", "y", size)
	l.add(Comment{"y[o] = y[o]/s"})
	l.set("k", Binary{'/', Num{1}, Var{"s"}})
	l.over(0, size, func(at Index) { l.add(Store{Of: "y", At: at, X: Binary{'*', Load{"y", at}, Var{"k"}}}) })
	return f
}
