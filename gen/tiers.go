package gen

import (
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/emit"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/amd64"
)

// vectorize compiles the training step for vector registers, once per kind of machine. A network with dropout stays
// portable Go: its masks are drawn row by row. So does one whose batches are too small to gain.
func vectorize(n *emit.Network, g *graph.Graph) error {
	if n.Model.Train.Batch < schedule.FewRows {
		return nil
	}
	for _, v := range g.Values {
		if v.Role == graph.Noise {
			return nil
		}
	}
	element := vector.Float32
	if n.Model.Precision == "float64" {
		element = vector.Float64
	}
	type made struct {
		from *kernel.Func
		tier *emit.Tier
		code *vector.Func
	}
	var step []made
	done := map[*kernel.Func]bool{}
	for _, t := range []struct {
		*target.Vector
		constant string
	}{{target.AVX2, "TierAVX2"}, {target.AVX512, "TierAVX512"}} {
		tier := &emit.Tier{Constant: t.constant, Suffix: strings.ToUpper(t.Name)}
		tier.Program = kernel.Lower(schedule.Columns(g, t.Vector, int(element), false), "")
		tier.Fused = kernel.Lower(schedule.Columns(g, t.Vector, int(element), true), "")
		for i, f := range tier.Fused.Funcs {
			if f.Scalar("rate") == nil {
				tier.Fused.Funcs[i] = tier.Program.Funcs[i] // the same
			}
		}
		for _, f := range append(slices.Clip(tier.Program.Funcs), tier.Fused.Funcs...) {
			if done[f] {
				continue
			}
			done[f] = true
			code, err := vector.Compile(f, t.Vector, element)
			if err != nil {
				return err
			}
			step = append(step, made{f, tier, code})
		}
		n.Tiers = append(n.Tiers, tier)
	}
	var row []made
	if plan := schedule.Lines(g, target.AVX2, int(element)); plan != nil {
		n.Row = &emit.Tier{Suffix: "RowAVX2", Program: kernel.Lower(plan, "")}
		for _, f := range n.Row.Program.Funcs {
			code, err := vector.Compile(f, target.AVX2, element)
			if err != nil {
				return err
			}
			row = append(row, made{f, n.Row, code})
		}
	}
	kernels := func(ofRow bool) (named []amd64.Kernel) {
		list := step
		if ofRow {
			list = row
		}
		for _, m := range list {
			named = append(named, amd64.Kernel{Name: n.VectorName(m.from, m.tier), Func: m.code})
		}
		return named
	}
	n.Assembly = func(header string, ofRow bool) string { return amd64.Assembly(header, kernels(ofRow)) }
	n.Stubs = func(header, pkg string, ofRow bool) string { return amd64.Stubs(header, pkg, kernels(ofRow)) }
	return nil
}
