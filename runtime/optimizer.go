package runtime

import "slices"

// Optimizer turns gradients into updates of the parameters. The formulas and
// the defaults named in the comments are PyTorch's. Arithmetic is done in the
// precision of the network, every product rounded by itself, so the bits do not
// depend on whether a processor fuses multiply and add, nor on the tier.
//
// In the formulas p is a parameter, g its gradient, t = 1, 2, … the update,
// and η the learning rate of the update by the schedule.
//
// An optimizer is a struct of its settings: add one as a section like those of
// [SGD] or [Adam]. Its formula is an entry of the table in gen/update, from which
// go generate prints the loop over the parameters, in Go and as vector code.
type Optimizer interface {
	// rate returns the learning rate before the schedule.
	rate() float64
	// withRate returns the optimizer with another one.
	withRate(rate float64) Optimizer
	// settings lists the numbers to check.
	settings() []setting
	// float32 and float64 return the update in that precision.
	float32() update[float32]
	float64() update[float64]
}

// update is an optimizer in one precision. What it remembers is state vectors
// as long as the parameters, and t: all that a checkpoint would have to keep.
type update[F Float] struct {
	vectors int // number of state vectors
	initial F   // their value before the first update
	// apply updates p by the gradient g and updates the state; all have the
	// length of p.
	apply func(p, g []F, state [][]F, rate float64, t uint64)
}

// updater applies an update to the parts of the parameters that are trained.
type updater[F Float] struct {
	update[F]
	t    uint64 // updates so far
	runs []run[F]
}

// run is one contiguous part of the parameters with its gradient and state, of at
// most callElements elements.
type run[F Float] struct {
	p, g  []F
	state [][]F
}

// newUpdater allocates the state of o for the given parts of params and their gradient g.
func newUpdater[F Float](o Optimizer, params, g []F, parts []span) *updater[F] {
	u := &updater[F]{}
	switch p := any(&u.update).(type) {
	case *update[float32]:
		*p = o.float32()
	case *update[float64]:
		*p = o.float64()
	}
	for _, s := range parts {
		for lo := s.lo; lo < s.hi; lo += callElements {
			hi := min(s.hi, lo+callElements)
			r := run[F]{p: params[lo:hi], g: g[lo:hi]}
			for range u.vectors {
				r.state = append(r.state, slices.Repeat([]F{u.initial}, hi-lo))
			}
			u.runs = append(u.runs, r)
		}
	}
	return u
}

// finite tells whether the state is. A sum of squares that has overflowed would stop
// its parameter, and nobody would notice.
func (u *updater[F]) finite() bool {
	for _, r := range u.runs {
		for _, v := range r.state {
			if !allFinite(v) {
				return false
			}
		}
	}
	return true
}

// step updates the parameters once.
func (u *updater[F]) step(rate float64) {
	u.t++
	for _, r := range u.runs {
		u.apply(r.p, r.g, r.state, rate, u.t)
	}
}
