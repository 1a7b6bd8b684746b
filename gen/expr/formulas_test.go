package expr

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// row is what the registry says about one entry, as it prints.
type row struct {
	Name                             string
	Value, InZ, Derivative, Pullback string
}

// These tables are the formulas that end up in the generated code. A change
// here is a change of every network that uses the entry.
func TestActivationFormulas(t *testing.T) {
	want := []row{
		{"linear", "z", "1", "1", "dy"},
		{"relu", "0 if z < 0, else z", "0 if z ≤ 0, else 1", "0 if y ≤ 0, else 1", "0 if y ≤ 0, else dy"},
		{"leaky_relu", "0.01·z if z < 0, else z", "0.01 if z ≤ 0, else 1", "0.01 if y ≤ 0, else 1",
			"0.01·dy if y ≤ 0, else dy"},
		{"elu", "expm1(z) if z < 0, else z", "expm1(z) + 1 if z ≤ 0, else 1", "y + 1 if y ≤ 0, else 1",
			"dy·(y + 1) if y ≤ 0, else dy"},
		{"selu", "1.7580993408473768·expm1(z) if z < 0, else 1.0507009873554805·z",
			"1.7580993408473768·(expm1(z) + 1) if z ≤ 0, else 1.0507009873554805",
			"y + 1.7580993408473768 if y ≤ 0, else 1.0507009873554805",
			"dy·(y + 1.7580993408473768) if y ≤ 0, else 1.0507009873554805·dy"},
		{"gelu", "z·Φ(z)", "Φ(z) + 0.3989422804014327·z·exp(−0.5·z²)", "Φ(z) + 0.3989422804014327·z·exp(−0.5·z²)",
			"dy·(Φ(z) + 0.3989422804014327·z·exp(−0.5·z²))"},
		{"gelu_tanh", "z·sigmoid(1.5957691216057308·(z + 0.044715·z³))",
			"s = sigmoid(1.5957691216057308·(z + 0.044715·z³)); s + 1.5957691216057308·z·s·(1 − s)·(1 + 0.134145·z²)",
			"s = sigmoid(1.5957691216057308·(z + 0.044715·z³)); s + 1.5957691216057308·y·(1 − s)·(1 + 0.134145·z²)",
			"s = sigmoid(1.5957691216057308·(z + 0.044715·z³)); dy·(s + 1.5957691216057308·y·(1 − s)·(1 + 0.134145·z²))"},
		{"silu", "z·sigmoid(z)", "s = sigmoid(z); s + z·s·(1 − s)", "s = sigmoid(z); s + y·(1 − s)",
			"s = sigmoid(z); dy·(s + y·(1 − s))"},
		{"mish", "z·tanhSoftplus(z)", "t = tanhSoftplus(z); t + z·(1 − t²)·sigmoid(z)",
			"t = tanhSoftplus(z); t + z·(1 − t²)·sigmoid(z)",
			"t = tanhSoftplus(z); dy·(t + z·(1 − t²)·sigmoid(z))"},
		{"tanh", "tanh(z)", "t = tanh(z); 1 − t²", "1 − y²", "dy·(1 − y²)"},
		{"sigmoid", "sigmoid(z)", "s = sigmoid(z); s·(1 − s)", "y·(1 − y)", "dy·y·(1 − y)"},
		{"hard_sigmoid", "0 if z < −3, 1 if z > 3, else (z + 3)/6",
			"0 if z ≤ −3, 0 if z ≥ 3, else 0.16666666666666666",
			"0 if y ≤ 0, 0 if y ≥ 1, else 0.16666666666666666",
			"0 if y ≤ 0, 0 if y ≥ 1, else 0.16666666666666666·dy"},
		{"hard_tanh", "−1 if z < −1, 1 if z > 1, else z", "0 if z ≤ −1, 0 if z ≥ 1, else 1",
			"0 if y ≤ −1, 0 if y ≥ 1, else 1", "0 if y ≤ −1, 0 if y ≥ 1, else dy"},
		{"softplus", "softplus(z)", "sigmoid(z)", "sigmoid(z)", "dy·sigmoid(z)"},
		{"softsign", "z/(1 + |z|)", "u = 1 + |z|; 1/u²", "u = 1 − |y|; u²", "u = 1 − |y|; dy·u²"},
		{"relu6", "0 if z < 0, 6 if z > 6, else z", "0 if z ≤ 0, 0 if z ≥ 6, else 1",
			"0 if y ≤ 0, 0 if y ≥ 6, else 1", "0 if y ≤ 0, 0 if y ≥ 6, else dy"},
	}
	var got []row
	for _, a := range Activations {
		got = append(got, row{a.Name, shared(a.Value(nil)), shared(a.DerivativeInZ(nil)),
			shared(a.Derivative(nil)), shared(a.Pullback(nil))})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// shared prints e after Share.
func shared(e Expr) string {
	lets, body := Share(e)
	s := ""
	for _, let := range lets {
		s += let.Name + " = " + let.Value.String() + "; "
	}
	return s + body.String()
}

func TestLossFormulas(t *testing.T) {
	type formulas struct{ Name, Value, Derivative string }
	want := []formulas{
		{"mean_squared_error", "r = y − t; r²", "2·(y − t)"},
		{"half_squared_error", "r = y − t; 0.5·r²", "y − t"},
		{"mean_absolute_error", "|y − t|", "r = y − t; −1 if r < 0, 0 if r ≤ 0, else 1"},
		{"huber", "r = y − t; −(r + 0.5) if r < −1, r − 0.5 if r > 1, else 0.5·r²",
			"r = y − t; −1 if r ≤ −1, 1 if r ≥ 1, else r"},
		{"binary_cross_entropy", "softplus(y) − y·t", "sigmoid(y) − t"},
		{"softmax_cross_entropy", "", ""},
	}
	var got []formulas
	for _, l := range Losses {
		f := formulas{Name: l.Name}
		if l.Element != nil {
			f.Value, f.Derivative = shared(l.Value(nil)), shared(l.Derivative(nil))
		}
		got = append(got, f)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What Share names, and what it leaves where it stands: numbers, variables, signs, choices, conditions, and operations on
// numbers alone.
func TestShareNamesOperations(t *testing.T) {
	square, below := Mul(z, z), Less(z, y)
	for _, test := range []struct {
		e    Expr
		want string
	}{
		{Add(Exp.Of(square), square), "u = z²; exp(u) + u"},
		{Add(Exp.Of(Tanh.Of(z)), Tanh.Of(z)), "t = tanh(z); exp(t) + t"},
		{Add(Exp.Of(z), z), "exp(z) + z"},
		{Mul(Exp.Of(Number(2)), Log.Of(Number(2))), "exp(2)·log(2)"},
		{Mul(Exp.Of(Neg(z)), Log.Of(Neg(z))), "exp(−z)·log(−z)"},
		{Mul(Exp.Of(Number(2)), Log.Of(Exp.Of(Number(2)))), "exp(2)·log(exp(2))"},
		{Mul(If(below, z, one), If(below, one, y)), "(z if z < y, else 1)·(1 if z < y, else y)"},
		{Mul(Exp.Of(If(below, z, y)), If(below, z, y)), "exp((z if z < y, else y))·(z if z < y, else y)"},
	} {
		if got := shared(test.e); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
}
