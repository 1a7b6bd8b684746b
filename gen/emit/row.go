package emit

import (
	"io/fs"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/runtime"
)

// Row is the vector code for one row on one kind of machine, each kernel the whole network; nil where portable code is
// faster.
type Row struct {
	Constant string // of the runtime: TierAVX2
	Suffix   string // of the functions: AVX2

	Forward, Predict *kernel.Func                    // the output, and what the link makes of it
	Step             *kernel.Func                    // the gradients times a factor, added to something
	Parts            map[*kernel.Func][]*kernel.Func // of those that take too long for one call

	Block          []*kernel.Func // the outputs of a block of rows, to be called in this order
	Lanes, Vectors int            // of a register; registers of samples in a tile of a block
}

// Funcs lists the kernels that there are.
func (r *Row) Funcs() []*kernel.Func {
	var funcs []*kernel.Func
	for _, f := range []*kernel.Func{r.Forward, r.Predict, r.Step} {
		if f != nil {
			funcs = append(funcs, f)
		}
	}
	return append(funcs, r.Block...)
}

// rowsWith lists the tiers that have a kernel, from the widest to the narrowest.
func (n *Network) rowsWith(pick func(*Row) *kernel.Func) []*Row {
	var rows []*Row
	for _, r := range n.Rows {
		if pick(r) != nil {
			rows = append(rows, r)
		}
	}
	return rows
}

func forwardOf(r *Row) *kernel.Func { return r.Forward }
func predictOf(r *Row) *kernel.Func { return r.Predict }
func stepOf(r *Row) *kernel.Func    { return r.Step }

// ScoresBlocks tells whether blocks of rows may go through the layers alone: no normaliser comes in between.
func (n *Network) ScoresBlocks() bool { return !n.apart() }

// infersRows and trainsRows tell whether the model package and the training package have vector code for rows.
func (n *Network) infersRows() bool { return len(n.rowsWith(forwardOf)) > 0 || n.infersBlocks() }
func (n *Network) trainsRows() bool { return len(n.rowsWith(stepOf)) > 0 }

// tierName refers to a name of the runtime's detection of tiers. A model package of its own has a copy of that.
func (n *Network) tierName(name string) *jen.Statement {
	if n.Prefix == "" {
		return jen.Id(strings.ToLower(name[:1]) + name[1:])
	}
	return jen.Qual(runtimePath, name)
}

// rowFiles prints the forward pass of one row in vector registers: the assembly, its declarations, the choice, and what
// stands in its place where there is none.
func (n *Network) rowFiles(w *writer, p *printer, pkg, path string) {
	tier := p.top("rowTier")
	f := jen.NewFile(pkg)
	f.Add(block(append(comment(tier+" is the kind of vector registers that this processor has."),
		jen.Var().Id(tier).Op("=").Add(n.tierName("VectorTier")).Call(), jen.Line())))
	f.Add(block(n.blocksCode(p)))
	f.Add(block(n.rowParts(p, forwardOf, predictOf)))
	w.code(path+"rows_amd64.go", f, "//go:build amd64 && !purego")
	w.kernels(path+"row_kernels_amd64", pkg, n.RowKernels)

	f = jen.NewFile(pkg)
	var code []jen.Code
	if len(n.rowsWith(forwardOf)) > 0 {
		code = append(comment(tier+" tells that this build has no vector code: what is called where there is some only has to be declared."), jen.Const().Id(tier).Op("=").Add(n.tierName("TierGeneric")), jen.Line())
	}
	code = append(code, n.withoutBlocks(p)...)
	for _, r := range n.Rows {
		for _, k := range []*kernel.Func{r.Forward, r.Predict} {
			if k != nil {
				f := jen.Func().Id(n.VectorName(k, r.Suffix)).Params(n.rowParams(p, k)...)
				if k.Result != "" {
					f.Id(p.float)
				}
				code = append(code, f.Block(jen.Panic(jen.Lit("no vector code"))), jen.Line())
			}
		}
	}
	f.Add(block(code))
	w.code(path+"rows_other.go", f, "//go:build !amd64 || purego")
}

