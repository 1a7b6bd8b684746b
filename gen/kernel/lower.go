package kernel

import (
	"fmt"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// Program is the kernels of a network.
type Program struct {
	Plan      *schedule.Plan
	Funcs     []*Func     // in the order of the plan's groups
	Link      *Func       // turns the output into a prediction, in place; nil where the output is it
	Functions []*Function // scalar functions that the kernels call, in order of first use
}

// Lower writes the loops of every group of the plan. link names what turns the output into a prediction: "softmax",
// "sigmoid" or "".
func Lower(p *schedule.Plan, link string) *Program {
	prog := &Program{Plan: p}
	table := &functions{}
	for _, g := range p.Groups {
		l := newLowering(p, g, table)
		l.lower()
		prog.Funcs = append(prog.Funcs, verified(l.f))
	}
	if f := lowerLink(p, link, table); f != nil {
		prog.Link = verified(f)
	}
	prog.Functions = table.list
	return prog
}

// verified returns f. A mistake in it is one of this package.
func verified(f *Func) *Func {
	if err := f.Verify(); err != nil {
		panic(fmt.Sprintf("%v\n%v", err, f))
	}
	return f
}

// Func returns the kernel of that name, nil when there is none.
func (p *Program) Func(name string) *Func {
	for _, f := range p.Funcs {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// lowering writes one group as a function.
type lowering struct {
	*builder
	plan  *schedule.Plan
	group *schedule.Group
	f     *Func
	funcs *functions
	held  map[*graph.Value]bool // values whose elements are registers
}

func newLowering(p *schedule.Plan, g *schedule.Group, t *functions) *lowering {
	f := &Func{Name: g.Name, Reason: g.Reason, Terms: g.Terms, Exact: p.Strict}
	return &lowering{builder: newBuilder(f), plan: p, group: g, f: f, funcs: t, held: map[*graph.Value]bool{}}
}

func (l *lowering) lower() {
	l.bind()
	if l.plan.Columns {
		l.turnInput()
	}
	switch {
	case l.plan.Columns && l.group.Phase == schedule.Loss:
		l.columnLoss()
	case l.plan.Lines && l.group.Phase == schedule.Loss:
		l.lineLoss()
	case l.group.Phase == schedule.Loss:
		l.loss()
	case l.random() != nil && l.plan.Columns:
		l.columnDropout()
	case l.random() != nil && l.plan.Lines:
		l.lineDropout()
	case l.random() != nil:
		l.dropout()
	case l.group.Packed > 0:
		l.packedSums()
	default:
		for i := range l.group.Stages {
			l.stage(&l.group.Stages[i])
		}
	}
	if l.plan.Columns {
		l.turnOutputs()
		l.counts(l.f.Body)
	}
	l.f.Summary = l.summary()
}

// local names a value as the group sees it: its own values by their letters, what comes from another layer as x, and
// gradients as d + name.
func (l *lowering) local(v *graph.Value) string {
	switch {
	case v.Role == graph.Target, v.Role == graph.Scale:
		return map[graph.Role]string{graph.Target: "t", graph.Scale: "scale"}[v.Role]
	case l.group.Phase == schedule.Loss:
		return v.Name
	case v.Role == graph.Gradient && v.Of != nil:
		if v.Of.Layer == l.group.Layer {
			return "d" + v.Of.Name
		}
		return "dx"
	case v.Layer == l.group.Layer:
		return v.Name
	}
	return "x"
}

// operand describes a value with the given subscripts.
func (l *lowering) operand(v *graph.Value, letters string) operand {
	if l.plan.Columns {
		return l.column(v, letters)
	}
	o := operand{name: l.local(v), strides: map[byte]int{}, size: map[byte]int{}}
	for i, stride := range l.plan.Strides(v) {
		if letters[i] == 'n' {
			o.rows = !l.group.PerRow
			continue
		}
		o.letters += letters[i : i+1]
		o.strides[letters[i]] = stride
		o.size[letters[i]] = v.Axes[i].Size
	}
	o.resident = l.held[v]
	if o.resident {
		o.rows = false
	}
	return o
}

// stage writes one op with its loops.
func (l *lowering) stage(s *schedule.Stage) {
	switch op := s.Node.Op.(type) {
	case graph.Contract:
		l.contract(s, op)
	case graph.Reduce:
		l.reduce(s, op)
	case graph.Map:
		l.elementwise(s, op)
	default:
		panic(fmt.Sprintf("kernel: no lowering of %T", op))
	}
}

// contract writes out = init + Σ a·b.
func (l *lowering) contract(s *schedule.Stage, op graph.Contract) {
	ins, out := schedule.Subscripts(op.Sub)
	args := s.Node.Args
	a, b := l.operand(args[0], ins[0]), l.operand(args[1], ins[1])
	if l.plan.Columns && summedSamples(op) && !s.Nest.Dots() {
		b = l.rowsOf(args[1], ins[1])
	}
	if args[1].IsParameter() {
		a, b = b, a
	}
	sum := sum{
		summed: l.letters(except(ins[0]+ins[1], out)),
		kept:   l.letters(out),
		reads:  []operand{a, b},
		out:    l.operand(s.Node.Outs[0], out),
		add:    !strings.Contains(out, "n") && !l.plan.Lines && !l.plan.Columns,
	}
	if len(args) == 3 {
		init := l.operand(args[2], ins[2])
		sum.init = &init
	}
	n := &nest{builder: l.builder, plan: s.Nest, strict: l.plan.Strict, sum: sum}
	n.sum.term = func(c copyOf) Expr { return Binary{'*', n.load(a, c), n.load(b, c)} }
	l.finish(n, s)
	l.add(Comment{l.equation(s.Node)})
	if n.inMemory() && !sum.add {
		l.clearRows(n.sum.out)
	}
	n.write()
	if s.Nest.Rest != nil {
		rest := *s
		rest.Nest = *s.Nest.Rest
		l.contract(&rest, op)
	}
}

// clearRows sets a result to zero before terms are added to it in memory; the row loop does it row by row.
func (l *lowering) clearRows(o operand) {
	var body []Stmt
	l.within(&body, func() {
		l.add(Pointer{Name: o.name + "n", Array: o.name})
		l.add(Clear{Of: o.name + "n"})
	})
	l.add(&Rows{Arrays: []string{o.name}, Step: 1, Body: body})
}

// reduce writes out += Σₙ a.
func (l *lowering) reduce(s *schedule.Stage, op graph.Reduce) {
	ins, out := schedule.Subscripts(op.Sub)
	a := l.operand(s.Node.Args[0], ins[0])
	n := &nest{builder: l.builder, plan: s.Nest, strict: l.plan.Strict, sum: sum{
		kept: l.letters(out), summed: l.letters(except(ins[0], out)), reads: []operand{a},
		out: l.operand(s.Node.Outs[0], out), add: !l.plan.Lines && !l.plan.Columns,
	}}
	n.sum.term = func(c copyOf) Expr { return n.load(a, c) }
	l.finish(n, s)
	l.add(Comment{l.equation(s.Node)})
	n.write()
}

// elementwise writes out = f(arguments).
func (l *lowering) elementwise(s *schedule.Stage, op graph.Map) {
	ins, out := schedule.Subscripts(op.Sub)
	var reads []operand
	for i, v := range s.Node.Args {
		reads = append(reads, l.operand(v, ins[i]))
	}
	l.held[s.Node.Outs[0]] = s.Resident
	o := l.operand(s.Node.Outs[0], out)
	if s.InPlace {
		o.name = reads[0].name
	}
	n := &nest{builder: l.builder, plan: s.Nest, strict: l.plan.Strict, sum: sum{kept: l.letters(out), reads: reads, out: o}}
	n.sum.term = func(c copyOf) Expr {
		args := make([]Expr, len(reads))
		for i, r := range reads {
			args[i] = n.load(r, c)
		}
		return l.funcs.apply(op, l.group.Layer, args)
	}
	l.finish(n, s)
	l.add(Comment{l.equation(s.Node)})
	n.write()
	if s.InPlace {
		l.add(Alias{Name: l.local(s.Node.Outs[0]), Of: o.name})
	}
}

// letters drops the sample axis where the function works on one row, and puts it last where samples lie in lanes.
func (l *lowering) letters(s string) string {
	switch {
	case l.group.PerRow:
		return without(s, 'n')
	case l.plan.Columns && strings.Contains(s, "n"):
		return without(s, 'n') + "n" // what is the same in all lanes is loaded once for all vectors of samples
	}
	return s
}

// except returns the letters of s that are not in out, each once.
func except(s, out string) string {
	var b strings.Builder
	for _, r := range s {
		if !strings.ContainsRune(out, r) && !strings.ContainsRune(b.String(), r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}
