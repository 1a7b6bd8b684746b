package runtime

import (
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
)

// References: Glorot, Bengio, "Understanding the difficulty of training deep
// feedforward neural networks" (2010); He, Zhang, Ren, Sun, "Delving deep into
// rectifiers" (2015); Saxe, McClelland, Ganguli, "Exact solutions to the
// nonlinear dynamics of learning in deep linear neural networks" (2014).
//
// Initializers set w, a tensor in canonical order, [out][in] for weights. Numbers
// are drawn in float64, so both precisions start from the same network, rounded.

// InitRand returns the random numbers for the first values of the tensor of that
// name. Each tensor has a stream of its own: a layer more, or another size
// elsewhere, leaves its values as they were.
func InitRand(seed uint64, tensor string) *rand.Rand {
	h := fnv.New64a()
	io.WriteString(h, "init "+tensor)
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// Zeros sets w to 0.
func Zeros[F Float](w []F) { clear(w) }

// Constant sets w to value.
func Constant[F Float](w []F, value float64) {
	for i := range w {
		w[i] = F(value)
	}
}

// Uniform draws w evenly from low to high.
func Uniform[F Float](w []F, low, high float64, rng *rand.Rand) {
	for i := range w {
		w[i] = F(low + float64((high-low)*rng.Float64()))
	}
}

// Normal draws w from the normal distribution.
func Normal[F Float](w []F, mean, std float64, rng *rand.Rand) {
	n := normals{random: rng}
	for i := range w {
		w[i] = F(mean + float64(std*n.next()))
	}
}

// GlorotUniform draws w evenly within ±√(6/(in+out)), variance 2/(in+out): the
// compromise between keeping the variance of y forward and of dx backward.
func GlorotUniform[F Float](w []F, in, out int, rng *rand.Rand) {
	limit := math.Sqrt(6 / float64(in+out))
	Uniform(w, -limit, limit, rng)
}

// GlorotNormal draws w from the normal distribution of variance 2/(in+out).
func GlorotNormal[F Float](w []F, in, out int, rng *rand.Rand) {
	Normal(w, 0, math.Sqrt(2/float64(in+out)), rng)
}

// HeUniform draws w evenly within ±√(6/in), variance 2/in: for ReLU, which
// halves the mean square.
func HeUniform[F Float](w []F, in, out int, rng *rand.Rand) {
	limit := math.Sqrt(6 / float64(in))
	Uniform(w, -limit, limit, rng)
}

// HeNormal draws w from the normal distribution of variance 2/in.
func HeNormal[F Float](w []F, in, out int, rng *rand.Rand) {
	Normal(w, 0, math.Sqrt(2/float64(in)), rng)
}

// Orthogonal sets w to gain times a random matrix whose rows are orthonormal,
// or, when there are more rows than columns, whose columns are. Every such
// matrix is equally likely.
//
// The shorter side's vectors are drawn from the normal distribution and made
// orthonormal by Gram and Schmidt. That is the Q of a QR decomposition whose R
// has a positive diagonal, so no sign needs to be corrected afterwards.
func Orthogonal[F Float](w []F, in, out int, gain float64, rng *rand.Rand) {
	vectors := make([][]float64, min(in, out))
	for k := range vectors {
		v := make([]float64, max(in, out))
		for norm := 0.0; norm == 0; norm = orthonormalize(v, vectors[:k]) {
			Normal(v, 0, 1, rng)
		}
		vectors[k] = v
	}
	for o := range out {
		for i := range in {
			if out <= in {
				w[o*in+i] = F(gain * vectors[o][i])
			} else {
				w[o*in+i] = F(gain * vectors[i][o])
			}
		}
	}
}

// orthonormalize takes from v its parts along the orthonormal others and scales
// it to length 1. It returns 0 when v lies among the others, up to rounding.
// Where much cancels, the parts are taken away again: twice is enough (Giraud,
// Langou, Rozložník 2005).
func orthonormalize(v []float64, others [][]float64) float64 {
	start := math.Sqrt(dot(v, v))
	norm := start
	for {
		before := norm
		for _, q := range others {
			along := dot(v, q)
			for i := range v {
				v[i] -= float64(along * q[i])
			}
		}
		norm = math.Sqrt(dot(v, v))
		if norm > before/2 {
			break
		}
		if norm <= 1e-12*start {
			return 0
		}
	}
	for i := range v {
		v[i] /= norm
	}
	return norm
}

// dot returns Σ a[i]·b[i].
func dot(a, b []float64) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i] * b[i])
	}
	return sum
}