// rowParams prints the parameters of a kernel.
func (n *Network) rowParams(p *printer, k *kernel.Func) []jen.Code {
	var params []jen.Code
	for _, a := range k.Arrays {
		params = append(params, jen.Id(a.Name).Add(p.array(a.Len)))
	}
	return params
}

// rowChoice prints the call of a kernel for one row where the processor can run one, else portable code.
func (n *Network) rowChoice(p *printer, pick func(*Row) *kernel.Func, y jen.Code, portable []jen.Code) []jen.Code {
	var cases []jen.Code
	for _, r := range n.rowsWith(pick) {
		args := []jen.Code{y, jen.Id("x"), n.trainedPart(p, "p")}
		if pick(r).Array("order") != nil {
			args = append(args, jen.Op("&").Id(p.top("order")))
		}
		call := jen.Id(n.VectorName(pick(r), r.Suffix)).Call(args...)
		if n.ordered() && pick(r).Result != "" && n.classes() {
			call = jen.Return(jen.Id(p.top("classAt")).Call(call))
		}
		cases = append(cases, jen.Case(n.tierName(r.Constant)).Block(call))
	}
	if cases == nil {
		return portable
	}
	cases = append(cases, jen.Default().Block(portable...))
	return []jen.Code{jen.Switch(jen.Id(p.top("rowTier"))).Block(cases...)}
}

// ordered tells whether the kernels of Predict return which output is the largest.
func (n *Network) ordered() bool {
	rows := n.rowsWith(predictOf)
	return len(rows) > 0 && rows[0].Predict.Result != "" && !n.apart()
}

// orderCode prints the table by which the kernels of Predict tell which output is the largest, and what reads it.
func (n *Network) orderCode(p *printer) []jen.Code {
	if !n.ordered() {
		return nil
	}
	var places []jen.Code
	for o := range n.outputs() {
		places = append(places, jen.Lit(n.outputs()-o))
	}
	order := p.top("order")
	code := append(comment(order+" counts the outputs down, so that the first of some has the largest place."),
		jen.Var().Id(order).Op("=").Index(jen.Lit(n.outputs())).Id(p.float).Values(places...), jen.Line())
	if !n.classes() {
		return code
	}
	name := p.top("classAt")
	code = append(code, comment(name+" returns the class of a place in "+order+".")...)
	return append(code, jen.Func().Id(name).Params(jen.Id("place").Id(p.float)).Add(p.of("Class")).Block(
		jen.If(jen.Id("place").Op(">=").Lit(1)).Block(jen.Return(p.of("Class").Call(jen.Lit(n.outputs()).Op("-").Int().Call(jen.Id("place"))))),
		jen.Return(p.of("NoClass"))), jen.Line())
}

// detection copies the runtime's detection of tiers into a model package, which imports the standard library only.
func (w *writer) detection(pkg string) {
	for _, name := range []string{"tier.go", "tier_amd64.go", "tier_amd64.s", "tier_other.go"} {
		src, err := fs.ReadFile(runtime.Source, name)
		if err != nil {
			w.add(pkg+"/"+name, nil, err)
			continue
		}
		text := strings.Replace(string(src), "package runtime", "package "+pkg, 1)
		for _, word := range []string{"TierVariable", "TierGeneric", "TierAVX2", "TierAVX512", "VectorTier"} {
			text = replaceWord(text, word, strings.ToLower(word[:1])+word[1:])
		}
		text = replaceWord(text, "Tier", "tierKind")
		if strings.HasSuffix(name, ".s") {
			w.add(pkg+"/"+name, []byte(w.net.head()+"\n"+text), nil)
			continue
		}
		w.text(pkg+"/"+name, text)
	}
}
