package gen_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/emit"
	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/layer"
	"github.com/chainrule-go/chainrule/gen/pass"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
)

// subject is a network under test with parameters, rows and what the graph makes of them.
type subject struct {
	text  string // of the spec
	model *spec.Model
	net   *emit.Network
	graph *graph.Graph // of the training step
	infer *graph.Graph // without dropout
	env   *graph.Env
	want  graph.Results // of a training step
	calm  graph.Results // of inference
	draws int           // rows that were drawn again
	exact bool          // whole numbers: there is nothing to round
	kinks []kink        // of which its one row consists, if any
}

// The key of the dropout masks.
const dropoutSeed, dropoutStep = 7, 1<<33 + 5

// buildSubject builds a network for so many rows.
func buildSubject(text string, rows int) (*subject, error) {
	s := &subject{text: text, env: &graph.Env{Rows: rows, Leaves: map[string][]float64{}, Random: uniform}}
	var err error
	if s.model, err = spec.Parse("random.yaml", []byte(text)); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, text)
	}
	if s.net, err = gen.Network(s.model); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, text)
	}
	s.graph = s.net.Program.Plan.Graph
	if s.infer, err = layer.Build(s.model, false); err != nil {
		return nil, err
	}
	s.infer, err = pass.Run(s.infer, false)
	return s, err
}

// newSubject builds a network and draws parameters and rows that keep away from kinks; rows 0 draws their number, too.
func newSubject(text string, r *rand.Rand, rows int) (*subject, error) {
	s, err := buildSubject(text, rows)
	if err != nil {
		return nil, err
	}
	if rows == 0 {
		s.env.Rows = pick(r, batches)
		if s.net.Program.Plan.Block > 1 && r.IntN(3) == 0 {
			s.env.Rows = pick(r, blocks)
		}
	}
	s.drawParameters(r)
	return s, s.drawRows(r)
}

// drawParameters draws parameters, and how much rows count.
func (s *subject) drawParameters(r *rand.Rand) {
	if s.model.Weighted() {
		s.env.Weights = draw(r, s.env.Rows, 1)
		for n, w := range s.env.Weights {
			s.env.Weights[n] = 2 * math.Abs(w)
		}
	}
	for _, v := range s.graph.Parameters() {
		s.env.Leaves[v.Ref()] = draw(r, count(v), math.Sqrt(3/float64(v.Axes[len(v.Axes)-1].Size)))
	}
}

// uniform is the random number of an element, as the generated code draws it.
func uniform(stream, row, element int) float64 {
	return float64(runtime.DropoutUniform(dropoutSeed, uint32(stream), dropoutStep, uint32(row), uint32(element)))
}

// draw returns numbers within ±limit that float32 can hold.
func draw(r *rand.Rand, n int, limit float64) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = float64(float32(limit * (2*r.Float64() - 1)))
	}
	return list
}

// count returns the number of elements of a value, for one row.
func count(v *graph.Value) int {
	n := 1
	for _, a := range v.Axes {
		n *= max(1, a.Size)
	}
	return n
}

// drawRows draws inputs and targets, and those rows again in which something lies near a kink.
func (s *subject) drawRows(r *rand.Rand) error {
	again := make([]bool, s.env.Rows)
	for n := range again {
		again[n] = true
	}
	in, out := count(s.graph.Input), count(s.graph.Target)
	x, target := make([]float64, s.env.Rows*in), make([]float64, s.env.Rows*out)
	s.env.Leaves["x"], s.env.Leaves["t"] = x, target
	for range 100 {
		done := true
		for n, bad := range again {
			if bad {
				done = false
				s.draws++
				copy(x[n*in:], draw(r, in, 2))
				copy(target[n*out:], s.drawTarget(r, out))
			}
		}
		if done {
			s.calm = s.infer.Eval(s.env)
			return nil
		}
		s.want = s.graph.Eval(s.env)
		again = s.nearKinks()
	}
	return fmt.Errorf("no rows without kinks for\n%s", s.text)
}

