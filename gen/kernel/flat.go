package kernel

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// Flat writes a network for one row as one function, by a flat plan: the parameters are registers, loaded and stored as
// they lie in memory, and so is every value. What an op needs of the parameters is put together from their lanes.
func Flat(name, summary string, p *schedule.Plan, link string) *Func {
	f := &Func{Name: name, Summary: summary}
	w := &flat{
		lowering: &lowering{builder: newBuilder(f), plan: p, f: f, funcs: &functions{}},
		products: map[*graph.Value]outer{},
	}
	w.operands(link)
	for k, s := range p.Pieces {
		w.add(Let{w.piece(k), Load{parametersName, Lanes(s.From, s.Lanes)}})
	}
	for _, g := range p.Groups {
		f.Terms += g.Terms
		w.group = g
		w.section()
	}
	switch {
	case link != "":
		c := &line{lowering: w.lowering, lanes: schedule.Size(p.Graph.Output), registers: map[string]string{"z": w.register(p.Graph.Output)}}
		c.link(link)
	case w.f.Array(rowOutput) != nil:
		w.add(Store{Of: rowOutput, At: Lanes(0, schedule.Size(p.Graph.Output)), X: Var{w.register(p.Graph.Output)}})
	default:
		w.update()
	}
	return verified(f)
}

// flat is a function that is being written.
type flat struct {
	*lowering
	products   map[*graph.Value]outer // the gradients of parameters
	difference *difference            // what the gradient of the output is made of; nil where it is one thing
}

// outer is the gradient of a parameter: the products of the elements of two values, or a value.
type outer struct{ a, b *graph.Value }

// difference is a value e·k − r, of which k is the same in all lanes.
type difference struct {
	of      *graph.Value
	e, k, r Expr
}

// operands lists those of the function, in the order of JoinRow's.
func (w *flat) operands(link string) {
	g, p := w.plan.Graph, w.plan
	out := schedule.Size(g.Output)
	array := func(name string, size int, access Access) {
		w.f.Arrays = append(w.f.Arrays, &Array{Name: name, Len: size, Access: access})
	}
	inference := !slices.ContainsFunc(p.Groups, func(g *schedule.Group) bool { return g.Phase == schedule.Loss })
	if inference {
		array(rowOutput, out, Set)
	} else {
		array(gradientName, p.Len(), InPlace)
	}
	array(rowInput, schedule.Size(g.Input), Read)
	if !inference {
		array(rowTarget, out, Read)
		w.scalar(factorName, Float)
		w.scalar(Keep, Float)
	}
	array(parametersName, p.Len(), Read)
	if orders(link, out) {
		array(rowOrder, out, Read)
	}
}

// piece names a register of parameters.
func (w *flat) piece(k int) string { return fmt.Sprint(parametersName, k) }

// register names the register of a value.
func (w *flat) register(v *graph.Value) string {
	if v.Layer == "" {
		return v.Name
	}
	return v.Layer + strings.ToUpper(v.Name[:1]) + v.Name[1:]
}

// section writes the ops of a group.
func (w *flat) section() {
	if w.group.Phase == schedule.Loss {
		c := &line{lowering: w.lowering, lanes: schedule.Size(w.plan.Graph.Output), registers: map[string]string{}}
		for _, s := range w.group.Stages {
			for _, v := range slices.Concat(s.Node.Args, s.Node.Outs) {
				if v.Role != graph.Target && v.Role != graph.Scale && !w.lossInner(v) {
					c.registers[w.local(v)] = w.register(v)
				}
			}
		}
		w.difference = c.loss()
		return
	}
	for _, s := range w.group.Stages {
		w.add(Comment{w.group.Name + ": " + w.equation(s.Node)})
		out := s.Node.Outs[0]
		switch op := s.Node.Op.(type) {
		case graph.Map:
			args := make([]Expr, len(s.Node.Args))
			for i, v := range s.Node.Args {
				args[i] = Var{w.row(v)}
			}
			w.add(Let{w.register(out), w.funcs.apply(op, w.group.Layer, args)})
		case graph.Reduce: // over the only row
			w.products[out.Of] = outer{a: s.Node.Args[0]}
		case graph.Contract:
			w.contract(s.Node, op)
		}
	}
}

// contract writes a sum over the lanes of a value, each times some parameters; or notes what the gradient of parameters is.
func (w *flat) contract(n *graph.Node, op graph.Contract) {
	ins, out := schedule.Subscripts(op.Sub)
	if !strings.Contains(out, "n") {
		a, b := 0, 1
		if strings.IndexByte(ins[0], out[0]) < 0 {
			a, b = b, a
		}
		w.products[n.Outs[0].Of] = outer{n.Args[a], n.Args[b]}
		return
	}
	x := n.Args[0]
	if x.IsParameter() {
		x = n.Args[1]
	}
	name := w.register(n.Outs[0])
	if e := w.difference; e != nil && x == e.of {
		// Σ (e·k − r)·W = (Σ e·W)·k − Σ r·W: both sums are there before k is.
		w.sum(n, name+"E", func(s, kept int) Expr { return spread(e.e, s, kept) })
		w.sum(n, name+"R", func(s, kept int) Expr { return spread(e.r, s, kept) })
		w.add(Let{name, Binary{'-', Binary{'*', Var{name + "E"}, e.k}, Var{name + "R"}}})
		return
	}
	w.sum(n, name, func(s, kept int) Expr { return w.lane(x, s, kept) })
}

