package emit

import (
	"bytes"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// Loops prints a file of kernels over slices, as generic functions of package pkg, whose constraint Float has float32 and
// float64.
func Loops(head, pkg string, funcs []*kernel.Func) ([]byte, error) {
	p := &printer{names: names{float: "F"}, used: map[string]bool{}}
	f := jen.NewFile(pkg)
	f.HeaderComment(strings.TrimSpace(head))
	for _, k := range funcs {
		f.Add(block(p.sliceDecl(k)))
	}
	var out bytes.Buffer
	err := f.Render(&out)
	return out.Bytes(), err
}

// sliceDecl prints a kernel over slices. All are as long as the first, and the compiler is told so.
func (p *printer) sliceDecl(f *kernel.Func) []jen.Code {
	var slices, others, cuts, scalars []jen.Code
	first := f.Arrays[0].Name
	for _, a := range f.Arrays {
		slices = append(slices, jen.Id(a.Name))
		if a.Name != first {
			others = append(others, jen.Id(a.Name))
			cuts = append(cuts, jen.Id(a.Name).Index(jen.Empty(), jen.Len(jen.Id(first))))
		}
	}
	for _, s := range f.Scalars {
		scalars = append(scalars, jen.Id(s.Name))
	}
	params := []jen.Code{jen.List(slices...).Index().Id(p.float)}
	if len(scalars) > 0 {
		params = append(params, jen.List(scalars...).Id(p.float))
	}
	var body []jen.Code
	if len(others) > 0 {
		body = append(body, jen.List(others...).Op("=").List(cuts...))
	}
	body = append(body, p.body(f.Body)...)
	result := jen.Null()
	if f.Result != "" {
		result = jen.Parens(jen.Id(f.Result).Id(p.float))
		body = append(body, jen.Return(jen.Id(f.Result)))
	}
	decl := comment(f.Name + " " + f.Summary)
	return append(decl, jen.Func().Id(f.Name).Types(jen.Id(p.float).Id("Float")).Params(params...).Add(result).Block(body...), jen.Line())
}
