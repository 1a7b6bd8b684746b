package kernel

import (
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// finish tells a nest what to do with a finished element: store it, add it, keep it in a register, or apply the
// epilogue first.
func (l *lowering) finish(n *nest, s *schedule.Stage) {
	n.sum.acc = l.local(s.Node.Outs[0])
	if l.addable(s.Node.Outs[0]) {
		l.addTo(n)
		return
	}
	n.stores = []operand{n.sum.out}
	if s.Resident {
		n.sum.finish = func(c copyOf, x Expr) { n.set(n.register(n.sum.out, c, ""), x) }
		return
	}
	store := func(o operand, c copyOf, x Expr) {
		of, at := n.address(o, c)
		n.add(Store{Of: of, At: at, X: x, Add: n.sum.add || n.run > 0})
	}
	if s.Epilogue == nil {
		n.sum.finish = func(c copyOf, x Expr) { store(n.sum.out, c, x) }
		return
	}
	op := s.Epilogue.Op.(graph.Map)
	_, out := schedule.Subscripts(op.Sub)
	sums := n.sum.out
	like := func(v *graph.Value) operand { // the sums' letters for the axes of a value of their shape
		o := l.operand(v, out)
		o.letters, o.strides, o.size = sums.letters, sums.strides, sums.size
		return o
	}
	y := like(s.Epilogue.Outs[0])
	n.stores = []operand{y}
	if s.KeepSum {
		n.stores = append(n.stores, sums)
	}
	_, of := schedule.Subscripts(s.Node.Op.(graph.Contract).Sub)
	n.sum.note = strings.ReplaceAll(l.equation(s.Epilogue), indices(out), indices(of))
	n.sum.finish = func(c copyOf, x Expr) {
		if s.KeepSum {
			store(sums, c, x)
		}
		args := make([]Expr, len(s.Epilogue.Args))
		for i, v := range s.Epilogue.Args {
			if args[i] = x; v != s.Node.Outs[0] {
				args[i] = n.load(like(v), c)
			}
		}
		store(y, c, l.funcs.apply(op, l.group.Layer, args))
	}
}

// indices prints subscripts as equations do: [n,o].
func indices(letters string) string { return "[" + strings.Join(strings.Split(letters, ""), ",") + "]" }
