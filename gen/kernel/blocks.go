package kernel

import (
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// Slot is the place of a value in the scratch of vector code.
type Slot struct {
	*Array
	Offset int
}

// Blocks joins the functions of plans of columns into few: their operands become places of flat arrays, which are the
// parameters p, their gradient dp, and the scratch, in which a block of rows keeps its values.
type Blocks struct {
	Scratch []Slot
	// MaxTerms is how many multiply-adds of a block a function may have, MaxPart how many a call runs of a loop that has more.
	MaxTerms, MaxPart int

	plan  *schedule.Plan
	bases []*Array
}

// The names of the flat arrays.
const (
	scratchName, parametersName, gradientName = "scratch", "p", "dp"
)

// Assembly is never preempted, so a call should be done in about 100 µs. Machines do 40 multiply-adds per ns, but 30 where
// rows of W lie pages apart, and 25 where they lie in memory (dx of 1024 outputs and inputs, AVX2, Zen 5).
const maxTerms, maxPart = 4_000_000, 2_000_000

// NewBlocks places what the functions of a plan of columns have between them, each value at a multiple of align
// elements. Other plans of the graph, for wider registers, have the same values or fewer.
func NewBlocks(p *Program, align int) *Blocks {
	b := &Blocks{MaxTerms: maxTerms, MaxPart: maxPart, plan: p.Plan}
	given := []*Array{{Name: gradientName, Len: p.Plan.Len()}, {Name: parametersName, Len: p.Plan.Len()}}
	scratch := &Array{Name: scratchName}
	seen := map[string]bool{scratchName: true}
	for _, f := range p.Funcs {
		for _, a := range f.Arrays {
			switch of := b.place(a).Of; {
			case of == "":
				b.Scratch = append(b.Scratch, Slot{a, scratch.Len})
				scratch.Len += (a.Len + align - 1) / align * align
			case of == a.Name && !seen[of]:
				seen[of] = true
				given = append(given, a)
			}
		}
	}
	b.bases = append([]*Array{given[0], scratch}, given[1:]...)
	return b
}

// place tells where an operand lies; Of is "" where it has no place yet.
func (b *Blocks) place(a *Array) Place {
	v := a.Value
	if q, ok := b.plan.Param(v); ok {
		return Place{parametersName, q.Offset}
	}
	if v.Of != nil {
		if q, ok := b.plan.Param(v.Of); ok {
			return Place{gradientName, q.Offset}
		}
	}
	switch {
	case v.Role == graph.Input && a.Copy:
		return Place{Of: "x" + rowsSuffix}
	case v.Role == graph.Target || v.Role == graph.Scale || v.Role == graph.Loss || v == b.plan.Graph.Output && a.Copy:
		return Place{Of: a.Name}
	}
	for _, s := range b.Scratch {
		if s.Value == v && s.Copy == a.Copy {
			return Place{scratchName, s.Offset}
		}
	}
	return Place{}
}

// Join returns functions that run those of a program one after the other: one, or where that would take too long
// several, with numbers behind the name. Some of these are called for some turns at a time.
func (b *Blocks) Join(name, summary string, p *Program) []*Func {
	var all []*Func
	for _, f := range p.Funcs {
		if f.Terms*schedule.Samples > b.MaxTerms && f.Result == "" {
			all = append(all, f.parts(b.MaxPart)...)
		} else {
			all = append(all, f)
		}
	}
	funcs := joined(name, summary, b.bases, perCall(all, schedule.Samples, b.MaxTerms), b.place)
	if len(funcs) == 1 {
		funcs[0].Name = name
	}
	return funcs
}
