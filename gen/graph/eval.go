package graph

import "fmt"

// Tensor is an array of float64, last axis fastest.
type Tensor struct {
	Shape []int
	Elems []float64
}

// Env is what Eval computes a graph from.
type Env struct {
	Rows   int                  // length of the sample axis
	Leaves map[string][]float64 // by Ref; scale is 1/Rows when absent, or what Weights make of it
	// Weights say how much each row counts, where the loss has a scale per row; nil: all 1.
	Weights []float64
	Random  func(stream, row, element int) float64 // in [0,1); nil where no op draws
}

// Results holds the elements of every value, by Ref.
type Results map[string][]float64

// Of returns the elements of v, last axis fastest.
func (r Results) Of(v *Value) []float64 { return r[v.Ref()] }

// Eval computes every node in float64, in the plainest way: the oracle that
// the later stages are compared with. A leaf that nothing reads may be absent.
func (g *Graph) Eval(env *Env) Results {
	tensors := make([]Tensor, len(g.Values))
	results := Results{}
	for _, v := range g.Values {
		t := Tensor{Shape: shape(v.Axes, env.Rows)}
		if v.Node != nil {
			t.Elems = make([]float64, count(t.Shape))
		} else {
			t.Elems = env.leaf(v, count(t.Shape))
		}
		tensors[v.ID], results[v.Ref()] = t, t.Elems
	}
	gather := func(values []*Value) []Tensor {
		ts := make([]Tensor, len(values))
		for i, v := range values {
			ts[i] = tensors[v.ID]
			if ts[i].Elems == nil {
				panic(fmt.Sprintf("graph: %s: no elements for %s", g.Name, v.Ref()))
			}
		}
		return ts
	}
	for _, n := range g.Nodes {
		n.Op.Eval(env, gather(n.Outs), gather(n.Args))
	}
	return results
}

// Weight returns how much a row counts in the loss.
func (env *Env) Weight(row int) float64 {
	if env.Weights == nil {
		return 1
	}
	return env.Weights[row]
}

// leaf returns the elements given for v, or nil.
func (env *Env) leaf(v *Value, want int) []float64 {
	elems, ok := env.Leaves[v.Ref()]
	switch {
	case ok && len(elems) != want:
		panic(fmt.Sprintf("graph: %d elements for %s, want %d", len(elems), v.Ref(), want))
	case !ok && v.Role == Scale:
		elems = make([]float64, want)
		for i := range elems {
			elems[i] = env.Weight(i) / float64(env.Rows)
		}
	}
	return elems
}

// shape returns the sizes of axes when there are that many rows.
func shape(axes []Axis, rows int) []int {
	sizes := make([]int, len(axes))
	for i, a := range axes {
		sizes[i] = a.Size
		if a.Size == 0 {
			sizes[i] = rows
		}
	}
	return sizes
}
