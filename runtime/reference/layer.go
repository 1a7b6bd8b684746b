package reference

// Layer is one link of the chain: y = f(x), for one row at a time.
//
// A layer owns the memory of its results: a slice that it returns stays valid
// until the next call of the same method. It keeps the slices it is given until
// then, too, so their owner must not change them between Forward and Backward.
// A layer belongs to one network.
type Layer interface {
	// Forward returns y = f(x) and remembers what Backward needs.
	Forward(x []float64, mode Mode) (y []float64)

	// Backward returns dx, given dy. Both belong to the row of the last
	// Forward, which must have been a training one.
	Backward(dy []float64) (dx []float64)

	// Accumulate adds the gradient by the layer's parameters to the memory that
	// Attach gave it, given dy as Backward. It is apart from Backward because
	// the first layer of a network needs no dx.
	Accumulate(dy []float64)

	// Size returns the number of parameters.
	Size() int

	// Attach makes the layer keep its parameters in params and their gradient
	// in grads, both of length Size.
	Attach(params, grads []float64)
}

// Mode says what a forward pass is for.
type Mode struct {
	Training bool // dropout drops nothing unless training
	Row      int  // number of the row in its batch; tells dropout masks apart
}

// fixed is embedded by layers that have nothing to learn.
type fixed struct{}

func (fixed) Accumulate([]float64)  {}
func (fixed) Size() int             { return 0 }
func (fixed) Attach(_, _ []float64) {}

// sized returns v if it has length n, else a new slice that has: the memory of
// a layer whose width shows with its first row, and never changes after.
func sized(v []float64, n int) []float64 {
	if len(v) == n {
		return v
	}
	return make([]float64, n)
}