// mostSums is how many sums a sum is made of, so that few additions wait for each other.
const mostSums = 4

// sum writes the sum of an op over the lanes of something, each times some parameters.
func (w *flat) sum(n *graph.Node, name string, lane func(s, kept int) Expr) {
	ins, out := schedule.Subscripts(n.Op.(graph.Contract).Sub)
	weights, letters := n.Args[1], ins[1]
	if n.Args[0].IsParameter() {
		weights, letters = n.Args[0], ins[0]
	}
	strides, sizes := map[byte]int{}, map[byte]int{}
	for i, stride := range w.plan.Strides(weights) {
		strides[letters[i]], sizes[letters[i]] = stride, weights.Axes[i].Size
	}
	q, _ := w.plan.Param(weights)
	k, summed := without(out, 'n')[0], except(letters, out)[0]
	sums := make([]string, min(mostSums, sizes[summed]))
	for i := range sums {
		sums[i] = name + string(" bcd"[i])
	}
	sums[0] = name
	for s := range sizes[summed] {
		at := make([]int, sizes[k])
		for i := range at {
			at[i] = q.Offset + i*strides[k] + s*strides[summed]
		}
		term := Expr(Binary{'*', lane(s, sizes[k]), w.parameters(at)})
		switch {
		case s == 0 && len(n.Args) == 3:
			b, _ := w.plan.Param(n.Args[2])
			w.add(Let{sums[0], Binary{'+', w.parameters(sequence(b.Offset, sizes[k])), term}})
		case s < len(sums):
			w.add(Let{sums[s], term})
		default:
			w.add(Assign{Name: sums[s%len(sums)], X: term, Add: true})
		}
	}
	for n := len(sums); n > 1; n = (n + 1) / 2 {
		for i := range n / 2 {
			w.add(Assign{Name: sums[i], X: Var{sums[n-1-i]}, Add: true})
		}
	}
}

// sequence returns n numbers from the first on.
func sequence(first, n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = first + i
	}
	return s
}

// lane returns an element of a value in so many lanes.
func (w *flat) lane(v *graph.Value, at, lanes int) Expr {
	if v == w.plan.Graph.Input {
		return Load{rowInput, At(at)}
	}
	return spread(Var{w.register(v)}, at, lanes)
}

// spread returns one lane of a register in so many.
func spread(x Expr, at, lanes int) Expr {
	return Pick{From: []Expr{x}, Lanes: slices.Repeat([]Lane{{0, at}}, lanes)}
}

// parameters puts elements of the parameter array together.
func (w *flat) parameters(at []int) Expr {
	var p picks
	for _, e := range at {
		k := w.plan.Piece(e)
		p.add(Var{w.piece(k)}, e-w.plan.Pieces[k].From)
	}
	return p.Pick
}

// picks is a register that is being put together.
type picks struct{ Pick }

func (p *picks) add(from Expr, at int) {
	i := slices.Index(p.From, from)
	if i < 0 {
		i, p.From = len(p.From), append(p.From, from)
	}
	p.Lanes = append(p.Lanes, Lane{i, at})
}

// update adds the gradients of the parameters to what is there, or to nothing.
func (w *flat) update() {
	w.add(Comment{"The gradients of the parameters, in their order: dW[o,i] = keep(dW[o,i]) + dz[o]·x[i], db[o] = keep(db[o]) + dz[o]"})
	w.add(Let{keepsName, Var{Keep}})
	for _, s := range w.plan.Pieces {
		var a, b picks
		for at := s.From; at < s.To; at++ {
			w.factors(at, &a, &b)
		}
		x := Expr(a.Pick)
		if len(b.From) > 1 || b.From[0] != Expr(Num{1}) {
			x = Binary{'*', a.Pick, b.Pick}
		}
		at := Lanes(s.From, s.Lanes)
		w.add(Store{Of: gradientName, At: at, X: Binary{'+', Apply{elementary(Keep), []Expr{Var{keepsName}, Load{gradientName, at}}}, x}})
	}
}

// factors adds the lanes whose product is the gradient of one parameter.
func (w *flat) factors(at int, a, b *picks) {
	for _, q := range w.plan.Params {
		e := at - q.Offset
		if e < 0 || e >= q.Len() {
			continue
		}
		p := w.products[q.Value]
		if p.b == nil {
			a.add(Var{w.register(p.a)}, e)
			b.add(Num{1}, 0)
			return
		}
		in := schedule.Size(p.b)
		a.add(Var{w.register(p.a)}, e/in)
		b.add(Var{w.row(p.b)}, e%in)
	}
}

// row names the register of a value; the input is loaded when it is needed as one.
func (w *flat) row(v *graph.Value) string {
	if v == w.plan.Graph.Input {
		w.once("row", rowInput+"s", Let{rowInput + "s", Load{rowInput, Lanes(0, schedule.Size(v))}})
		return rowInput + "s"
	}
	return w.register(v)
}
