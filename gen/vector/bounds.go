package vector

// Bound is the largest error of a function of x on float32 numbers: some units in the last place (ULP) of the result, and
// beyond that an absolute error, a part of which is proportional to x. The tests of package amd64 measure it.
type Bound struct {
	Name                string
	ULP, Absolute, PerX float64
}

// vanished is more than what is taken for 0 of eˣ.
const vanished = 5e-35

// Bounds lists the functions and the activations that are not exact. Small eˣ are taken for 0, so that no result is a
// denormal number, which processors are slow with: exp, sigmoid and softplus are off by as much, silu and mish by z times
// that. The sums 1 + erf and 1 + tanh of the gelus cancel below zero. NaN gives NaN. They hold with fused
// multiply-adds and without.
// The sign of 0 is kept, but by expm1 and log1p, which no formula asks for it.
var Bounds = []Bound{
	{"exp", 1.5, vanished, 0},
	{"expm1", 2, 0, 0},
	{"log", 1.5, 0, 0},
	{"log1p", 2, 0, 0},
	{"tanh", 2, 0, 0},
	{"sigmoid", 3, vanished, 0},
	{"softplus", 2.5, vanished, 0},
	{"erf", 1.5, 0, 0},
	{"elu", 2, 0, 0},
	{"selu", 3, 0, 0},
	{"gelu", 4, 0, 0x1p-25},
	{"gelu_tanh", 3.5, 0, 0x1p-25},
	{"silu", 3.5, 0, vanished},
	{"mish", 5, 0, vanished},
	{"softsign", 2, 0, 0},
}
