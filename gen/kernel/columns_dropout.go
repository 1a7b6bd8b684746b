package kernel

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// columnDropout writes the mask m[o] and y = x·m of a block, the samples in lanes. Four elements share one draw.
func (l *lowering) columnDropout() {
	draw := l.random()
	for _, s := range l.group.Stages {
		l.add(Comment{l.equation(s.Node)})
	}
	run := schedule.SampleRun(l.plan.Lanes, l.plan.Vectors, 1)
	four := func(block Index, count int) {
		loop := &Loop{Var: "n", To: run.To, Step: run.Step, Lanes: run.Lanes, Turns: run.Turns}
		l.within(&loop.Body, func() { l.fourColumns(draw.Op.(graph.Random).Stream, block, count) })
		l.add(loop)
	}
	size := schedule.Size(draw.Outs[0])
	whole := size / 4
	if whole > 0 {
		loop := &Loop{Var: "o", To: whole, Step: 1}
		l.within(&loop.Body, func() { four(At(0).Times("o", 1), 4) })
		l.add(loop)
	}
	if rest := size % 4; rest > 0 {
		four(At(whole), rest)
	}
}

// fourColumns writes count elements, of one vector of samples, that share the draw of a block.
func (l *lowering) fourColumns(stream int, block Index, count int) {
	l.add(Draw{Name: "u", Stream: stream, Block: block, Row: At(0).Times("n", 1)})
	first := scaled(block, 4*schedule.Samples).Times("n", 1)
	held := func(v *graph.Value, k int) string { return fmt.Sprint(l.local(v), k) }
	for _, s := range l.group.Stages {
		op, ok := s.Node.Op.(graph.Map)
		if !ok {
			continue
		}
		out := s.Node.Outs[0]
		for k := range count {
			at := first.Plus(k * schedule.Samples)
			args := make([]Expr, len(s.Node.Args))
			for i, v := range s.Node.Args {
				switch {
				case v.Role == graph.Noise:
					args[i] = Load{"u", At(k)}
				case l.held[v]:
					args[i] = Var{held(v, k)}
				default:
					args[i] = Load{l.local(v), at}
				}
			}
			l.add(Let{Name: held(out, k), X: l.funcs.apply(op, l.group.Layer+"_mask", args)})
		}
		l.held[out] = true
		for k := range count {
			l.add(Store{Of: l.local(out), At: first.Plus(k * schedule.Samples), X: Var{held(out, k)}})
		}
	}
}
