package gen_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/layer"
	"github.com/chainrule-go/chainrule/gen/pass"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// newDerived builds the graphs of a network alone, and draws parameters and rows. plain is the training step before any
// pass, and without gradients.
func newDerived(text string, r *rand.Rand) (s *subject, plain *graph.Graph, err error) {
	s = &subject{text: text, env: &graph.Env{Rows: 1 + r.IntN(5), Leaves: map[string][]float64{}, Random: uniform}}
	if s.model, err = spec.Parse("random.yaml", []byte(text)); err != nil {
		return nil, nil, fmt.Errorf("%w\n%s", err, text)
	}
	var graphs [3]*graph.Graph
	for i := range graphs {
		if graphs[i], err = layer.Build(s.model, i < 2); err != nil {
			return nil, nil, err
		}
	}
	if s.graph, err = pass.Run(graphs[1], true); err != nil {
		return nil, nil, err
	}
	if s.infer, err = pass.Run(graphs[2], false); err != nil {
		return nil, nil, err
	}
	s.drawParameters(r)
	return s, graphs[0], s.drawRows(r)
}

// TestDualNumbers compares the gradients of random networks, and the pullback of their whole forward pass, with what dual
// numbers make of the graph that the layers have built.
func TestDualNumbers(t *testing.T) {
	t.Parallel()
	networks := 300
	if testing.Short() {
		networks = 60
	}
	worst, worstAdjoint, slopes := 0.0, 0.0, 0
	for k := range networks {
		r := rand.New(rand.NewPCG(*randomSeed, uint64(9000+k)))
		s, plain, err := newDerived(randomSpec(r, k, []int{1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17}), r)
		if err != nil {
			t.Fatal(err)
		}
		off, n := s.slopesOff(r, plain)
		adjoint := s.adjointOff(r, plain)
		if !(off <= 1e-12 && adjoint <= 1e-12) {
			t.Errorf("net %d: gradients are off by %.3g, the pullback by %.3g\n%s", k, off, adjoint, s.text)
		}
		worst, worstAdjoint, slopes = max(worst, off), max(worstAdjoint, adjoint), slopes+n
	}
	t.Logf("%d networks, %d slopes; off by at most %.2g, the pullback by %.2g", networks, slopes, worst, worstAdjoint)
}

// slopesOff returns how far the slopes of the mean loss along parameters, and along random directions, are from what the
// gradient says, relative to the largest gradient of the parameters that move; and the number of slopes.
func (s *subject) slopesOff(r *rand.Rand, plain *graph.Graph) (worst float64, slopes int) {
	var trained []*graph.Value
	var gradient [][]float64
	all := 0
	for i, g := range s.gradient(s.want) {
		if v := s.graph.Parameters()[i]; v.Role == graph.Parameter {
			trained, gradient, all = append(trained, v), append(gradient, g), all+len(g)
		}
	}
	runs := min((all+directions-1)/directions, 8)
	everything := all <= 8*directions
	for run := range runs + 1 {
		move := map[string][]dual{}
		var want, scale [directions]float64
		at := 0
		for i, v := range trained {
			largest := 0.0
			for _, g := range gradient[i] {
				largest = max(largest, math.Abs(g))
			}
			for j, e := range s.env.Leaves[v.Ref()] {
				x := dual{v: e}
				for k := range x.d {
					switch {
					case run == runs:
						x.d[k] = r.NormFloat64()
					case everything && at == run*directions+k, !everything && at == (run*directions+k)*all/(runs*directions):
						x.d[k] = 1
						scale[k] = max(scale[k], largest)
					}
					want[k] += gradient[i][j] * x.d[k]
					scale[k] = max(scale[k], math.Abs(want[k]))
				}
				move[v.Ref()] = append(move[v.Ref()], x)
				at++
			}
		}
		values := (&dualRun{env: s.env, move: move}).eval(plain)
		for k := range directions {
			got := 0.0
			for n, l := range values[plain.Loss] {
				got += s.env.Weight(n) * l.d[k] / float64(s.env.Rows)
			}
			if d := math.Abs(got-want[k]) / max(scale[k], 1e-3); !(d <= worst) {
				worst = d
			}
			slopes++
		}
	}
	return worst, slopes
}

// adjointOff returns how far ⟨Jv,u⟩ is from ⟨v,Jᵀu⟩, relative to the sum of the sizes of its terms, for the Jacobian J of the outputs in inputs
// and parameters: Jv by dual numbers, Jᵀu by the chain rule of package graph.
func (s *subject) adjointOff(r *rand.Rand, plain *graph.Graph) float64 {
	back, twin := plain.Copy()
	output := twin[plain.Output]
	leaf := back.Leaf(graph.Input, "", "cotangent", output.Axes...)
	leaves := append([]*graph.Value{plain.Input}, plain.Parameters()...)
	var wrt []*graph.Value
	for _, v := range leaves {
		wrt = append(wrt, twin[v])
	}
	pulled := back.Chain([]graph.Pair{{Of: output, Value: leaf}}, wrt)
	env := *s.env
	env.Leaves = map[string][]float64{}
	for name, list := range s.env.Leaves {
		env.Leaves[name] = list
	}
	u := make([]float64, s.env.Rows*count(output))
	for i := range u {
		u[i] = r.NormFloat64()
	}
	env.Leaves[leaf.Ref()] = u
	results := back.Eval(&env)

	move := map[string][]dual{}
	var right, size [directions]float64
	for i, v := range leaves {
		for j, e := range s.env.Leaves[v.Ref()] {
			x := dual{v: e}
			for k := range x.d {
				x.d[k] = r.NormFloat64()
				if pulled[i] != nil {
					term := x.d[k] * results.Of(pulled[i])[j]
					right[k] += term
					size[k] += math.Abs(term)
				}
			}
			move[v.Ref()] = append(move[v.Ref()], x)
		}
	}
	values, worst := (&dualRun{env: s.env, move: move}).eval(plain), 0.0
	for k := range directions {
		left := 0.0
		for i, y := range values[plain.Output] {
			left += y.d[k] * u[i]
		}
		if d := math.Abs(left-right[k]) / max(size[k], 1e-3); !(d <= worst) {
			worst = d
		}
	}
	return worst
}
