package schedule

import (
	"errors"
	"fmt"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
)

// verifyNests checks the loops of every stage that has any.
func (p *Plan) verifyNests() error {
	for _, g := range p.Groups {
		for _, s := range g.Stages {
			x, ok := extentOf(s.Node)
			if !ok {
				continue
			}
			if err := p.verifyNest(g, s.Nest, x); err != nil {
				return fmt.Errorf("%s: %s: %w", g.Name, s.Node.Outs[0].Ref(), err)
			}
		}
	}
	return nil
}

// extent is the axes over which an op loops.
type extent struct {
	size         map[byte]int
	kept, summed string // without the sample axis
	overRows     bool   // the sample axis is summed over
}

// extentOf returns the axes over which an op loops; ok is false for an op whose loops its lowering knows.
func extentOf(n *graph.Node) (x extent, ok bool) {
	var sub string
	switch op := n.Op.(type) {
	case graph.Contract:
		sub = op.Sub
	case graph.Reduce:
		sub = op.Sub
	case graph.Map:
		sub = op.Sub
	default:
		return extent{}, false
	}
	args, out := Subscripts(sub)
	x = extent{size: sizes(n, args), overRows: strings.Contains(strings.Join(args, ""), "n") && !strings.Contains(out, "n")}
	for i := range len(out) {
		x.size[out[i]] = n.Outs[0].Axes[i].Size
	}
	x.kept = letters(out, "n")
	x.summed = letters(strings.Join(args, ""), out+"n")
	return x, true
}

// verifyNest checks that the loops cover every axis once and that their tiles fit the registers.
func (p *Plan) verifyNest(g *Group, nest Nest, x extent) error {
	seen := ""
	for _, l := range nest.Loops {
		switch {
		case !strings.Contains(x.kept+x.summed, string(l.Axis)):
			return fmt.Errorf("loops over %c, which it does not have", l.Axis)
		case strings.Contains(seen, string(l.Axis)):
			return fmt.Errorf("loops over %c twice", l.Axis)
		}
		seen += string(l.Axis)
		if err := l.verify(x.size[l.Axis]); err != nil {
			return err
		}
	}
	if missing := letters(x.kept+x.summed, seen); missing != "" {
		return fmt.Errorf("no loop over %s", missing)
	}
	if err := nest.verifyRows(g, p.Block); err != nil {
		return err
	}
	if err := nest.verifyLanes(x); err != nil {
		return err
	}
	return p.verifyTile(nest, x)
}

// verify checks that the segments cover an axis of that size exactly.
func (l Loop) verify(size int) error {
	end := 0
	for _, s := range l.Segments {
		switch {
		case s.From != end:
			return fmt.Errorf("%v: goes on at %d, want %d", l, s.From, end)
		case s.Step < 1 || s.To <= s.From || (s.To-s.From)%s.Step != 0:
			return fmt.Errorf("%v: steps of %d do not fill it", l, s.Step)
		case s.Lanes < 0 || s.Lanes > 0 && s.Step%s.Lanes != 0:
			return fmt.Errorf("%v: %d lanes do not fill a step", l, s.Lanes)
		}
		end = s.To
	}
	if end != size {
		return fmt.Errorf("%v: ends at %d, want %d", l, end, size)
	}
	return nil
}

// verifyRows checks the row loop.
func (n Nest) verifyRows(g *Group, block int) error {
	switch {
	case g.PerRow != (n.Rows == 0):
		return fmt.Errorf("takes %d rows per pass, in a function of a row: %v", n.Rows, g.PerRow)
	case n.Rows > block:
		return fmt.Errorf("takes %d rows per pass of a block of %d", n.Rows, block)
	case n.RowLanes && n.Rows < 2:
		return errors.New("has no rows to lie in lanes")
	}
	return nil
}

// verifyLanes checks that lanes hold rows, or elements of the result along one axis.
func (n Nest) verifyLanes(x extent) error {
	axes := ""
	if n.RowLanes {
		axes = "n"
	}
	for _, l := range n.Loops {
		for _, s := range l.Segments {
			if s.Lanes > 0 && !strings.Contains(axes, string(l.Axis)) {
				axes += string(l.Axis)
			}
		}
	}
	if len(axes) > 1 {
		return fmt.Errorf("has two axes in lanes, %s", axes)
	}
	if terms := letters(axes, x.kept+"n"); terms != "" {
		return fmt.Errorf("has the terms of its sums in lanes, along %s", terms)
	}
	return nil
}

// verifyTile checks that the sums that a tile advances at once fit the registers, and that interleaved sums have terms.
func (p *Plan) verifyTile(n Nest, x extent) error {
	if x.summed == "" || n.throughMemory(x) {
		if n.Sums > 1 {
			return fmt.Errorf("%d interleaved sums, which do not stay in registers", n.Sums)
		}
		return nil
	}
	sums, terms := max(1, n.Sums), 1
	if !n.RowLanes {
		sums *= max(1, n.Rows)
	}
	for _, l := range n.Loops {
		widest := 0
		for _, s := range l.Segments {
			widest = max(widest, s.Step/max(1, s.Lanes))
		}
		if strings.Contains(x.kept, string(l.Axis)) {
			sums *= widest
		} else {
			terms *= widest
		}
	}
	switch {
	case sums > p.Target.SideBySide:
		return fmt.Errorf("%d sums at once, want at most %d", sums, p.Target.SideBySide)
	case n.Sums > terms:
		return fmt.Errorf("%d interleaved sums for %d terms", n.Sums, terms)
	}
	return nil
}

// throughMemory tells whether the sums are completed in memory, because a loop over elements lies inside one over terms.
func (n Nest) throughMemory(x extent) bool {
	if x.overRows && n.Rows > 0 {
		return true
	}
	terms := false
	for _, l := range n.Loops {
		if strings.Contains(x.summed, string(l.Axis)) {
			terms = true
		} else if terms {
			return true
		}
	}
	return false
}
