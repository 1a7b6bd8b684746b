package graph

import (
	"strconv"
	"strings"
	"text/tabwriter"
)

// String returns n, o=16.
func (a Axis) String() string {
	if a.Size == 0 {
		return a.Name
	}
	return a.Name + "=" + strconv.Itoa(a.Size)
}

// String returns dense1.z[n,o=16].
func (v *Value) String() string {
	if len(v.Axes) == 0 {
		return v.Ref()
	}
	axes := make([]string, len(v.Axes))
	for i, a := range v.Axes {
		axes[i] = a.String()
	}
	return v.Ref() + "[" + strings.Join(axes, ",") + "]"
}

// Equation writes what n computes as mathematics. Values of other layers are
// qualified: z[n,o] = b[o] + Σᵢ dense1.y[n,i]·w[o,i].
func (n *Node) Equation() string {
	return n.Op.Equation(func(v *Value) string {
		if v.Layer == n.Layer {
			return v.Name
		}
		return v.Ref()
	}, n.Outs, n.Args)
}

// String prints a line per leaf and per node, in columns: the layer, what is
// computed, by which op, and the equation. Below stand the bodies of scans.
func (g *Graph) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	line := func(cells ...string) { w.Write([]byte(strings.Join(cells, "\t") + "\n")) }
	line("graph " + g.Name)
	for _, v := range g.Values {
		if v.Node == nil {
			line(v.Role.String(), v.String())
		}
	}
	for _, n := range g.Nodes {
		line(n.Layer, join(n.Outs, (*Value).String), n.Op.String()+" "+join(n.Args, (*Value).Ref), n.Equation())
	}
	for _, end := range []struct {
		what  string
		value *Value
	}{{"output", g.Output}, {"loss", g.Loss}} {
		if end.value != nil {
			line(end.what, end.value.Ref())
		}
	}
	for _, p := range g.Gradients {
		line("gradient", p.Value.Ref(), "of "+p.Of.Ref())
	}
	w.Flush()
	for _, n := range g.Nodes {
		if scan, ok := n.Op.(Scan); ok {
			b.WriteString("\n" + scan.Body.String())
		}
	}
	return b.String()
}

func join(values []*Value, text func(*Value) string) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = text(v)
	}
	return strings.Join(texts, " ")
}
