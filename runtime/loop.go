package runtime

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// loop is the state of a training run.
type loop[F Float, X, T any] struct {
	net      *Network[F, X, T]
	config   Config
	schedule Schedule
	given    []X // the caller's rows, only read
	goals    []T
	inputs   []X // these rows, normalised where the network wants it
	targets  []T
	weights  []F // of the rows; nil where the network takes none
	rows     split

	random *rand.PCG // shuffles
	order  []int     // the training rows in the order of the epoch
	x      []X       // a batch of rows, copied
	t      []T
	w      []F  // nil as weights
	wide   bool // vector registers copy the rows

	trained []span // of the parameters
	decayed []span // by the penalty; nil without one
	fused   bool   // StepSGD does gradient and update in one call
	g       []F
	updater *updater[F]
	crew    *crew[F, X, T] // that shares batches; nil where they are not cut
	at      moment         // the next step
	rate    float64        // of the last step

	current int      // epoch, from 1
	before  rand.PCG // what it is shuffled with
	batches int      // of it that are done
	sum     float64  // of their losses, each times its rows

	watch watch
	best  []F // the parameters with the lowest watched loss; nil when not kept

	report  *Report
	start   time.Time
	earlier time.Duration // of the training before it was resumed
	keep    *keeper       // of the state; nil where it is not kept
	data    checksums     // of the rows, for the state
}

// measureRows is the smallest buffer for rows: measuring in batches of a few rows
// would waste the speed of the network's batched forward pass.
const measureRows = 256

// newLoop allocates all that the steps need.
func newLoop[F Float, X, T any](n *Network[F, X, T], x []X, target []T, weights []F, rows split, c Config) *loop[F, X, T] {
	size := len(rows.train)
	c.Batch = min(c.Batch, size)
	buffer := min(max(c.Batch, measureRows), len(x))
	sgd, plain := c.Optimizer.(SGD)
	l := &loop[F, X, T]{
		net: n, config: c, schedule: c.Schedule,
		inputs: x, targets: target, weights: weights, rows: rows,
		random: rand.NewPCG(c.Seed, streamShuffle),
		order:  make([]int, size),
		x:      make([]X, buffer),
		t:      make([]T, buffer),
		wide:   copiesWide[X](),

		trained: n.trainable(),
		fused:   plain && sgd.WeightDecay == 0 && c.Clip == Clip{} && c.Penalty == Penalty{} && n.StepSGD != nil,
		at:      moment{stepsPerEpoch: int64((size + c.Batch - 1) / c.Batch), epochs: int64(c.Epochs)},
		current: 1,
		watch:   watch{stop: c.Stop},
		start:   time.Now(),

		report: &Report{
			Network:        n.Name,
			TrainRows:      size,
			ValidationRows: len(rows.validation),
			TestRows:       len(rows.test),
			Tier:           n.Tier(),
		},
	}
	if l.crew = newCrew(n, &c, c.Batch); l.crew != nil {
		l.fused = false
	}
	if weights != nil {
		l.w = make([]F, buffer)
	}
	if l.schedule == nil {
		l.schedule = ConstantRate{}
	}
	if c.Penalty != (Penalty{}) {
		l.decayed = n.trainableWeights()
	}
	if !l.fused {
		l.g = make([]F, len(n.Params))
		l.updater = newUpdater(c.Optimizer, n.Params, l.g, l.trained)
	}
	if len(rows.validation) > 0 || c.Stop.Patience > 0 {
		l.best = make([]F, len(n.Params))
	}
	return l
}

// epoch goes once through the training rows in a new order, or through what is
// left of them in the current epoch, and returns their mean loss, each batch
// taken before its update. It allocates nothing.
func (l *loop[F, X, T]) epoch(ctx context.Context) (float64, error) {
	l.before = *l.random
	copy(l.order, l.rows.train)
	shuffle(l.random, l.order)
	for rows := range slices.Chunk(l.order[l.batches*l.config.Batch:], l.config.Batch) {
		batch := l.batches + 1
		if ctx.Err() != nil {
			return 0, fmt.Errorf("stopped in epoch %d, before batch %d: %w", l.current, batch, context.Cause(ctx))
		}
		loss, broken := l.step(rows)
		if broken != "" {
			return 0, &NonFiniteError{Epoch: l.current, Batch: batch, What: broken}
		}
		l.sum += float64(loss * float64(len(rows)))
		l.batches = batch
		if l.keep != nil && l.at.step%keepSteps == 0 && int64(batch) < l.at.stepsPerEpoch {
			l.keepIfDue()
		}
	}
	// A fused step shows no gradient, and the last update no loss.
	if !l.finite() {
		return 0, &NonFiniteError{Epoch: l.current, Batch: l.batches, What: "parameters"}
	}
	if l.updater != nil && !l.updater.finite() {
		return 0, &NonFiniteError{Epoch: l.current, Batch: l.batches, What: "state of the optimizer"}
	}
	mean := l.sum / float64(len(l.order))
	l.current, l.batches, l.sum, l.before = l.current+1, 0, 0, *l.random
	return mean, nil
}

// finite tells whether all trained parameters are.
func (l *loop[F, X, T]) finite() bool {
	for _, s := range l.trained {
		if !allFinite(l.net.Params[s.lo:s.hi]) {
			return false
		}
	}
	return true
}

// step updates the parameters by the mean gradient of a batch and returns the loss
// from before. If something is not finite, it says what, and updates nothing
// (a fused step has already updated).
func (l *loop[F, X, T]) step(rows []int) (loss float64, broken string) {
	x, target, weight := l.gather(rows)
	seed, step := l.config.Seed, uint64(l.at.step)
	l.rate = l.schedule.rate(l.config.Optimizer.rate(), l.at)
	l.at.step++
	switch {
	case l.fused:
		loss = float64(l.net.StepSGD(x, target, weight, F(l.rate), seed, step))
	case l.crew != nil:
		loss = l.crew.gradients(l.g, x, target, weight, seed, step)
	default:
		loss = float64(l.net.Gradients(l.g, x, target, weight, seed, step))
	}
	if !finite(loss) {
		return 0, "loss"
	}
	if l.fused {
		return loss, ""
	}
	addPenalty(l.g, l.net.Params, l.decayed, l.config.Penalty)
	if !clipGradient(l.updater.runs, l.config.Clip, l.net.Strict) {
		return 0, "gradient"
	}
	l.updater.step(l.rate)
	return loss, ""
}

// gather copies rows into the buffer, so that the network reads them in sequence
// and never sees the caller's memory.
func (l *loop[F, X, T]) gather(rows []int) (x []X, target []T, weight []F) {
	x, target = l.x[:len(rows)], l.t[:len(rows)]
	inputs := l.inputs[:len(l.targets)]
	for i, row := range rows {
		if target[i] = l.targets[row]; !l.wide {
			x[i] = inputs[row]
		}
	}
	if l.wide { // the loop has checked that there is a row for every index
		copyWide(x, inputs, rows)
	}
	if l.weights != nil {
		weight = l.w[:len(rows)]
		for i, row := range rows {
			weight[i] = l.weights[row]
		}
	}
	return x, target, weight
}

// loss returns the mean loss over rows, without dropout.
func (l *loop[F, X, T]) loss(rows []int) float64 {
	sum := 0.0
	for part := range slices.Chunk(rows, len(l.x)) {
		mean := float64(l.net.Loss(l.gather(part)))
		sum += float64(mean * float64(len(part)))
	}
	return sum / float64(len(rows))
}
