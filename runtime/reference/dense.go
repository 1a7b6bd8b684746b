package reference

import "fmt"

// dense is a fully connected layer: every output sees every input.
//
//	x, dx  [in]       input
//	w, dw  [out][in]  weights: w[o][i] leads from input i to output o
//	b, db  [out]      bias; nil in a layer without
//	z      [out]      output (called z because an activation makes y of it)
type dense struct {
	in, out int
	bias    bool

	w, dw [][]float64
	b, db []float64

	x, dx, z []float64
}

// NewDense returns a layer z = W·x + b, or z = W·x when bias is false. Its
// parameters are the weights, [out][in], then the bias, [out]; they are zero
// until [Network.SetParams].
func NewDense(in, out int, bias bool) Layer {
	if in < 1 || out < 1 {
		panic(fmt.Sprintf("reference: dense layer of %d inputs, %d outputs: want at least 1", in, out))
	}
	return &dense{
		in: in, out: out, bias: bias,
		w: make([][]float64, out), dw: make([][]float64, out),
		dx: make([]float64, in), z: make([]float64, out),
	}
}

func (d *dense) Size() int {
	if d.bias {
		return d.out*d.in + d.out
	}
	return d.out * d.in
}

func (d *dense) Attach(params, grads []float64) {
	for o := range d.out {
		from, to := o*d.in, (o+1)*d.in
		d.w[o], d.dw[o] = params[from:to:to], grads[from:to:to]
	}
	if d.bias {
		d.b, d.db = params[d.out*d.in:], grads[d.out*d.in:]
	}
}

// Forward returns z = W·x + b.
func (d *dense) Forward(x []float64, _ Mode) []float64 {
	if len(x) != d.in {
		panic(fmt.Sprintf("reference: dense layer of %d inputs got a row of %d", d.in, len(x)))
	}
	d.x = x

	// z[o] = b[o] + Σᵢ w[o,i]·x[i]
	for o := range d.z {
		z := 0.0
		if d.bias {
			z = d.b[o]
		}
		for i := range x {
			z += d.w[o][i] * x[i]
		}
		d.z[o] = z
	}
	return d.z
}

// Backward returns dx = Wᵀ·dz.
func (d *dense) Backward(dz []float64) []float64 {
	dx := d.dx
	clear(dx)

	// ∂z[o]/∂x[i] = w[o,i], so dx[i] = Σₒ w[o,i]·dz[o]. The sum is the outer
	// loop, so that w is read row by row, as it lies in memory.
	for o := range dz {
		for i := range dx {
			dx[i] += d.w[o][i] * dz[o]
		}
	}
	return dx
}

// Accumulate adds dz·xᵀ to dw and dz to db.
func (d *dense) Accumulate(dz []float64) {
	// ∂z[o]/∂w[o,i] = x[i] and ∂z[o]/∂b[o] = 1, and no other z depends on them:
	// dw[o,i] += dz[o]·x[i];  db[o] += dz[o]
	for o := range dz {
		for i := range d.x {
			d.dw[o][i] += dz[o] * d.x[i]
		}
		if d.bias {
			d.db[o] += dz[o]
		}
	}
}
