package emit

import "github.com/dave/jennifer/jen"

// What vector code with dropout is told beside the rows: the key of the masks, and which row comes first in a block.

// maskParams prints the parameters of a step.
func (n *Network) maskParams() []jen.Code {
	if !n.random() {
		return nil
	}
	return []jen.Code{jen.List(jen.Id("seed"), jen.Id("step")).Uint64()}
}

// maskArgs prints their values.
func (n *Network) maskArgs() []jen.Code {
	if !n.random() {
		return nil
	}
	return []jen.Code{jen.Id("w").Dot("Seed"), jen.Id("w").Dot("Step")}
}

// rowMask prints what a step of one row, of some number in its batch, has in their places.
func (n *Network) rowMask(row jen.Code) []jen.Code {
	if !n.random() {
		return nil
	}
	return []jen.Code{jen.Id("seed"), jen.Id("step"), row}
}

// maskKey prints what a step begins with.
func (n *Network) maskKey() []jen.Code {
	if !n.random() {
		return nil
	}
	c := ofColumns
	return []jen.Code{jen.List(c("seed"), c("step"), c("row")).Op("=").List(jen.Id("seed"), jen.Id("step"), jen.Lit(0))}
}

// passRows prints what follows a block.
func (n *Network) passRows() jen.Code {
	if !n.random() {
		return jen.Null()
	}
	return ofColumns("row").Op("+=").Id("rows")
}
