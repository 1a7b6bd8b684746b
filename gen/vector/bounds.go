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
// denormal number, which processors are slow with: exp, sigmoid, softplus, tanhSoftplus and normalCDF are off by as much,
// silu, mish and gelu by z times that. The exponent in gelu_tanh is rounded, which it shows where it is large. NaN gives
// NaN, the sign of 0 is kept. They hold with fused multiply-adds and without, and of gelu and normalCDF those without are
// the larger ones, far below zero.
var Bounds = []Bound{
	{"exp", 1.5, vanished, 0},
	{"expm1", 2, 0, 0},
	{"log", 1.5, 0, 0},
	{"log1p", 2, 0, 0},
	{"tanh", 2, 0, 0},
	{"sigmoid", 3, vanished, 0},
	{"softplus", 2.5, vanished, 0},
	{"tanhSoftplus", 4.5, vanished, 0},
	{"normalCDF", 8.5, vanished, 0},
	{"elu", 2, 0, 0},
	{"selu", 3, 0, 0},
	{"gelu", 8.5, 0, vanished},
	{"gelu_tanh", 5, 0, 0x1p-27},
	{"silu", 3.5, 0, vanished},
	{"mish", 5, 0, vanished},
	{"softsign", 2, 0, 0},
}
