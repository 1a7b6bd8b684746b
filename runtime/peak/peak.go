// Package peak measures how many multiply-adds per nanosecond a processor does at most: those of a loop that works on
// registers alone. It is what the speed of a network is a share of.
package peak

import (
	"time"
	"unsafe"

	"github.com/chainrule-go/chainrule/runtime"
)

// chains is how many sums grow side by side. Two multiply-adds may start in a cycle and each takes 4, so 8 are needed; where
// a product and an addition are two instructions of 3 cycles each, 12.
const chains = 12

// best is the widest tier that may be used.
var best = runtime.VectorTier()

// Run does turns × 12 multiply-adds on registers of the tier's width and returns how many elements of type F that were. A tier
// that the processor lacks is lowered to the one that it has. In portable code a product is rounded before it is added,
// as in generated code.
func Run[F runtime.Float](t runtime.Tier, turns int) (multiplyAdds int) {
	var zero F
	t = min(t, best)
	if t == runtime.TierGeneric {
		scalar[F](turns, 0.5, 0.5)
		return turns * chains
	}
	return turns * chains * vector(t, int(unsafe.Sizeof(zero)), turns)
}

// Rate returns the multiply-adds per nanosecond of the tier: the most of several runs, in about 10 ms. Whatever else wants the
// core, as threads of the Go runtime do in the first milliseconds, only makes a run slower.
func Rate[F runtime.Float](t runtime.Tier) float64 {
	const (
		runs  = 9
		calls = 70
		turns = 2000 // one call is a few microseconds: assembly cannot be interrupted
	)
	most := 0.0
	Run[F](t, calls*turns) // wakes the vector unit up
	for range runs {
		n := 0
		start := time.Now()
		for range calls {
			n += Run[F](t, turns)
		}
		most = max(most, float64(n)/float64(time.Since(start).Nanoseconds()))
	}
	return most
}

// scalar does turns × 12 multiply-adds in portable Go.
//
//go:noinline
func scalar[F runtime.Float](turns int, x, y F) F {
	var a, b, c, d, e, f, g, h, i, j, k, l F
	for range turns {
		a = F(a*x) + y
		b = F(b*x) + y
		c = F(c*x) + y
		d = F(d*x) + y
		e = F(e*x) + y
		f = F(f*x) + y
		g = F(g*x) + y
		h = F(h*x) + y
		i = F(i*x) + y
		j = F(j*x) + y
		k = F(k*x) + y
		l = F(l*x) + y
	}
	return a + b + c + d + e + f + g + h + i + j + k + l
}
