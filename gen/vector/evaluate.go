package vector

import "github.com/chainrule-go/chainrule/gen/kernel"

// eval computes expressions of one shape side by side. What it returns may still be in memory, or a product that is not
// multiplied yet, so that the operation that takes it can.
func (l *lowering) eval(xs []kernel.Expr) value {
	switch x := xs[0].(type) {
	case kernel.Num:
		return l.number(x.Value)
	case kernel.Var:
		return l.each(xs, func(x kernel.Expr) value { return l.variable(x.(kernel.Var).Name) })
	case kernel.Load:
		return l.each(xs, func(x kernel.Expr) value { return l.element(x.(kernel.Load)) })
	case kernel.Binary:
		a := l.eval(parts(xs, func(x kernel.Expr) kernel.Expr { return x.(kernel.Binary).X }))
		b := l.eval(parts(xs, func(x kernel.Expr) kernel.Expr { return x.(kernel.Binary).Y }))
		return l.arithmetic(x.Op, a, b)
	case kernel.Pick:
		return l.picked(x)
	case kernel.LaneSum:
		return l.laneSum(l.eval(parts(xs, func(x kernel.Expr) kernel.Expr { return x.(kernel.LaneSum).X })))
	case kernel.LaneMax:
		return l.laneMax(l.eval(parts(xs, func(x kernel.Expr) kernel.Expr { return x.(kernel.LaneMax).X })))
	case kernel.Apply:
		args := make([]value, len(x.Args))
		for i := range args {
			args[i] = l.eval(parts(xs, func(x kernel.Expr) kernel.Expr { return x.(kernel.Apply).Args[i] }))
		}
		return l.apply(x.Func, args)
	}
	l.failf("%T has no vector form", xs[0])
	return value{}
}

// element returns an element: memory that an index means, or a number that was drawn.
func (l *lowering) element(x kernel.Load) value {
	if drawn, ok := l.drawn[x.Of]; ok {
		return drawn[x.At.Const]
	}
	return l.read(x.Of, x.At)
}

// apply computes a function of the network or an elementary one.
func (l *lowering) apply(f *kernel.Function, args []value) value {
	switch {
	case f.Body != nil:
		return l.call(f, args)
	case f.Tame:
		return l.tame(f.Name, args)
	}
	return l.elementary(f.Name, args)
}

// parts picks the same part of every expression.
func parts(xs []kernel.Expr, pick func(kernel.Expr) kernel.Expr) []kernel.Expr {
	out := make([]kernel.Expr, len(xs))
	for i, x := range xs {
		out[i] = pick(x)
	}
	return out
}

// each evaluates leaves one by one. Where all are the same, one stands for all.
func (l *lowering) each(xs []kernel.Expr, eval func(kernel.Expr) value) value {
	out := eval(xs[0])
	same := true
	for _, x := range xs[1:] {
		v := eval(x)
		out.lanes = max(out.lanes, v.lanes)
		out.upto = fewer(out.upto, v.upto)
		same = same && v.args[0] == out.args[0]
		out.args = append(out.args, v.args[0])
	}
	if same {
		out.args = out.args[:1]
	}
	return out
}

// variable returns a register of the kernel, or a scalar operand. A load that waited is done now, unless the operation
// that needs it may read memory itself.
func (l *lowering) variable(name string) value {
	v := l.vars[name]
	if v == nil {
		for _, s := range l.Kernel.Scalars {
			if s.Name == name && s.Kind == kernel.Float {
				return value{args: []Arg{Scalar{name}}}
			}
		}
		l.failf("%s is not a register and not a scalar operand of the type of the elements", name)
	}
	if v.wait && (!inMemory(v.load) || v.uses == 1 || v.lanes == 0 && v.uses <= l.Target.SplatUses) {
		return value{args: []Arg{v.load.args[0]}, lanes: v.lanes}
	}
	l.need(v)
	return value{args: []Arg{v.reg}, lanes: v.lanes, upto: v.upto}
}

// need loads a variable that waits for it.
func (l *lowering) need(v *variable) {
	if !v.wait {
		return
	}
	v.wait = false
	if r, held := v.load.args[0].(Reg); held {
		l.write(&Instr{Op: Move, Lanes: l.lanesOf(v.load), Dst: v.reg, Args: []Arg{r}})
		return
	}
	l.load(v.reg, v.load.args[0], v.lanes, l.lanesOf(v.load))
}

// flush loads what waits for its first use: all of it, or what lies in one array, because that will change.
func (l *lowering) flush(array string) {
	for _, v := range l.pending {
		if (array == "" || v.array == array) && v.uses > 0 {
			l.need(v)
		}
	}
}

// arithmetic computes a op b. A product is left to the addition that may take it.
func (l *lowering) arithmetic(op byte, a, b value) value {
	switch op {
	case '+':
		return l.add(a, b)
	case '-':
		return l.sub(a, b)
	case '/':
		return l.op(Div, a, b)
	}
	a, b = l.settled(a), l.settled(b)
	if l.Kernel.Exact {
		return l.op(Mul, a, b)
	}
	out := l.join(a, b)
	return value{product: []value{a, b}, lanes: out.lanes, upto: out.upto, args: out.args}
}

// add returns a + b: a fused operation if one of them is a product.
func (l *lowering) add(a, b value) value {
	switch {
	case b.product != nil:
		return l.op(Fma, b.product[0], b.product[1], a)
	case a.product != nil:
		return l.op(Fma, a.product[0], a.product[1], b)
	case a.kept != nil && l.Target.Masks > 0:
		return l.masked(Instr{Op: AddKept}, a.kept[0], l.ready(b), a.kept[1])
	case b.kept != nil && l.Target.Masks > 0:
		return l.masked(Instr{Op: AddKept}, b.kept[0], l.ready(a), b.kept[1])
	}
	return l.op(Add, a, b)
}

// sub returns a − b, fused likewise.
func (l *lowering) sub(a, b value) value {
	switch {
	case b.product != nil:
		return l.op(Fnma, b.product[0], b.product[1], a)
	case a.product != nil:
		return l.op(Fms, a.product[0], a.product[1], b)
	}
	return l.op(Sub, a, b)
}

// settled returns a value of which nothing is left to the operation that takes it.
func (l *lowering) settled(v value) value {
	switch {
	case v.product != nil:
		return l.op(Mul, v.product[0], v.product[1])
	case v.kept != nil:
		return l.keep(v.kept[0], v.kept[1])
	}
	return v
}

// ready returns a value in registers, to be read as often as one likes.
func (l *lowering) ready(v value) value {
	v = l.settled(v)
	return l.inRegisters(v, l.lanesOf(v))
}
