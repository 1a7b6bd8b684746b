package gen_test

import (
	"math"
	"testing"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/generated/mazur"
	"github.com/chainrule-go/chainrule/generated/mazur/mazurtrain"
)

// The numbers of M. Mazur, "A Step by Step Backpropagation Example" (2015), to more digits than he prints.
const (
	mazurLoss0, mazurLoss1 = 0.2983711087600027, 0.29102777369359933
	mazurLossEnd           = 3.510187782978859e-05
	mazurSteps             = 10_000
)

var (
	mazurOutputs0   = [2]float64{0.7513650695523157, 0.7729284653214625}
	mazurOutputsEnd = [2]float64{0.01591362044355068, 0.9840642735146238}
)

// TestMazur trains the generated float64 network step by step.
func TestMazur(t *testing.T) {
	relative := func(what string, got, want, tolerance float64) {
		t.Helper()
		if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	p, w := mazur.New(), new(mazurtrain.Work)
	mazurtrain.Init(p, 1)
	x, target := mazurtrain.Rows()
	outputs := func(want [2]float64, tolerance float64) {
		t.Helper()
		y := mazur.Predict(&x[0], p)
		relative("o1", y.O1, want[0], tolerance)
		relative("o2", y.O2, want[1], tolerance)
	}
	outputs(mazurOutputs0, 1e-12)
	relative("loss before the first step", mazurtrain.StepSGD(p, w, x, target, 0.5), mazurLoss0, 1e-12)
	relative("w1", p.HiddenW()[0], 0.1497807161327628, 1e-12)
	relative("w4", p.HiddenW()[3], 0.29950228726473915, 1e-12)
	relative("w5", p.OutputW()[0], 0.35891647971788465, 1e-12)
	relative("w8", p.OutputW()[3], 0.5613701211079891, 1e-12)
	relative("loss after one step", mazurtrain.Loss(w, x, target, p), mazurLoss1, 1e-12)
	for range mazurSteps - 1 {
		mazurtrain.StepSGD(p, w, x, target, 0.5)
	}
	relative("loss after 10,000 steps", mazurtrain.Loss(w, x, target, p), mazurLossEnd, 1e-9)
	outputs(mazurOutputsEnd, 1e-9)
}

// TestMazurFloat32 trains the same network in float32, by the interpreter that has the bits of the generated code.
func TestMazurFloat32(t *testing.T) {
	m, err := spec.Parse("mazur.yaml", []byte(committed()["mazur.yaml"]))
	if err != nil {
		t.Fatal(err)
	}
	m.Precision = "float32"
	n, err := gen.Network(m)
	if err != nil {
		t.Fatal(err)
	}
	g, round := n.Program.Plan.Graph, machine32.Round
	env := &graph.Env{Rows: 1, Leaves: map[string][]float64{"x": {0.05, 0.1}, "t": {0.01, 0.99}, "scale": {1}}}
	for i, l := range m.Layers {
		for _, row := range l.Dense.Weights {
			env.Leaves[l.Name+".w"] = append(env.Leaves[l.Name+".w"], row...)
		}
		env.Leaves[m.Layers[i].Name+".b"] = l.Dense.BiasValues
	}
	for _, leaf := range env.Leaves {
		for i := range leaf {
			leaf[i] = round(leaf[i])
		}
	}
	for range mazurSteps {
		_, values := machine32.Step(n.Program, env)
		for _, pair := range g.Gradients {
			w := env.Leaves[pair.Of.Ref()]
			for i, d := range values.Of(pair.Value) {
				w[i] = round(w[i] - round(0.5*d))
			}
		}
	}
	loss, values := machine32.Step(n.Program, env)
	if d := math.Abs(loss-mazurLossEnd) / mazurLossEnd; !(d <= 3e-5) {
		t.Errorf("loss is %v, off by %v of it", loss, d)
	}
	for o, y := range values.Of(g.Output) {
		if d := math.Abs(y - mazurOutputsEnd[o]); !(d <= 1e-5) {
			t.Errorf("output %d is %v, off by %v", o+1, y, d)
		}
	}
	t.Logf("loss %v, outputs %v", loss, values.Of(g.Output))
}
