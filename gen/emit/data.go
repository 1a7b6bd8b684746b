package emit

import "github.com/dave/jennifer/jen"

// What the functions of the training package take: rows x with their targets and, where rows are weighted, a weight each.

// rowType and targetType print the types of rows, and of the target of one.
func (n *Network) rowType(p *printer, size int) *jen.Statement {
	return jen.Index().Index(jen.Lit(size)).Id(p.float)
}

func (n *Network) targetType(p *printer) *jen.Statement {
	if n.classes() {
		return p.of("Class")
	}
	return jen.Index(jen.Lit(n.outputs())).Id(p.float)
}

// rowTargetType prints the type of the target of one row as functions take it, targetOf the target of a row of some.
func (n *Network) rowTargetType(p *printer) *jen.Statement {
	if n.classes() {
		return n.targetType(p)
	}
	return p.array(n.outputs())
}

func (n *Network) targetOf(row jen.Code) *jen.Statement {
	target := jen.Id("target").Index(row)
	if n.classes() {
		return target
	}
	return jen.Op("&").Add(target)
}

// dataParams prints the parameters for the rows.
func (n *Network) dataParams(p *printer) []jen.Code {
	params := []jen.Code{jen.Id("x").Add(n.rowType(p, n.inputs())), jen.Id("target").Index().Add(n.targetType(p))}
	if n.weighted() {
		params = append(params, jen.Id("weight").Index().Id(p.float))
	}
	return params
}

// data prints the arguments for dataParams, each with a suffix: all rows, or some of them.
func (n *Network) data(suffix string) []jen.Code {
	args := []jen.Code{jen.Id("x" + suffix), jen.Id("target" + suffix)}
	if n.weighted() {
		args = append(args, jen.Id("weight"+suffix))
	}
	return args
}

// every prints a condition on each of these arguments.
func every(data []jen.Code, holds func(d jen.Code) *jen.Statement) *jen.Statement {
	all := holds(data[0])
	for _, d := range data[1:] {
		all.Op("&&").Add(holds(d))
	}
	return all
}

// perBlock prints a loop that hands block by block of the rows that are left to body: the first rows of them, as many as
// next says.
func (n *Network) perBlock(next jen.Code, body ...jen.Code) jen.Code {
	fits := jen.Lit(0).Op("<").Id("rows").Op("&&").Add(every(n.data(""), func(d jen.Code) *jen.Statement { return jen.Id("rows").Op("<=").Len(d) }))
	body = append(body, jen.List(n.data("")...).Op("=").List(n.data("[rows:]")...))
	return jen.For(jen.Id("rows").Op(":=").Add(next), fits, jen.Id("rows").Op("=").Add(next)).Block(body...)
}

// meanScale prints the declaration of scale, how much a row counts in the mean; rowScale prints it with the row's weight.
func (p *printer) meanScale() jen.Code {
	return jen.Id("scale").Op(":=").Lit(1).Op("/").Id(p.float).Call(jen.Len(jen.Id("x")))
}

func (n *Network) rowScale(p *printer) *jen.Statement {
	if n.weighted() {
		return p.rounded(jen.Id("scale").Op("*").Id("weight").Index(jen.Id("n")))
	}
	return jen.Id("scale")
}

// rowCount prints how many rows there are, at most a number of them.
func (n *Network) rowCount(most jen.Code) *jen.Statement {
	var counts []jen.Code
	for _, d := range n.data("") {
		counts = append(counts, jen.Len(d))
	}
	return jen.Min(append(counts, most)...)
}

// dataNames lists the arguments for dataParams in words.
func (n *Network) dataNames() string {
	if n.weighted() {
		return "x, target and weight"
	}
	return "x and target"
}

// weightDoc documents the weights, where there are any.
func (n *Network) weightDoc() string {
	if n.weighted() {
		return " Row n counts weight[n] times in the mean, whose divisor is the number of rows."
	}
	return ""
}

// classDoc documents what becomes of targets that are no classes, where targets are classes.
func (n *Network) classDoc() string {
	switch {
	case !n.classes():
		return ""
	case n.outputs() == 1:
		return " A target that is no class is not refused: the loss takes it for the number that it is."
	}
	return " A target that is no class is not refused: its row counts, but as one of no class at all."
}

// lengths prints the check that there is a target for every row.
func (n *Network) lengths(name string) jen.Code {
	return jen.If(n.differ()).Block(jen.Panic(jen.Lit(name + ": " + n.dataNames() + " differ in length")))
}

// differ prints the condition that there is not.
func (n *Network) differ() *jen.Statement {
	differ := jen.Len(jen.Id("x")).Op("!=").Len(jen.Id("target"))
	if n.weighted() {
		differ.Op("||").Len(jen.Id("x")).Op("!=").Len(jen.Id("weight"))
	}
	return differ
}