func (s *subject) drawTarget(r *rand.Rand, out int) []float64 {
	switch {
	case s.model.Output.Classes != nil:
		classes := len(s.model.Output.Classes)
		if r.IntN(8) == 0 {
			return []float64{float64(classes)} // NoClass
		}
		return []float64{float64(r.IntN(classes))}
	case s.model.Loss.Name == "binary_cross_entropy":
		target := draw(r, out, 1)
		for i := range target {
			target[i] = math.Round(math.Abs(target[i]))
		}
		return target
	case s.model.Loss.Name == "softmax_cross_entropy" && r.IntN(2) == 0:
		target := make([]float64, out)
		target[r.IntN(out)] = 1
		return target
	case s.model.Loss.Name == "softmax_cross_entropy":
		target := draw(r, out, 0.5)
		for i := range target {
			target[i] = math.Abs(target[i])
		}
		return target
	}
	return draw(r, out, 2)
}

// margin is how far pre-activations and residuals keep from kinks. What lies on one exactly, as a dropped element does,
// has the documented subgradient.
const margin = 1e-4

// nearKinks tells for every row whether something lies near a kink, or is no finite number.
func (s *subject) nearKinks() []bool {
	bad := make([]bool, s.env.Rows)
	for _, v := range s.graph.Values {
		list := s.want.Of(v)
		for i, e := range list {
			if e-e != 0 && len(v.Axes) > 0 && v.Axes[0] == graph.Samples {
				bad[i/(len(list)/s.env.Rows)] = true
			}
		}
	}
	mark := func(v []float64, kinks []float64) {
		for i, e := range v {
			for _, k := range kinks {
				if d := math.Abs(e - k); d > 0 && d < margin {
					bad[i/(len(v)/s.env.Rows)] = true
				}
			}
		}
	}
	for _, n := range s.graph.Nodes {
		if m, ok := n.Op.(graph.Map); !ok || m.Backward == nil {
			continue
		}
		for _, l := range s.model.Layers {
			if l.Name != n.Layer {
				continue
			}
			a := l.Activation
			if l.Dense != nil {
				a = &l.Dense.Activation
			}
			f, _ := expr.LookupActivation(a.Name)
			mark(s.want.Of(n.Args[0]), f.Kinks(a.Params))
		}
	}
	loss, _ := expr.LookupLoss(s.model.Loss.Name)
	if kinks := loss.Kinks(s.model.Loss.Params); len(kinks) > 0 {
		residual := append([]float64(nil), s.want.Of(s.graph.Output)...)
		for i, t := range s.env.Leaves["t"] {
			residual[i] -= t
		}
		mark(residual, kinks)
	}
	return bad
}

// float32 tells the precision of the network.
func (s *subject) float32() bool { return s.model.Precision == "float32" }

// meanLoss returns the mean over rows of a result's losses, each times its weight.
func (s *subject) meanLoss(g *graph.Graph, r graph.Results) float64 {
	sum := 0.0
	for n, l := range r.Of(g.Loss) {
		sum += s.env.Weight(n) * l
	}
	return sum / float64(s.env.Rows)
}

// gradient returns the wanted gradient of every parameter, in the order of the flat array; what is frozen has zeros.
func (s *subject) gradient(results graph.Results) [][]float64 {
	var all [][]float64
	for _, v := range s.graph.Parameters() {
		d := make([]float64, count(v))
		for _, g := range s.graph.Gradients {
			if g.Of == v {
				d = results.Of(g.Value)
			}
		}
		all = append(all, d)
	}
	return all
}

// off returns the largest difference between two tensors, relative to the largest element that is wanted, or to 1e-3
// where that is smaller.
func off(got, want []float64) float64 {
	scale, worst := 1e-3, 0.0
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for i, w := range want {
		d := math.Abs(got[i]-w) / scale
		if !(d <= worst) { // NaN, too
			worst = d
		}
	}
	return worst
}

// random tells whether the network draws masks.
func (s *subject) random() bool {
	for _, v := range s.graph.Values {
		if v.Role == graph.Noise {
			return true
		}
	}
	return false
}

// predicted returns what Predict should make of the outputs of inference.
func (s *subject) predicted() []float64 {
	y := append([]float64(nil), s.calm.Of(s.infer.Output)...)
	loss, _ := expr.LookupLoss(s.model.Loss.Name)
	switch loss.Link {
	case "sigmoid":
		for i := range y {
			y[i] = 1 / (1 + math.Exp(-y[i]))
		}
	case "softmax":
		width := len(y) / s.env.Rows
		for n := range s.env.Rows {
			sum := 0.0
			row := y[n*width : (n+1)*width]
			for i := range row {
				row[i] = math.Exp(row[i])
				sum += row[i]
			}
			for i := range row {
				row[i] /= sum
			}
		}
	}
	return y
}
