package gen_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// kink is a point at which a derivative jumps, or about which a formula could overflow, cancel or lose a NaN, with the
// derivative that is documented there (see expr.Activation and expr.Losses): that of PyTorch.
type kink struct{ at, slope float64 }

// activationKinks lists points z and derivatives dy/dz.
var activationKinks = []struct {
	activation string
	points     []kink
}{
	{"linear", []kink{{0, 1}, {1e4, 1}}},
	{"relu", []kink{{0, 0}, {-0x1p-100, 0}, {0x1p-100, 1}, {-1e4, 0}, {1e4, 1}}},
	{"leaky_relu", []kink{{0, 0.01}, {-0x1p-70, 0.01}, {0x1p-100, 1}}},
	{"{leaky_relu: {negative_slope: 0.25}}", []kink{{0, 0.25}, {-0x1p-100, 0.25}, {0x1p-100, 1}}},
	{"{leaky_relu: {negative_slope: 0}}", []kink{{0, 0}, {-1, 0}, {0x1p-100, 1}}},
	{"elu", []kink{{0, 1}, {0x1p-100, 1}, {-1e4, 0}, {1e4, 1}}},
	{"{elu: {alpha: 0.5}}", []kink{{0, 0.5}, {-0x1p-70, 0.5}, {0x1p-100, 1}, {-1e4, 0}}},
	{"{elu: {alpha: 0}}", []kink{{0, 0}, {-1, 0}, {0x1p-100, 1}}},
	{"selu", []kink{{0, 1.7580993408473766}, {-0x1p-70, 1.7580993408473766}, {0x1p-100, 1.0507009873554805}, {-1e4, 0}, {1e4, 1.0507009873554805}}},
	{"gelu", []kink{{0, 0.5}, {-0x1p-70, 0.5}, {-20, 0}, {20, 1}, {-1e4, 0}, {1e4, 1}}},
	{"gelu_tanh", []kink{{0, 0.5}, {-0x1p-70, 0.5}, {-20, 0}, {20, 1}, {-1e4, 0}, {1e4, 1}}},
	{"silu", []kink{{0, 0.5}, {-0x1p-70, 0.5}, {-100, 0}, {100, 1}, {-1e4, 0}, {1e4, 1}}},
	{"mish", []kink{{0, 0.6}, {-0x1p-70, 0.6}, {-100, 0}, {100, 1}, {-1e4, 0}, {1e4, 1}}},
	{"tanh", []kink{{0, 1}, {-30, 0}, {30, 0}, {1e4, 0}}},
	{"sigmoid", []kink{{0, 0.25}, {-100, 0}, {100, 0}, {-1e4, 0}, {1e4, 0}}},
	{"hard_sigmoid", []kink{{-3, 0}, {3, 0}, {-2.75, 1. / 6}, {2.75, 1. / 6}, {0, 1. / 6}, {1e4, 0}}},
	{"hard_tanh", []kink{{-1, 0}, {1, 0}, {-0.75, 1}, {0.75, 1}, {0, 1}, {-1e4, 0}}},
	{"softplus", []kink{{0, 0.5}, {-100, 0}, {100, 1}, {-1e4, 0}, {1e4, 1}}},
	{"softsign", []kink{{0, 1}, {-0x1p-70, 1}, {1, 0.25}, {-1, 0.25}, {1e4, 0}}},
	{"relu6", []kink{{0, 0}, {6, 0}, {-0x1p-100, 0}, {0x1p-100, 1}, {5.75, 1}, {6.25, 0}}},
}

