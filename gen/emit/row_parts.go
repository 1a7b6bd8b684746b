package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// rowParts prints what runs the parts of the kernels that take too long for one call, under their names.
func (n *Network) rowParts(p *printer, picks ...func(*Row) *kernel.Func) []jen.Code {
	var code []jen.Code
	for _, r := range n.Rows {
		for _, pick := range picks {
			if whole := pick(r); whole != nil && r.Parts[whole] != nil {
				code = append(code, n.rowInParts(p, r, whole)...)
			}
		}
	}
	return code
}

// rowInParts prints it for one kernel.
func (n *Network) rowInParts(p *printer, r *Row, whole *kernel.Func) []jen.Code {
	const scratch = "scratch"
	params := n.rowParams(p, whole)
	for _, s := range whole.Scalars {
		params = append(params, jen.Id(s.Name).Add(map[kernel.ScalarKind]jen.Code{
			kernel.Float: jen.Id(p.float), kernel.Seed: jen.Uint64(), kernel.Row: jen.Int(),
		}[s.Kind]))
	}
	body := []jen.Code{jen.Var().Id(scratch).Index(jen.Lit(whole.Locals[0].Len)).Id(p.float)}
	for _, f := range r.Parts[whole] {
		args := arguments(f, func(a *kernel.Array) jen.Code {
			if a.Name == scratch {
				return jen.Op("&").Id(scratch)
			}
			return jen.Id(a.Name)
		}, func(name string) jen.Code { return jen.Id(name) })
		call := jen.Id(n.VectorName(f, r.Suffix)).Call(args...)
		if f.Result != "" {
			call = jen.Id(f.Result).Op("=").Add(call)
		}
		body = append(body, repeated(f, call))
	}
	name := n.VectorName(whole, r.Suffix)
	head := jen.Func().Id(name).Params(params...)
	if whole.Result != "" {
		head.Parens(jen.Id(whole.Result).Id(p.float))
		body = append(body, jen.Return(jen.Id(whole.Result)))
	}
	return append(comment(name+" "+whole.Summary+" It does so in parts, so that no call takes long."), head.Block(body...), jen.Line())
}
