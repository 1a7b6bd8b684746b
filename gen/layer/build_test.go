package layer_test

import (
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/layer"
	"github.com/chainrule-go/chainrule/gen/pass"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// nodes returns the layer, op and equation of each node of g, a line each.
func nodes(g *graph.Graph) string {
	var b strings.Builder
	for _, n := range g.Nodes {
		b.WriteString(n.Layer + ": " + n.Op.String() + ": " + n.Equation() + "\n")
	}
	return b.String()
}

func TestBuild(t *testing.T) {
	softmax := spec.Loss{Name: "softmax_cross_entropy"}
	binary := spec.Loss{Name: "binary_cross_entropy"}
	frozen := dense(2, "linear", nil)
	frozen.Dense.FreezeWeights, frozen.Dense.Bias = true, false
	tests := []struct {
		name     string
		model    *spec.Model
		training bool
		want     string
	}{
		{"classes", model(4, softmax, true, dense(8, "relu", nil), dropout(0.3), dense(3, "linear", nil)), true, `
layer1: contract "oi,ni,o->no": z[n,o] = b[o] + Σᵢ w[o,i]·x[n,i]
layer1: map relu "no->no": y[n,o] = relu(z[n,o])
layer2: random 0: u[n,o] = random(stream 0, row n, element o)
layer2: map "no->no": m[n,o] = 0 if u[n,o] < 0.30000001192092896, else 1.4285714528998554
layer2: map "no,no->no": y[n,o] = layer1.y[n,o]·m[n,o]
layer3: contract "oi,ni,o->no": z[n,o] = b[o] + Σᵢ w[o,i]·layer2.y[n,i]
loss: softmaxCrossEntropy: L[n] = log Σⱼ exp layer3.z[n,j] − layer3.z[n,t[n]]
`},
		{"inference", model(4, softmax, true, dropout(0.3), dense(3, "linear", nil)), false, `
layer2: contract "oi,ni,o->no": z[n,o] = b[o] + Σᵢ w[o,i]·x[n,i]
loss: softmaxCrossEntropy: L[n] = log Σⱼ exp layer2.z[n,j] − layer2.z[n,t[n]]
`},
		{"two classes", model(4, binary, true, dense(1, "linear", nil)), true, `
layer1: contract "oi,ni,o->no": z[n,o] = b[o] + Σᵢ w[o,i]·x[n,i]
loss: map "no,n->no": e[n,o] = softplus(layer1.z[n,o]) − layer1.z[n,o]·t[n]
loss: reduce mean "no->n": L[n] = meanₒ e[n,o]
`},
		{"frozen, no bias, parameters that differ", model(2, squared, false, frozen,
			activation("leaky_relu", map[string]float64{"negative_slope": 0.5}), dropout(0),
			activation("leaky_relu", map[string]float64{"negative_slope": 0.25}),
			activation("leaky_relu", map[string]float64{"negative_slope": 0.5})), true, `
layer1: contract "oi,ni->no": z[n,o] = Σᵢ w[o,i]·x[n,i]
layer2: map leakyRelu "no->no": y[n,o] = leakyRelu(layer1.z[n,o])
layer4: map leakyReluLayer4 "no->no": y[n,o] = leakyReluLayer4(layer2.y[n,o])
layer5: map leakyRelu "no->no": y[n,o] = leakyRelu(layer4.y[n,o])
loss: map "no,no->no": e[n,o] = 0.5·(layer5.y[n,o] − t[n,o])²
loss: reduce sum "no->n": L[n] = Σₒ e[n,o]
`},
	}
	for _, test := range tests {
		g, err := layer.Build(test.model, test.training)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got := "\n" + nodes(g); got != test.want {
			t.Errorf("%s: got%swant%s", test.name, got, test.want)
		}
	}
}

// TestTrainedOnly checks that only what is trained has a gradient, and that
// nothing is computed below the lowest trained parameter.
func TestTrainedOnly(t *testing.T) {
	first, second := dense(3, "tanh", nil), dense(2, "linear", nil)
	first.Dense.FreezeWeights, first.Dense.FreezeBias, second.Dense.FreezeBias = true, true, true
	g, err := layer.Build(model(2, squared, false, first, second), true)
	if err != nil {
		t.Fatal(err)
	}
	if g, err = pass.Run(g, true); err != nil {
		t.Fatal(err)
	}
	if len(g.Gradients) != 1 || g.Gradients[0].Of.Ref() != "layer2.w" || g.Lookup("layer1.dy") != nil {
		t.Errorf("want the gradient of layer2.w alone\n%v", g)
	}
}

func TestBuildErrors(t *testing.T) {
	at := spec.Pos{File: "net.yaml", Line: 3, Col: 5}
	unknown := model(2, squared, false, dense(2, "rleu", nil))
	unknown.Layers[0].Pos = at
	kind := model(2, squared, false, spec.Layer{Pos: at})
	loss := model(2, spec.Loss{Name: "hubert", Pos: at}, false, dense(2, "relu", nil))
	classes := model(2, spec.Loss{Name: "huber", Pos: at}, true, dense(2, "linear", nil))
	for _, test := range []struct {
		model *spec.Model
		want  string
	}{
		{unknown, `net.yaml:3:5: layer1: unknown activation "rleu"`},
		{kind, `net.yaml:3:5: layer1: is of no kind`},
		{loss, `net.yaml:3:5: loss: unknown loss "hubert"`},
		{classes, `net.yaml:3:5: loss: compares numbers with class indices`},
	} {
		if _, err := layer.Build(test.model, true); err == nil || err.Error() != test.want {
			t.Errorf("error %v, want %s", err, test.want)
		}
	}
}
