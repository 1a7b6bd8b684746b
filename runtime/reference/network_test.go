package reference_test

import (
	"math"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/runtime/reference"
)

// near reports whether got is within tolerance of want, relative to want, or
// absolutely if want is smaller than 1.
func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*max(1, math.Abs(want))
}

// checkNear fails the test for every element of got that is not near want.
func checkNear(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d values, want %d", what, len(got), len(want))
	}
	for i := range want {
		if !near(got[i], want[i], tolerance) {
			t.Errorf("%s[%d] = %v, want %v", what, i, got[i], want[i])
		}
	}
}

// chain returns a network of dense layers of the given sizes, each but the last
// followed by the activation.
func chain(loss, activation string, sizes ...int) *reference.Network {
	var layers []reference.Layer
	for l := 1; l < len(sizes); l++ {
		if l > 1 {
			layers = append(layers, reference.NewActivation(activation, nil))
		}
		layers = append(layers, reference.NewDense(sizes[l-1], sizes[l], true))
	}
	return reference.New(reference.NewLoss(loss, nil), layers...)
}

// TestMazur trains the example of Matt Mazur, "A Step by Step Backpropagation
// Example" (2015), to more digits than he printed.
func TestMazur(t *testing.T) {
	n := reference.New(reference.NewLoss("half_squared_error", nil),
		reference.NewDense(2, 2, true), reference.NewActivation("sigmoid", nil),
		reference.NewDense(2, 2, true), reference.NewActivation("sigmoid", nil))
	n.SetParams([]float64{
		.15, .20, .25, .30, .35, .35, // w1 … w4, bias
		.40, .45, .50, .55, .60, .60, // w5 … w8, bias
	})
	n.Freeze(4, 6)
	n.Freeze(10, 12)
	x, target := [][]float64{{.05, .10}}, [][]float64{{.01, .99}}
	check := func(what string, got, want, tolerance float64) {
		t.Helper()
		if math.Abs(got-want) > tolerance*want {
			t.Errorf("%s = %.17g, want %.17g", what, got, want)
		}
	}

	y := n.Forward(x[0])
	check("o1 before", y[0], 0.7513650695523157, 1e-12)
	check("o2 before", y[1], 0.7729284653214625, 1e-12)
	check("loss before", n.Step(x, target, 0.5), 0.2983711087600027, 1e-12)

	p := n.Params()
	check("w1 after one step", p[0], 0.1497807161327628, 1e-12)
	check("w4 after one step", p[3], 0.29950228726473915, 1e-12)
	check("w5 after one step", p[6], 0.35891647971788465, 1e-12)
	check("w8 after one step", p[9], 0.5613701211079891, 1e-12)
	check("loss after one step", n.Loss(x, target), 0.29102777369359933, 1e-12)

	for range 9999 {
		n.Step(x, target, 0.5)
	}
	y = n.Forward(x[0])
	check("o1 after 10,000 steps", y[0], 0.01591362044355068, 1e-9)
	check("o2 after 10,000 steps", y[1], 0.9840642735146238, 1e-9)
	check("loss after 10,000 steps", n.Loss(x, target), 3.510187782978859e-05, 1e-9)
	for _, i := range []int{4, 5, 10, 11} {
		if want := map[bool]float64{true: .35, false: .60}[i < 6]; p[i] != want {
			t.Errorf("frozen bias %d = %v, want %v", i, p[i], want)
		}
	}
}

// The numbers are those of scikit-learn 1.9.1: MLPClassifier and MLPRegressor
// with alpha=0, the coefficients set to these, _backprop on these rows.
func TestScikitLearn(t *testing.T) {
	x := make([][]float64, 5)
	for r := range x {
		for i := range 3 {
			x[r] = append(x[r], float64((r*5+i*3)%7-3)/4)
		}
	}
	tests := []struct {
		name   string
		n      *reference.Network
		target [][]float64
		loss   float64
		grads  []float64
	}{
		{
			name:   "classifier",
			n:      chain("softmax_cross_entropy", "tanh", 3, 4, 3),
			target: [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 1, 0}, {1, 0, 0}},
			loss:   1.063618816572868,
			grads: []float64{
				-0.04544490905420547, 0.04973878589046288, 0.05660238834165776,
				0.015616603683415265, -0.07261666403559909, -0.03956371026777285,
				0.03588653288094533, -0.042999668202849534, -0.05320213282418261,
				-0.025730790150265186, 0.04652830688021229, 0.0736625965532057,
				-0.0443916080232052, 0.0728460596778864, 0.009694191912228523, -0.06763522566048134,
				0.04780875959775617, 0.05087443973855341, 0.14243139370571795, 0.12315087329276837,
				0.01623477885676168, -0.026718445041532257, -0.11613849218977548, -0.10567012366806809,
				-0.06404353845451784, -0.02415599469702117, -0.026292901515942484, -0.017480749624700264,
				0.08777660924031923, -0.07990844338140082, -0.007868165858918409,
			},
		},
		{
			name:   "regressor",
			n:      chain("half_squared_error", "relu", 3, 4, 2, 1),
			target: [][]float64{{0.5}, {-1}, {0.25}, {1.5}, {-0.75}},
			loss:   0.4976145029067993,
			grads: []float64{
				-0.023507308959960938, 0.006310272216796875, -0.018233871459960936,
				0, 0, 0,
				0.10308837890625, -0.057643890380859375, 0.0855560302734375,
				-0.0412353515625, 0.02305755615234375, -0.034222412109375,
				0.03975677490234375, 0, 0.07012939453125, -0.0280517578125,
				0, 0, 0, 0,
				0.08204612731933594, 0, -0.0841552734375, -0.001851654052734375,
				0, -0.08902587890625,
				0, -0.07269401550292968, 0.23740234375,
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for i := range test.n.Params() {
				test.n.Params()[i] = float64(i*7%11-5) / 8
			}
			g := make([]float64, len(test.grads))
			loss := test.n.Gradients(g, x, test.target)
			checkNear(t, "loss", []float64{loss, test.n.Loss(x, test.target)}, []float64{test.loss, test.loss}, 1e-14)
			checkNear(t, "gradient", g, test.grads, 1e-14)
		})
	}
}

