package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// backward prints the kernels of the training package: what dropout does, the loss, and the layers backward.
func (n *Network) backward(p *printer) []jen.Code {
	var code []jen.Code
	for _, phase := range []schedule.Phase{schedule.Forward, schedule.Loss, schedule.Backward} {
		for _, g := range n.groups(phase) {
			if phase == schedule.Forward && !drops(g) {
				continue
			}
			f := n.Program.Func(g.Name)
			code = append(code, layerComment(n.title(g), f, "Schedule: "+g.Reason)...)
			code = append(code, p.kernelDecl(f, n.FuncName(g))...)
		}
	}
	return code
}

// scalarFuncs prints the scalar functions that the kernels with the given names call.
func (n *Network) scalarFuncs(p *printer, called map[string]bool) []jen.Code {
	var code []jen.Code
	for _, f := range n.Program.Functions {
		if called[f.Name] {
			code = append(code, p.functionDecl(f)...)
		}
	}
	return code
}

// calls collects the names of the functions that kernels call.
func calls(funcs ...*kernel.Func) map[string]bool {
	called := map[string]bool{}
	for _, f := range funcs {
		if f != nil {
			kernel.Walk(f.Body, func(a kernel.Apply) { called[a.Func.Name] = true })
		}
	}
	return called
}
