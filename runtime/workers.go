package runtime

import "sync"

// References:
//
//	Dean et al., Large Scale Distributed Deep Networks, 2012: data parallelism.

// shardRows is the number of rows of a shard: as many as generated code has in
// work at once.
const shardRows = 32

// wave is how many shards of a worker are computed before their gradients are
// added up: more would only take memory.
const wave = 4

// crew shares the batches of a training among workers. A batch is cut into
// shards of shardRows rows, wherever they are computed; the gradients of the
// shards are added in their order, each element by one worker. So the bits do
// not depend on how many workers there are.
type crew[F Float, X, T any] struct {
	nets   []*Network[F, X, T] // one per worker, on the same parameters; the first is that of the training's own goroutine
	parts  [][]F               // the gradient of each shard of a wave
	losses []F
	start  []chan duty // one for each goroutine but the training's own; nil before and after the training
	group  sync.WaitGroup

	// The current wave.
	g           []F
	x           []X
	target      []T
	weight      []F
	seed, step  uint64
	from, count int // its shards
}

// duty is what the workers do together.
type duty int

const (
	computeShards duty = iota
	addShards
)

// newCrew returns the crew of a training with batches of so many rows; nil where
// a batch is no more than a shard, or is not cut.
func newCrew[F Float, X, T any](n *Network[F, X, T], c *Config, batch int) *crew[F, X, T] {
	if batch <= shardRows || !n.Strict && c.Workers == 0 {
		return nil
	}
	shards := (batch + shardRows - 1) / shardRows
	workers := min(max(1, c.Workers), shards)
	if n.Fork == nil {
		workers = 1
	}
	w := &crew[F, X, T]{nets: []*Network[F, X, T]{n}}
	for range workers - 1 {
		w.nets = append(w.nets, n.Fork())
	}
	size := 1
	if workers > 1 {
		size = min(wave*workers, shards)
	}
	w.losses = make([]F, size)
	for range size {
		w.parts = append(w.parts, make([]F, len(n.Params)))
	}
	return w
}

// begin starts the goroutines; end ends them. A nil crew has none.
func (w *crew[F, X, T]) begin() {
	if w == nil {
		return
	}
	for i := range len(w.nets) - 1 {
		start := make(chan duty, 1)
		w.start = append(w.start, start)
		go func() {
			for d := range start {
				w.do(i+1, d)
				w.group.Done()
			}
		}()
	}
}

func (w *crew[F, X, T]) end() {
	if w == nil {
		return
	}
	for _, start := range w.start {
		close(start)
	}
	w.start = nil
}

// gradients does what Network.Gradients does, shard by shard.
func (w *crew[F, X, T]) gradients(g []F, x []X, target []T, weight []F, seed, step uint64) (loss float64) {
	w.g, w.x, w.target, w.weight, w.seed, w.step = g, x, target, weight, seed, step
	shards := (len(x) + shardRows - 1) / shardRows
	for w.from = 0; w.from < shards; w.from += w.count {
		w.count = min(len(w.parts), shards-w.from)
		w.together(computeShards)
		w.together(addShards)
		for k, l := range w.losses[:w.count] {
			loss += float64(float64(w.share(k)) * float64(l))
		}
	}
	return loss
}

// together lets all workers do something and waits for them.
func (w *crew[F, X, T]) together(d duty) {
	w.group.Add(len(w.start))
	for _, start := range w.start {
		start <- d
	}
	w.do(0, d)
	w.group.Wait()
}

// rows returns where shard k of the wave begins and ends in the batch.
func (w *crew[F, X, T]) rows(k int) (from, to int) {
	from = (w.from + k) * shardRows
	return from, min(from+shardRows, len(w.x))
}

// share returns which part of the batch shard k of the wave is.
func (w *crew[F, X, T]) share(k int) F {
	from, to := w.rows(k)
	return F(to-from) / F(len(w.x))
}

// do is what one worker does.
func (w *crew[F, X, T]) do(worker int, d duty) {
	if d == computeShards {
		for k := worker; k < w.count; k += len(w.nets) {
			w.compute(w.nets[worker], k)
		}
		return
	}
	// A range of the parameters, which begins a cache line where they do.
	const line = 16
	size := (len(w.g)/line + len(w.nets)) / len(w.nets) * line
	lo, hi := min(worker*size, len(w.g)), min((worker+1)*size, len(w.g))
	over := passesOf[F]()
	if w.from == 0 {
		clear(w.g[lo:hi])
	}
	for k := range w.count {
		over.subtract(w.g[lo:hi], w.parts[k][lo:hi], -w.share(k))
	}
}

// compute sets the gradient and the loss of shard k of the wave. Its dropout
// masks are those of a step of its own: the counter of steps leaves room.
func (w *crew[F, X, T]) compute(n *Network[F, X, T], k int) {
	from, to := w.rows(k)
	var weight []F
	if w.weight != nil {
		weight = w.weight[from:to]
	}
	step := w.step | uint64(w.from+k)<<32
	w.losses[k] = n.Gradients(w.parts[k], w.x[from:to], w.target[from:to], weight, w.seed, step)
}
