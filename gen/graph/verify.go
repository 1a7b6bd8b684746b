package graph

import (
	"fmt"
	"slices"
)

// Verify reports what is wrong with g: a value that is read before it is
// computed, two values of one name, axes that an op cannot work on. What it
// finds is a mistake of the program that built g.
func (g *Graph) Verify() error {
	refs := map[string]bool{}
	for i, v := range g.Values {
		switch ref := v.Ref(); {
		case v.ID != i:
			return fmt.Errorf("graph %s: %s has ID %d at index %d", g.Name, ref, v.ID, i)
		case refs[ref]:
			return fmt.Errorf("graph %s: two values are called %s", g.Name, ref)
		case v.Role.Leaf() != (v.Node == nil):
			return fmt.Errorf("graph %s: %s is %v, which is for leaves only, or never", g.Name, ref, v.Role)
		case v.Of != nil && sameSizes(v, v.Of.Axes) != nil:
			return fmt.Errorf("graph %s: %w, as %s", g.Name, sameSizes(v, v.Of.Axes), v.Of.Ref())
		}
		refs[v.Ref()] = true
	}
	computed := map[*Value]bool{}
	for _, v := range g.Values {
		computed[v] = v.Node == nil
	}
	for _, n := range g.Nodes {
		if err := g.verifyNode(n, computed); err != nil {
			return n.error(err)
		}
	}
	for _, v := range g.Values {
		if !computed[v] {
			return fmt.Errorf("graph %s: the node of %s is missing", g.Name, v.Ref())
		}
	}
	return g.verifyEnds()
}

// verifyNode checks one node and marks its outs as computed.
func (g *Graph) verifyNode(n *Node, computed map[*Value]bool) error {
	for _, a := range n.Args {
		switch done, known := computed[a]; {
		case !known:
			return fmt.Errorf("reads %s, which is not in the graph", a.Ref())
		case !done:
			return fmt.Errorf("reads %s before it is computed", a.Ref())
		}
	}
	for _, out := range n.Outs {
		switch done, known := computed[out]; {
		case !known:
			return fmt.Errorf("computes %s, which is not in the graph", out.Ref())
		case out.Node != n:
			return fmt.Errorf("%s does not know that it is computed here", out.Ref())
		case done:
			return fmt.Errorf("computes %s a second time", out.Ref())
		}
		computed[out] = true
	}
	return n.Op.Verify(n.Outs, n.Args)
}

// verifyEnds checks what the graph says about single values.
func (g *Graph) verifyEnds() error {
	ends := []struct {
		what  string
		value *Value
		roles []Role // nil: any
	}{
		{"input", g.Input, []Role{Input}},
		{"target", g.Target, []Role{Target}},
		{"scale", g.Scale, []Role{Scale}},
		{"output", g.Output, nil},
		{"loss", g.Loss, []Role{Loss}},
	}
	for _, end := range ends {
		switch v := end.value; {
		case v == nil:
		case !slices.Contains(g.Values, v):
			return fmt.Errorf("graph %s: its %s is not in the graph", g.Name, end.what)
		case end.roles != nil && !slices.Contains(end.roles, v.Role):
			return fmt.Errorf("graph %s: its %s %s has role %v", g.Name, end.what, v.Ref(), v.Role)
		}
	}
	if g.Loss != nil && sameSizes(g.Loss, []Axis{Samples}) != nil {
		return fmt.Errorf("graph %s: the loss has axes %v, want one per row", g.Name, g.Loss.Axes)
	}
	for _, p := range g.Gradients {
		if !slices.Contains(g.Values, p.Value) || sameSizes(p.Value, p.Of.Axes) != nil {
			return fmt.Errorf("graph %s: %s is no gradient of %s", g.Name, p.Value.Ref(), p.Of.Ref())
		}
	}
	return nil
}

// error says where err is: the place in the spec, the node and its op.
func (n *Node) error(err error) error {
	where := ""
	if n.Pos != nil {
		where = n.Pos.String() + ": "
	}
	for i, out := range n.Outs {
		if i > 0 {
			where += ", "
		}
		where += out.Ref()
	}
	return fmt.Errorf("%s: %v: %w", where, n.Op, err)
}

// sameSizes reports whether v has axes of those sizes; names do not matter.
func sameSizes(v *Value, axes []Axis) error {
	if !slices.EqualFunc(v.Axes, axes, func(a, b Axis) bool { return a.Size == b.Size }) {
		return fmt.Errorf("%s has axes %v, want %v", v.Ref(), v.Axes, axes)
	}
	return nil
}

// noPullback is the message for an op that nothing differentiates.
func noPullback(n *Node) string {
	return fmt.Sprintf("graph: %v of %s: %v has no pullback", n.Outs[0].Ref(), n.Layer, n.Op)
}
