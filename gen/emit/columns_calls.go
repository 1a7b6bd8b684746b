package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
)

// operands are arguments of kernels by name, where they are not what they always are.
type operands map[string]jen.Code

// vectorCalls prints the calls of kernels, one after the other.
func (n *Network) vectorCalls(p *printer, t *Tier, funcs []*kernel.Func, own operands) []jen.Code {
	var code []jen.Code
	for _, f := range funcs {
		call := n.vectorCall(p, t, f, own)
		if f.Result != "" {
			call = jen.Id("loss").Op("=").Add(call)
		}
		code = append(code, repeated(f, call))
	}
	return code
}

// repeated prints the call of a kernel, in a loop where one call would take too long.
func repeated(f *kernel.Func, call jen.Code) jen.Code {
	if f.Repeat.All == 0 {
		return call
	}
	turn := jen.Id(kernel.FirstTurn)
	return jen.For(turn.Clone().Op(":=").Lit(0), turn.Clone().Op("<").Lit(f.Repeat.All), turn.Clone().Op("+=").Lit(f.Repeat.Most)).Block(call)
}

// turnsArg prints the argument of such a kernel that it may not have otherwise; nil for others.
func turnsArg(f *kernel.Func, scalar string) jen.Code {
	switch {
	case f.Repeat.All == 0:
	case scalar == kernel.FirstTurn:
		return jen.Id(kernel.FirstTurn)
	case scalar == kernel.SomeTurns:
		if f.Repeat.All%f.Repeat.Most == 0 {
			return jen.Lit(f.Repeat.Most)
		}
		return jen.Min(jen.Lit(f.Repeat.Most), jen.Lit(f.Repeat.All).Op("-").Id(kernel.FirstTurn))
	}
	return nil
}

// arguments prints those of a kernel: which turns it runs, and what array and scalar say of the others.
func arguments(f *kernel.Func, array func(*kernel.Array) jen.Code, scalar func(name string) jen.Code) []jen.Code {
	var args []jen.Code
	for _, a := range f.Arrays {
		args = append(args, array(a))
	}
	for _, s := range f.Scalars {
		if turns := turnsArg(f, s.Name); turns != nil {
			args = append(args, turns)
		} else {
			args = append(args, scalar(s.Name))
		}
	}
	return args
}

// vectorCall prints the call of a kernel.
func (n *Network) vectorCall(p *printer, t *Tier, f *kernel.Func, own operands) *jen.Statement {
	args := arguments(f, func(a *kernel.Array) jen.Code {
		if arg, ok := own[a.Name]; ok {
			return arg
		}
		return n.columnArg(p, a)
	}, func(name string) jen.Code {
		if arg, ok := own[name]; ok {
			return arg
		}
		return ofColumns(name)
	})
	return jen.Id(n.VectorName(f, t.Suffix)).Call(args...)
}

// vectorResult prints the calls of kernels of which one computes the loss, and returns it.
func (n *Network) vectorResult(p *printer, t *Tier, funcs []*kernel.Func, own operands) []jen.Code {
	last := len(funcs) - 1
	if funcs[last].Result == "" {
		return append(n.vectorCalls(p, t, funcs, own), jen.Return(jen.Id("loss")))
	}
	return append(n.vectorCalls(p, t, funcs[:last], own), jen.Return(n.vectorCall(p, t, funcs[last], own)))
}

// columnArg prints an argument of a vector kernel.
func (n *Network) columnArg(p *printer, a *kernel.Array) jen.Code {
	switch {
	case a.Row > 0:
		return jen.Id("first")
	case a.Name == "scratch" && a.Len < slotsLen(n.Scratch):
		return jen.Parens(p.array(a.Len)).Parens(ofColumns("scratch").Index(jen.Op(":")))
	case a.Name == "scratch":
		return jen.Op("&").Id("c").Dot("scratch")
	case a.Name == "p":
		return n.trainedPart(p, "p")
	case a.Value.Role == graph.Target:
		return jen.Op("&").Add(ofColumns("target"))
	case a.Value.Role == graph.Loss:
		return jen.Op("&").Add(ofColumns("loss"))
	}
	return jen.Op("&").Add(ofColumns("scale"))
}
