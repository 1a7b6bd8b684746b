package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// place is a position in a spec.
type place string

func (p place) String() string { return string(p) }

// verifyTest is a graph and a part of what Verify says about it.
type verifyTest struct {
	name  string
	graph *Graph
	want  string // "": no error
}

func checkVerify(t *testing.T, tests []verifyTest) {
	t.Helper()
	for _, test := range tests {
		err := test.graph.Verify()
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", test.name, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

func TestVerify(t *testing.T) {
	o, i := h("o", 3), h("i", 2)
	// dense builds z[n,o] from x[n,i] and w[o,i] by some op.
	dense := func(op Op) *Graph {
		s := Section{Graph: &Graph{Name: "g"}, Layer: "dense1", Pos: place("net.yaml:4:5")}
		x := s.Graph.Leaf(Input, "", "x", Samples, i)
		w := s.Graph.Leaf(Parameter, "dense1", "w", o, i)
		s.Graph.Output = s.Node(op, Activation, "z", []Axis{Samples, o}, x, w)
		return s.Graph
	}
	good := Contract{"ni,oi->no"}
	broken := func(change func(g *Graph, n *Node)) *Graph {
		g := dense(good)
		change(g, g.Nodes[0])
		return g
	}
	tests := []verifyTest{
		{"good", dense(good), ""},
		{"position", dense(Contract{"ni,oi->on"}), `net.yaml:4:5: dense1.z: contract "ni,oi->on": letter o for axis n of dense1.z: n is for samples, and for nothing else`},
		{"letters", dense(Contract{"nij,oi->no"}), `3 letters "nij" for the 2 axes of x`},
		{"arguments", dense(Contract{"ni,oi,o->no"}), "subscripts of 3 arguments, 2 given"},
		{"repeated", dense(Contract{"nn,oi->no"}), `letter n twice in "nn"`},
		{"no letter", dense(Contract{"n1,o1->no"}), "'1' is no letter"},
		{"sizes", dense(Contract{"no,oi->no"}), "letter o is 2 and, in dense1.w, 3"},
		{"same name", broken(func(g *Graph, n *Node) { n.Args[0].Name, n.Args[0].Layer = "w", "dense1" }), "two values are called dense1.w"},
		{"ID", broken(func(g *Graph, n *Node) { n.Args[0].ID = 7 }), "x has ID 7 at index 0"},
		{"leaf role", broken(func(g *Graph, n *Node) { n.Args[0].Role = Activation }), "x is activation, which is for leaves only, or never"},
		{"unknown argument", broken(func(g *Graph, n *Node) { n.Args[0] = &Value{Name: "q"} }), "reads q, which is not in the graph"},
		{"early", broken(func(g *Graph, n *Node) { n.Args[0] = n.Outs[0] }), "reads dense1.z before it is computed"},
		{"twice", broken(func(g *Graph, n *Node) { g.Nodes = append(g.Nodes, n) }), "computes dense1.z a second time"},
		{"missing node", broken(func(g *Graph, n *Node) { g.Nodes = nil }), "the node of dense1.z is missing"},
		{"wrong node", broken(func(g *Graph, n *Node) { n.Outs[0].Node = &Node{} }), "dense1.z does not know that it is computed here"},
		{"unknown out", broken(func(g *Graph, n *Node) { n.Outs = append(n.Outs, &Value{Name: "q", Node: n}) }), "computes q, which is not in the graph"},
		{"loss axes", broken(func(g *Graph, n *Node) { n.Outs[0].Role = Loss; g.Loss = n.Outs[0] }), "the loss has axes [n o=3], want one per row"},
		{"loss role", broken(func(g *Graph, n *Node) { g.Loss = n.Outs[0] }), "its loss dense1.z has role activation"},
		{"output", broken(func(g *Graph, n *Node) { g.Output = &Value{} }), "its output is not in the graph"},
		{"gradient", broken(func(g *Graph, n *Node) { g.Gradients = []Pair{{n.Args[1], n.Outs[0]}} }), "dense1.z is no gradient of dense1.w"},
		{"gradient axes", broken(func(g *Graph, n *Node) { n.Outs[0].Of = n.Args[1] }), "dense1.z has axes [n o=3], want [o=3 i=2], as dense1.w"},
	}
	checkVerify(t, tests)
}

// TestVerifyOps gives ops arguments that do not fit.
func TestVerifyOps(t *testing.T) {
	o, i := h("o", 3), h("i", 2)
	one := func(op Op, out []Axis, args ...[]Axis) *Graph {
		s := toy("g")
		var values []*Value
		for k, axes := range args {
			values = append(values, s.Graph.Leaf(Input, "", fmt.Sprint("a", k), axes...))
		}
		s.Node(op, Activation, "y", out, values...)
		return s.Graph
	}
	no, n := []Axis{Samples, o}, []Axis{Samples}
	checkVerify(t, []verifyTest{
		{"first alone", one(Contract{"ni,o->no"}, no, []Axis{Samples, i}, []Axis{o}), "letter i is in the first argument alone"},
		{"second alone", one(Contract{"n,oi->no"}, no, n, []Axis{o, i}), "letter i is in the second argument alone"},
		{"from nowhere", one(Contract{"n,n,o->no"}, no, n, n, []Axis{o}), "letter o of the out is in neither factor"},
		{"start", one(Contract{"no,no,i->no"}, no, no, no, []Axis{i}), "letter i of the start is not in the out"},
		{"map sums", one(Map{Expr: expr.Name("x"), Vars: []string{"x"}, Sub: "no->n"}, n, no), "letter o of a0 is not in the out"},
		{"map variable", one(Map{Expr: expr.Name("y"), Vars: []string{"x"}, Sub: "no->no"}, no, no), "unknown variable y"},
		{"map arguments", one(Map{Expr: expr.Name("x"), Vars: []string{"x"}, Sub: "no,no->no"}, no, no, no), "an argument for each of [x]"},
		{"nameless pullback", one(Map{Expr: expr.Name("z"), Vars: []string{"z"}, Sub: "no->no", Backward: expr.Name("dy")}, no, no), "only a named function"},
		{"reduce grows", one(Reduce{Sum, "n->no"}, no, n), "letter o of the out is not in the argument"},
		{"mean over samples", one(Reduce{Mean, "no->o"}, []Axis{o}, no), "mean over the samples"},
		{"window", one(Window{"ni->npk", 2, 1, 0}, []Axis{Samples, h("p", 3), h("k", 2)}, []Axis{Samples, h("i", 3)}), "axes p and k are 3 and 2, want 2 and 2"},
		{"window letters", one(Window{"ni->np", 2, 1, 0}, []Axis{Samples, h("p", 3)}, []Axis{Samples, i}), "wants one letter, not n, that becomes two"},
		{"window stride", one(Window{"ni->npk", 2, 0, 0}, []Axis{Samples, h("p", 3), h("k", 2)}, []Axis{Samples, h("i", 3)}), "stride 0 pad 0 out of range"},
		{"random", one(Random{0}, []Axis{o}), "wants the sample axis first"},
		{"softmax", one(SoftmaxCrossEntropy{}, n, n, n), "want samples and classes"},
		{"softmax target", one(SoftmaxCrossEntropy{}, n, no, []Axis{Samples, i}), "a1 has axes [n i=2], want [n o=3]"},
	})
}

func TestVerifyScan(t *testing.T) {
	tests := []struct {
		name   string
		change func(sc *Scan, n *Node)
		want   string
	}{
		{"good", func(*Scan, *Node) {}, ""},
		{"arguments", func(sc *Scan, n *Node) { n.Args = n.Args[1:] }, "the number of arguments or outs is not the body's"},
		{"axis", func(sc *Scan, n *Node) { sc.Axis.Size = 9 }, "x has axes [n t=4 i=2], want [n t=9 i=2]"},
		{"carry", func(sc *Scan, n *Node) { sc.Carries, sc.Steps = 0, 2 }, "h has axes [n o=3], want [n t=4 o=3]"},
		{"body", func(sc *Scan, n *Node) { sc.Body.Nodes = sc.Body.Nodes[1:] }, "reads a before it is computed"},
	}
	for _, test := range tests {
		g, n := recurrence(false)
		sc := n.Op.(Scan)
		test.change(&sc, n)
		n.Op = sc
		err := g.Verify()
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}
