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
	a := &Array{Name: l.local(v), Len: schedule.Size(v), Access: access, Value: v, Copy: rows}
	if rows {
		a.Name += rowsSuffix
		if v.Role == graph.Input || v == l.plan.Graph.Output {
			a.Row = a.Len // rows of the caller
		}
	}
	if l.f.Array(a.Name) != nil {
		return
	}
	if v.Role == graph.Target && len(v.Axes) == 1 {
		a.Bytes = graph.ClassBytes(max(2, schedule.Size(l.plan.Graph.Output)))
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
		a.Lanes = l.samples()
		if a.Dims = append(a.Dims, schedule.Samples); rows {
			a.Dims = append([]int{schedule.Samples}, a.Dims[:len(a.Dims)-1]...)
		}
	}
	l.f.Arrays = append(l.f.Arrays, a)
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
				l.turn(x, true)
				return
			}
		}
	}
}

// turnOutputs writes the copies of what the group computes that are read row by row.
func (l *lowering) turnOutputs() {
	for _, s := range l.group.Stages {
		for _, v := range append(outs(s.Epilogue), s.Node.Outs...) {
			if l.group.Phase == schedule.Forward && l.plan.ByRow[v] {
				l.columnArray(v, true, Set)
				l.turn(v, false)
			}
		}
	}
}

// samples returns how many samples the tiles of the plan cover at most.
func (l *lowering) samples() int {
	if l.plan.Vectors == 1 {
		return l.plan.Lanes
	}
	return schedule.Samples
}

// turn writes v = vRowsᵀ, or the other way round, a group of samples at a time.
func (l *lowering) turn(v *graph.Value, rowByRow bool) {
	name, size := l.local(v), schedule.Size(v)
	run := schedule.SampleRun(l.plan.Lanes, l.plan.Vectors, l.plan.Vectors)
	at := At(0)
	if run.Turns != "" {
		at = at.Times("n", 1)
	}
	columns := Transpose{Dst: name, Src: name + rowsSuffix, DstAt: at, SrcAt: scaled(at, size), Rows: run.Step, Cols: size, DstStride: schedule.Samples, SrcStride: size}
	if !rowByRow {
		columns = Transpose{Dst: name + rowsSuffix, Src: name, DstAt: scaled(at, size), SrcAt: at, Rows: size, Cols: run.Step, DstStride: size, SrcStride: schedule.Samples}
	}
	l.add(Comment{columns.Dst + " = " + columns.Src + ", transposed"})
	if run.Turns == "" {
		l.add(columns)
		return
	}
	l.add(&Loop{Var: "n", To: run.To, Step: run.Step, Turns: run.Turns, Body: []Stmt{columns}})
}

// scaled returns an index times a factor.
func scaled(x Index, by int) Index {
	out := At(x.Const * by)
	for _, t := range x.Terms {
		out = out.Times(t.Var, t.Coef*by)
	}
	return out
}

// counts adds the scalar operands that say how often loops turn.
func (l *lowering) counts(body []Stmt) {
	for _, s := range body {
		loop, ok := s.(*Loop)
		if !ok {
			continue
		}
		if loop.Turns != "" {
			l.scalar(loop.Turns, Count)
		}
		l.counts(loop.Body)
	}
}