// lossKinks lists points, and derivatives of the loss of one output in it: of the residual y − t, or of y for a t of 1.
var lossKinks = []struct {
	loss   string
	points []kink
}{
	{"mean_squared_error", []kink{{0, 0}, {-2, -4}}},
	{"half_squared_error", []kink{{0, 0}, {2, 2}}},
	{"mean_absolute_error", []kink{{0, 0}, {-0.25, -1}, {0.25, 1}}},
	{"huber", []kink{{0, 0}, {-1, -1}, {1, 1}, {-0.75, -0.75}, {1.25, 1}, {-1e4, -1}}},
	{"{huber: {delta: 0.5}}", []kink{{0, 0}, {-0.5, -0.5}, {0.5, 0.5}, {0.25, 0.25}}},
	{"binary_cross_entropy", []kink{{0, -0.5}, {100, 0}, {-100, -1}, {1e4, 0}, {-1e4, -1}}},
}

// newKinks returns networks whose layer passes its inputs to the activation or the loss as they are, one row of all the
// points: the gradient of its bias has the derivatives.
func newKinks() (all []*subject, err error) {
	add := func(activation, loss string, target float64, points []kink) {
		if err != nil {
			return
		}
		var s *subject
		if s, err = newKink(fmt.Sprintf("kink%d", len(all)), activation, loss, len(points)); err != nil {
			return
		}
		s.kinks = points
		var x, t []float64
		for _, p := range points {
			x, t = append(x, p.at), append(t, target)
		}
		s.env.Leaves["x"], s.env.Leaves["t"] = x, t
		s.want, s.calm = s.graph.Eval(s.env), s.infer.Eval(s.env)
		all = append(all, s)
	}
	for _, a := range activationKinks {
		add(a.activation, "mean_absolute_error", -1e6, a.points) // ∂L/∂y is 1 over the number of outputs
	}
	for _, l := range lossKinks {
		target := 0.0
		if l.loss == "binary_cross_entropy" {
			target = 1
		}
		add("linear", l.loss, target, l.points)
	}
	return all, err
}

// newKink builds such a network: W is 1, b is 0.
func newKink(name, activation, loss string, width int) (*subject, error) {
	names := make([]string, width)
	for i := range names {
		names[i] = fmt.Sprintf("t%d", i)
	}
	s, err := buildSubject(fmt.Sprintf("name: %s\ninput: {shape: [%d]}\nlayers:\n  - dense: {units: %d, activation: %s}\n"+
		"output: {targets: [%s]}\nloss: %s\ntrain: {optimizer: {sgd: {learning_rate: 0.1}}, batch: 8, epochs: 1}\n",
		name, width, width, activation, strings.Join(names, ", "), loss), 1)
	if err != nil {
		return nil, err
	}
	for _, v := range s.graph.Parameters() {
		list := make([]float64, count(v))
		for i := 0; v.Name == "w" && i < len(list); i += width + 1 {
			list[i] = 1
		}
		s.env.Leaves[v.Ref()] = list
	}
	return s, nil
}

// TestKinks compares what the graph and the compiled networks, on every tier, have for a derivative at a kink with the table.
func TestKinks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the fleet has no kinks")
	}
	f := theFleet(t)
	points, activations := 0, map[string]bool{}
	for k, s := range f.subjects {
		if s.kinks == nil {
			continue
		}
		activations[s.model.Layers[0].Dense.Activation.Name] = true
		for i, p := range s.kinks {
			outputs := float64(len(s.kinks))
			if s.model.Loss.Name == "half_squared_error" {
				outputs = 1
			}
			check := func(who string, gradient [][]float64) {
				if got := outputs * gradient[1][i]; !(math.Abs(got-p.slope) <= 1e-6*max(1, math.Abs(p.slope))) {
					t.Errorf("%s: the derivative at %v is %v, want %v\n%s", who, p.at, got, p.slope, s.text)
				}
			}
			points++
			check("graph", s.gradient(s.want))
			for tier, outcomes := range f.tiers {
				check(tier.String(), outcomes[k].gradient)
			}
		}
	}
	if points < 40 {
		t.Errorf("%d points, want 40", points)
	}
	for _, name := range expr.ActivationNames() {
		if !activations[name] {
			t.Errorf("the table lacks %s", name)
		}
	}
	t.Logf("%d points", points)
}
