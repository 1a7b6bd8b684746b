package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// draw prints the call that yields the uniform numbers of four elements.
func (p *printer) draw(s kernel.Draw) *jen.Statement {
	return jen.Qual(runtimePath, "Uniform"+p.suffix()).Call(
		jen.Id("seed"), jen.Lit(s.Stream), jen.Id("step"), jen.Uint32().Call(jen.Id("row")), jen.Id(s.Block.String()))
}
