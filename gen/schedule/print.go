package schedule

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// String prints the plan as a table: every group with its loops and the reason, and the parameters.
func (p *Plan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "rows in work at once: %d\n\n", p.Block)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "function\tphase\tform\tworks on\tmultiply-adds")
	for _, g := range p.Groups {
		on := "a block"
		if g.PerRow {
			on = "a row"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\n", g.Name, g.Phase, g.Form, on, g.Terms)
	}
	t.Flush()
	for _, g := range p.Groups {
		fmt.Fprintf(&b, "\n%s: %s\n", g.Name, g.Reason)
		for _, s := range g.Stages {
			fmt.Fprintf(&b, "\t%s\t%s\n", s.Node.Op, s.text())
		}
	}
	fmt.Fprintln(&b)
	t = tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "offset\tlength\tparameter\t")
	for _, q := range p.Params {
		fmt.Fprintf(t, "%d\t%d\t%s\t\n", q.Offset, q.Len(), q.Value.Ref())
	}
	t.Flush()
	return b.String()
}

// text prints the loops of a stage, outer to inner, and where its result goes.
func (s Stage) text() string {
	var parts []string
	if s.Nest.Rows > 0 {
		parts = append(parts, fmt.Sprintf("rows by %d", s.Nest.Rows))
	}
	for _, l := range s.Nest.Loops {
		parts = append(parts, l.String())
	}
	if s.Nest.Sums > 1 {
		parts = append(parts, fmt.Sprintf("%d interleaved sums", s.Nest.Sums))
	}
	for _, note := range []struct {
		set  bool
		text string
	}{
		{s.Epilogue != nil, "activation in registers"}, {s.KeepSum, "sums kept"},
		{s.Resident, "result in registers"}, {s.InPlace, "in place"},
	} {
		if note.set {
			parts = append(parts, note.text)
		}
	}
	return strings.Join(parts, "; ")
}

// String prints a loop: o 0…126 by 7, 126…128 by 2.
func (l Loop) String() string {
	var parts []string
	for _, s := range l.Segments {
		text := fmt.Sprintf("%d…%d by %d", s.From, s.To, s.Step)
		if s.Lanes > 0 {
			text += fmt.Sprintf(" in %d lanes", s.Lanes)
		}
		parts = append(parts, text)
	}
	text := fmt.Sprintf("%c %s", l.Axis, strings.Join(parts, ", "))
	if l.Straight {
		text += " written out"
	}
	return text
}
