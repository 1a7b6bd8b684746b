package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// blocked tells whether the rows are taken block by block, with the activations of a block kept.
func (n *Network) blocked() bool { return n.plan().Block > 1 }

// block returns how many rows are in work at once, or summed up by themselves; 1: there are no blocks.
func (n *Network) block() int {
	if n.Model.Strict() {
		return schedule.Samples
	}
	return n.plan().Block
}

// work prints the scratch of one goroutine.
func (n *Network) work(p *printer) []jen.Code {
	var fields []jen.Code
	gradient := jen.Id("g").Add(p.of("Params")).Comment("gradient of " + p.top("StepSGD"))
	if n.Tiers != nil { // first, because memory for a Work begins a cache line
		fields = append(fields, jen.Id("columns").Id(p.top("columns")).Comment("memory of vector code"), gradient, jen.Line())
	}
	if n.random() {
		fields = append(fields, jen.List(jen.Id("Seed"), jen.Id("Step")).Uint64().Comment("the key of the dropout masks; give every step its own"), jen.Line())
	}
	if p.strict {
		fields = append(fields, jen.Id("block").Add(p.of("Params")).Comment("gradient of a block of rows"), jen.Line())
	}
	seen := map[string]bool{}
	for _, f := range n.Program.Funcs {
		for _, a := range f.Arrays {
			v := a.Value
			if name := fieldName(v); isScratch(v) && !seen[name] {
				seen[name] = true
				t := jen.Id(name)
				if n.blocked() {
					t.Index(jen.Id(p.top("Block")))
				}
				fields = append(fields, t.Index(jen.Lit(a.Len)).Id(p.float).Comment(valueText(v)))
			}
		}
	}
	if n.Tiers == nil {
		fields = append(fields, jen.Line(), gradient)
	}
	var code []jen.Code
	if n.block() > 1 {
		rows := "that are in work at once"
		if p.strict {
			rows = "whose gradients are summed up by themselves"
		}
		code = append(comment(p.top("Block")+" is the number of rows "+rows+"; longer batches go block by block."),
			jen.Const().Id(p.top("Block")).Op("=").Lit(n.block()), jen.Line())
	}
	of := "a row"
	if n.blocked() {
		of = "a block of rows"
	}
	code = append(code, comment(p.top("Work")+" is the scratch of one goroutine: the activations of "+of+" and the gradients that flow back through them.")...)
	return append(code, jen.Type().Id(p.top("Work")).Struct(fields...), jen.Line())
}

// workParam prints the parameter that points to it.
func (p *printer) workParam() jen.Code { return jen.Id("w").Op("*").Id(p.top("Work")) }

// isScratch tells whether a value lives in the scratch.
func isScratch(v *graph.Value) bool {
	return v.Role == graph.Activation || v.Role == graph.Gradient && v.Of.Role == graph.Activation
}

func valueText(v *graph.Value) string {
	if v.Of != nil {
		return fmt.Sprintf("∂L/∂%s of %s", v.Of.Name, v.Of.Layer)
	}
	return fmt.Sprintf("%s of %s", v.Name, v.Layer)
}
