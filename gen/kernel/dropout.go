package kernel

import (
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// random returns the op of the group that draws numbers, nil when there is none.
func (l *lowering) random() *graph.Node {
	for _, s := range l.group.Stages {
		if _, ok := s.Node.Op.(graph.Random); ok {
			return s.Node
		}
	}
	return nil
}

// dropout writes the mask m[o] of one row and y = x·m. Four elements share one draw.
func (l *lowering) dropout() {
	draw := l.random()
	size := schedule.Size(draw.Outs[0])
	for _, s := range l.group.Stages {
		l.add(Comment{l.equation(s.Node)})
	}
	stream := draw.Op.(graph.Random).Stream
	whole := size / 4
	if size <= straightMost {
		for b := range whole {
			l.four(stream, At(b), 4)
		}
	} else {
		loop := &Loop{Var: "o", From: 0, To: whole, Step: 1}
		l.within(&loop.Body, func() { l.four(stream, Index{}.Times("o", 1), 4) })
		l.add(loop)
	}
	if rest := size % 4; rest > 0 {
		l.four(stream, At(whole), rest)
	}
}

// four writes count elements that share the draw of a block.
func (l *lowering) four(stream int, block Index, count int) {
	u := "u"
	if len(block.Terms) == 0 {
		u += block.String()
	}
	l.add(Draw{Name: u, Stream: stream, Block: block})
	at := Index{Const: 4 * block.Const}
	for _, t := range block.Terms {
		at = at.Times(t.Var, 4*t.Coef)
	}
	for k := range count {
		for _, s := range l.group.Stages {
			op, ok := s.Node.Op.(graph.Map)
			if !ok {
				continue
			}
			args := make([]Expr, len(s.Node.Args))
			for i, v := range s.Node.Args {
				args[i] = Load{l.local(v), at.Plus(k)}
				switch {
				case v.Role == graph.Noise:
					args[i] = Load{u, At(k)}
				case l.held[v]:
					args[i] = Var{l.maskName(v, at.Plus(k))}
				}
			}
			out, x := s.Node.Outs[0], l.funcs.apply(op, l.group.Layer+"_mask", args)
			if l.held[out] = s.Resident; s.Resident {
				l.set(l.maskName(out, at.Plus(k)), x)
				continue
			}
			l.add(Store{Of: l.local(out), At: at.Plus(k), X: x})
		}
	}
}

// maskName names the register of an element of the mask that the backward phase does not read.
func (l *lowering) maskName(v *graph.Value, at Index) string {
	return l.local(v) + At(at.Const).String()
}

// draw runs a Draw: four numbers, or four per lane.
func (fr *frame) draw(s Draw) {
	var drawn []float64
	for _, row := range fr.at(s.Row) {
		for _, block := range fr.at(s.Block) {
			for k := range 4 {
				drawn = append(drawn, fr.m.Uniform(s.Stream, int(fr.vars["row"][0])+row, 4*block+k))
			}
		}
	}
	v := view{data: drawn, length: 4}
	if lanes := len(drawn) / 4; lanes > 1 {
		v.lanes, v.stride = lanes, 4
	}
	fr.views[s.Name] = v
}
