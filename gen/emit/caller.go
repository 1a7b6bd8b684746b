package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// caller prints calls of kernels for one way of keeping the scratch.
type caller struct {
	*printer
	net *Network
	// place prints where an activation or gradient lives; row and rows are false and true for kernels of one row and of
	// a block.
	place func(v *graph.Value, block bool) *jen.Statement
	input func(block bool) *jen.Statement
	row   *jen.Statement // the number of the current row in the batch
}

// lossCall prints the statement that adds the loss of a row.
func (c *caller) lossCall(f *kernel.Func, name *jen.Statement) *jen.Statement {
	call := c.call(f, name)
	if c.net.weighted() {
		call = c.rounded(jen.Id("weight").Index(jen.Id("n")).Op("*").Add(call))
	}
	return jen.Id("loss").Op("+=").Add(call)
}

// call prints the call of a kernel.
func (c *caller) call(f *kernel.Func, name *jen.Statement) *jen.Statement {
	var args []jen.Code
	g := c.net.plan().Graph
	for _, a := range f.Arrays {
		v := a.Value
		switch {
		case v == g.Input:
			args = append(args, c.input(a.Rows))
		case v == g.Target:
			args = append(args, c.net.targetOf(jen.Id("n")))
		case v.IsParameter():
			args = append(args, jen.Id("p").Dot(paramName(v)).Call())
		case v.Of != nil && v.Of.Role == graph.Parameter:
			args = append(args, jen.Id("g").Dot(paramName(v.Of)).Call())
		default:
			args = append(args, c.place(v, a.Rows))
		}
	}
	for _, s := range f.Scalars {
		switch s.Kind {
		case kernel.Class:
			args = append(args, c.net.targetOf(jen.Id("n")))
		case kernel.Float:
			args = append(args, c.net.rowScale(c.printer))
		case kernel.Row:
			args = append(args, c.row)
		default:
			args = append(args, jen.Id("w").Dot(upper(s.Name)))
		}
	}
	return name.Call(args...)
}

// trainCaller calls kernels on the scratch w.
func (n *Network) trainCaller(p *printer, blocked bool) *caller {
	row := func(base *jen.Statement) *jen.Statement { return jen.Op("&").Add(base).Index(jen.Id("n")) }
	c := &caller{printer: p, net: n, row: jen.Id("n")}
	if n.block() > 1 {
		c.row = jen.Id("first").Op("+").Id("n")
	}
	c.place = func(v *graph.Value, block bool) *jen.Statement {
		field := jen.Id("w").Dot(fieldName(v))
		switch {
		case block:
			return field.Index(jen.Id(":rows"))
		case blocked:
			return row(field)
		}
		return jen.Op("&").Add(field)
	}
	c.input = func(block bool) *jen.Statement {
		if block {
			return jen.Id("x").Index(jen.Id(":rows"))
		}
		return row(jen.Id("x"))
	}
	return c
}

// kernelName refers to the function of a group: those of the forward phase belong to the model package.
func (n *Network) kernelName(p *printer, g *schedule.Group) *jen.Statement {
	switch {
	case g.Phase == schedule.Forward && !drops(g):
		return p.of(upper(goName(g.Name)))
	case g.Phase == schedule.Loss:
		return jen.Id(p.top(n.lossName()))
	}
	return jen.Id(p.top(goName(g.Name)))
}

// lossName is the name of the function that computes the loss of a row.
func (n *Network) lossName() string {
	return goName(n.Loss)
}
