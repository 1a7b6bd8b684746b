package kernel

import (
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// lineDropout writes the mask m[o] of a row and y = x·m. The numbers of four elements are drawn at once, blocks of four are
// in lanes: the mask is first u[k,b], of element k of block b, and then transposed. There are as many blocks as fill their
// registers, so some at the end may be of no elements.
func (l *lowering) lineDropout() {
	draw := l.random()
	size := schedule.Size(draw.Outs[0])
	whole, rest := size/4, size%4
	blocks := 4
	for blocks < l.plan.Lanes && 4*blocks < size {
		blocks *= 2
	}
	blocks = (size + 4*blocks - 1) / (4 * blocks) * blocks
	u := &Array{Name: l.local(draw.Outs[0]), Len: 4 * blocks, Access: Set, Value: draw.Outs[0]}
	l.f.Arrays = append(l.f.Arrays, u)
	for i := range l.group.Stages {
		s := &l.group.Stages[i]
		op, ok := s.Node.Op.(graph.Map)
		switch {
		case !ok:
			l.add(Comment{l.equation(s.Node)})
		case s.Node.Args[0] == draw.Outs[0]:
			m := l.local(s.Node.Outs[0])
			l.add(Comment{l.equation(s.Node) + ", by blocks of four"})
			for _, s := range schedule.Runs(blocks, l.plan.Lanes, 1) {
				loop := &Loop{Var: "b", From: s.From, To: s.To, Step: s.Step, Lanes: s.Lanes}
				l.within(&loop.Body, func() { l.fourInLanes(draw.Op.(graph.Random).Stream, op, u, blocks) })
				l.add(loop)
			}
			l.add(Comment{m + " = " + u.Name + ", transposed"})
			if whole > 0 {
				l.add(Transpose{Dst: m, Src: u.Name, Rows: 4, Cols: whole, DstStride: 4, SrcStride: blocks})
			}
			if rest > 0 {
				l.add(Transpose{Dst: m, Src: u.Name, DstAt: At(4 * whole), SrcAt: At(whole), Rows: rest, Cols: 1, DstStride: 4, SrcStride: blocks})
			}
		default:
			l.stage(s)
		}
	}
}

// fourInLanes writes the masks of the elements of blocks b.
func (l *lowering) fourInLanes(stream int, mask graph.Map, u *Array, blocks int) {
	b := At(0).Times("b", 1)
	l.add(Draw{Name: "drawn", Stream: stream, Block: b})
	for k := range 4 {
		x := l.funcs.apply(mask, l.group.Layer+"_mask", []Expr{Load{"drawn", At(k)}})
		l.add(Store{Of: u.Name, At: b.Plus(k * blocks), X: x})
	}
}
