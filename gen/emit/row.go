package emit

import (
	"io/fs"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/runtime"
)

// tierName refers to a name of the runtime's detection of tiers. A model package of its own has a copy of that.
func (n *Network) tierName(name string) *jen.Statement {
	if n.Prefix == "" {
		return jen.Id(strings.ToLower(name[:1]) + name[1:])
	}
	return jen.Qual(runtimePath, name)
}

// rowFiles prints the forward pass of one row in vector registers: what calls it, the assembly, its declarations, and
// what stands in its place where there is none.
func (n *Network) rowFiles(w *writer, p *printer, pkg, path string) {
	f := jen.NewFile(pkg)
	f.Add(block(n.rowCode(p)))
	w.code(path+"rows_amd64.go", f, "//go:build amd64 && !purego")
	w.add(path+"row_kernels_amd64.s", []byte(n.Assembly(n.head()+"\n", true)), nil)
	w.text(path+"row_kernels_amd64.go", n.Stubs(n.head()+"\n", pkg, true))

	f = jen.NewFile(pkg)
	code := append(comment(p.top("hasVectors")+" tells that this build has no vector code."), jen.Const().Id(p.top("hasVectors")).Op("=").False(), jen.Line())
	code = append(code, comment(p.top("forwardVector")+" is not called.")...)
	f.Add(block(append(code, n.rowSignature(p).Block())))
	w.code(path+"rows_other.go", f, "//go:build !amd64 || purego")
}

func (n *Network) rowSignature(p *printer) *jen.Statement {
	return jen.Func().Id(p.top("forwardVector")).Params(
		jen.Id("y").Add(p.array(n.outputs())), jen.Id("x").Add(p.array(n.inputs())), jen.Id("p").Op("*").Add(p.of("Params")),
	)
}

// rowCode prints the calls of the forward pass. Rows are short: wider registers than those of AVX2 gain nothing.
func (n *Network) rowCode(p *printer) []jen.Code {
	vector := p.top("hasVectors")
	code := append(comment(vector+" tells that this processor has the vector registers of AVX2."),
		jen.Var().Id(vector).Op("=").Add(n.tierName("VectorTier")).Call().Op(">=").Add(n.tierName("TierAVX2")), jen.Line())
	code = append(code, comment(p.top("forwardVector")+" does what Forward does, in vector registers.")...)
	return append(code, n.rowSignature(p).Block(n.rowCalls(p, n.Row)...), jen.Line())
}

// rowCalls prints the layers of one tier.
func (n *Network) rowCalls(p *printer, t *Tier) []jen.Code {
	g := n.plan().Graph
	var code []jen.Code
	declared := map[*graph.Value]bool{g.Input: true, g.Output: true}
	c := &caller{printer: p, net: n, input: func(bool) *jen.Statement { return jen.Id("x") }}
	c.place = func(v *graph.Value, _ bool) *jen.Statement {
		if v == g.Output {
			return jen.Id("y")
		}
		return jen.Op("&").Id(fieldName(v))
	}
	for _, f := range t.Forward {
		for _, a := range f.Arrays {
			if v := a.Value; v.Role == graph.Activation && !declared[v] {
				declared[v] = true
				code = append(code, jen.Var().Id(fieldName(v)).Index(jen.Lit(schedule.Size(v))).Id(p.float))
			}
		}
		code = append(code, c.call(f, jen.Id(n.VectorName(f, t))))
	}
	return code
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