func TestParamsOrder(t *testing.T) {
	n := reference.New(reference.NewLoss("half_squared_error", nil),
		reference.NewDense(3, 2, true), reference.NewDense(2, 1, false))
	n.SetParams([]float64{1, 2, 3, 4, 5, 6, 70, 80, 10, 1})
	// 10·(1·1 + 2·10 + 3·100 + 70) + 1·(4·1 + 5·10 + 6·100 + 80)
	checkNear(t, "y", n.Forward([]float64{1, 10, 100}), []float64{10*391 + 734}, 0)
}

func TestStepFollowsGradients(t *testing.T) {
	n := chain("huber", "mish", 3, 4, 2)
	for i := range n.Params() {
		n.Params()[i] = float64(i*7%11-5) / 8
	}
	n.Freeze(3, 7)
	before := append([]float64(nil), n.Params()...)
	x, target := [][]float64{{1, -2, 0.5}, {0.25, 1, -1}}, [][]float64{{1, 0.5}, {-1, 0.25}}

	g := make([]float64, len(before))
	if got, want := n.Gradients(g, x, target), n.Loss(x, target); got != want {
		t.Errorf("Gradients = %v, want the loss %v", got, want)
	}
	n.Step(x, target, 0.25)
	for i, p := range n.Params() {
		if frozen := i >= 3 && i < 7; (g[i] == 0) != frozen {
			t.Errorf("gradient %d = %v, frozen is %v", i, g[i], frozen)
		}
		if want := before[i] - 0.25*g[i]; p != want {
			t.Errorf("parameter %d = %v, want %v", i, p, want)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	keep := func(row, element int) bool { return (row+element)%2 == 0 }
	x, target := [][]float64{{1, -2, 0.5}, {0, 1, -1}}, [][]float64{{1, 0}, {0.5, 0.5}}
	for _, loss := range reference.Losses() {
		n := reference.New(reference.NewLoss(loss, nil), reference.NewDense(3, 4, true),
			reference.NewActivation("gelu", nil), reference.NewDropout(0.5, keep), reference.NewDense(4, 2, true))
		g := make([]float64, len(n.Params()))
		for what, f := range map[string]func(){
			"Forward":   func() { n.Forward(x[0]) },
			"Loss":      func() { n.Loss(x, target) },
			"Gradients": func() { n.Gradients(g, x, target) },
			"Step":      func() { n.Step(x, target, 0.1) },
		} {
			if got := testing.AllocsPerRun(10, f); got != 0 {
				t.Errorf("%s: %s allocates %v times", loss, what, got)
			}
		}
	}
}

func TestPanics(t *testing.T) {
	n := chain("half_squared_error", "relu", 3, 2)
	tests := []struct {
		want string
		f    func()
	}{
		{"dense layer of 0 inputs, 2 outputs", func() { reference.NewDense(0, 2, true) }},
		{"dropout rate is 1, want it in [0, 1)", func() { reference.NewDropout(1, nil) }},
		{`unknown activation "rleu", want one of linear, relu,`, func() { reference.NewActivation("rleu", nil) }},
		{`activation elu has no parameter "beta"`, func() { reference.NewActivation("elu", map[string]float64{"beta": 1}) }},
		{`unknown loss "mse"`, func() { reference.NewLoss("mse", nil) }},
		{`loss softmax_cross_entropy has no parameter "delta"`, func() { reference.NewLoss("softmax_cross_entropy", map[string]float64{"delta": 1}) }},
		{"layers[1] takes 4 inputs, but is given 3", func() { reference.New(nil, reference.NewDense(2, 3, true), reference.NewDense(4, 1, true)) }},
		{"got 7 parameters, want 8", func() { n.SetParams(make([]float64, 7)) }},
		{"room for 9 gradients, want 8", func() { n.Gradients(make([]float64, 9), nil, nil) }},
		{"cannot freeze 2 to 9 of 8", func() { n.Freeze(2, 9) }},
		{"dense layer of 3 inputs got a row of 2", func() { n.Forward([]float64{1, 2}) }},
		{"network of 2 outputs got a target of 1", func() { n.Loss([][]float64{{1, 2, 3}}, [][]float64{{1}}) }},
	}
	for _, test := range tests {
		func() {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, test.want) {
					t.Errorf("panic is %q, want %q in it", got, test.want)
				}
			}()
			test.f()
		}()
	}
}
