package schedule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
)

// Verify reports what is wrong with a plan. What it finds is a mistake of the program that made the plan.
func (p *Plan) Verify() error {
	for _, check := range []func() error{p.verifyOps, p.verifyPlaces, p.verifyBlock, p.verifyParams, p.verifyNests} {
		if err := check(); err != nil {
			return fmt.Errorf("schedule %s: %w", p.Graph.Name, err)
		}
	}
	return nil
}

// nodes returns the ops of a stage.
func (s Stage) nodes() []*graph.Node {
	if s.Epilogue == nil {
		return []*graph.Node{s.Node}
	}
	return []*graph.Node{s.Node, s.Epilogue}
}

// verifyOps checks that every op of the graph runs once, after what it reads.
func (p *Plan) verifyOps() error {
	known := map[*graph.Value]bool{}
	for _, v := range p.Graph.Values {
		known[v] = v.Node == nil
	}
	ran := map[*graph.Node]bool{}
	for _, g := range p.Groups {
		for _, s := range g.Stages {
			for _, n := range s.nodes() {
				if ran[n] {
					return fmt.Errorf("%s computes %s a second time", g.Name, n.Outs[0].Ref())
				}
				ran[n] = true
				for _, a := range n.Args {
					if !known[a] {
						return fmt.Errorf("%s reads %s before it is computed", g.Name, a.Ref())
					}
				}
				for _, out := range n.Outs {
					known[out] = true
				}
			}
		}
	}
	for _, n := range p.Graph.Nodes {
		if !ran[n] {
			return fmt.Errorf("no group computes %s", n.Outs[0].Ref())
		}
	}
	return nil
}

// verifyPlaces checks that what stays in registers, or is overwritten, is not read from memory later.
func (p *Plan) verifyPlaces() error {
	readers := p.Graph.Readers()
	for _, g := range p.Groups {
		for i, s := range g.Stages {
			out := s.Node.Outs[0]
			switch {
			case s.Epilogue != nil && !appliesTo(s.Epilogue, out):
				return fmt.Errorf("%s: the epilogue of %s does not work on it alone", g.Name, out.Ref())
			case s.Epilogue != nil && !s.KeepSum && (len(readers[out]) > 1 || p.Graph.Output == out):
				return fmt.Errorf("%s: %s is read later, but not kept", g.Name, out.Ref())
			case s.Resident && (!within(g, readers[out]) || p.Graph.Output == out):
				return fmt.Errorf("%s: %s is in registers, but read outside", g.Name, out.Ref())
			case s.InPlace && !sameAxes(out, s.Node.Args[0]):
				return fmt.Errorf("%s: %s does not fit into %s", g.Name, out.Ref(), s.Node.Args[0].Ref())
			case s.InPlace && p.readAfter(g, i, s.Node.Args[0]):
				return fmt.Errorf("%s: %s is overwritten, but read later", g.Name, s.Node.Args[0].Ref())
			case s.InPlace && !within(g, readers[out]):
				return fmt.Errorf("%s: %s lies in %s, but is read outside", g.Name, out.Ref(), s.Node.Args[0].Ref())
			}
		}
	}
	return nil
}

// appliesTo tells whether n is an elementwise op on v alone.
func appliesTo(n *graph.Node, v *graph.Value) bool {
	_, ok := n.Op.(graph.Map)
	return ok && len(n.Args) == 1 && n.Args[0] == v && sameAxes(n.Outs[0], v)
}

func sameAxes(a, b *graph.Value) bool {
	return slices.EqualFunc(a.Axes, b.Axes, func(a, b graph.Axis) bool { return a.Size == b.Size })
}

// readAfter tells whether anything reads v after stage i of group g.
func (p *Plan) readAfter(g *Group, i int, v *graph.Value) bool {
	after := false
	for _, other := range p.Groups {
		for k, s := range other.Stages {
			for _, n := range s.nodes() {
				if after && slices.Contains(n.Args, v) {
					return true
				}
			}
			after = after || other == g && k == i
		}
	}
	return false
}

// verifyBlock checks that the rows of a group's functions fit those that are in work at once.
func (p *Plan) verifyBlock() error {
	if p.Block < 1 {
		return fmt.Errorf("a block has %d rows", p.Block)
	}
	for _, g := range p.Groups {
		if !g.PerRow && p.Block == 1 {
			return fmt.Errorf("%s works on a block, but rows come one by one", g.Name)
		}
	}
	return nil
}

// verifyParams checks that every parameter has a place of its own and that nothing lies between them.
func (p *Plan) verifyParams() error {
	end := 0
	placed := map[*graph.Value]bool{}
	for _, q := range p.Params {
		ref := q.Value.Ref()
		switch {
		case placed[q.Value]:
			return fmt.Errorf("%s is placed twice", ref)
		case q.Offset != end:
			return fmt.Errorf("%s is at offset %d, want %d", ref, q.Offset, end)
		case q.Order != "" && sorted(q.Order) != sorted(graph.Letters(q.Value.Axes)):
			return fmt.Errorf("%s is in order %s, want each of %s once", ref, q.Order, graph.Letters(q.Value.Axes))
		}
		placed[q.Value] = true
		end += q.Len()
	}
	for _, v := range p.Graph.Parameters() {
		if !placed[v] {
			return fmt.Errorf("%s has no place", v.Ref())
		}
	}
	if len(p.Params) != len(p.Graph.Parameters()) {
		return fmt.Errorf("%d places for %d parameters", len(p.Params), len(p.Graph.Parameters()))
	}
	return nil
}

func sorted(s string) string {
	letters := strings.Split(s, "")
	slices.Sort(letters)
	return strings.Join(letters, "")
}
