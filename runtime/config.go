package runtime

import (
	"fmt"
	"math/bits"
)

// Config says how to train.
type Config struct {
	Optimizer Optimizer
	Schedule  Schedule // nil: ConstantRate{}
	Batch     int      // rows per step; the last step of an epoch takes what is left
	Epochs    int      // times through the training rows, at most
	Clip      Clip
	Penalty   Penalty
	Stop      Stop

	// Validation and Test are the fractions of all rows that are set aside
	// before training: validation rows to watch the loss on, test rows for the
	// report alone. A fraction above 0 takes at least one row.
	Validation, Test float64

	// How much rows count in the loss, for networks that take weights: a
	// weight for every row, a weight for every class, or all classes the same.
	// A row's weight is its own times that of its class; nil: all 1.
	SampleWeights  []float64
	ClassWeights   []float64
	BalanceClasses bool

	// Workers is how many goroutines share a batch, which is cut into shards of
	// 32 rows whose gradients are added in order: the result does not depend on
	// how many there are. 0: one, and no shards, unless the numerics are strict.
	Workers int

	// Seed decides the split, the order of the rows and the dropout masks.
	Seed uint64

	Checkpoint Checkpoint

	// Epoch, if not nil, is called after every epoch.
	Epoch func(EpochReport)
}

// check reports the first setting that makes no sense.
func (c *Config) check() error {
	if c.Optimizer == nil {
		return fmt.Errorf("config: Optimizer is nil")
	}
	settings := []setting{
		{"Batch", float64(c.Batch), atLeastOne},
		{"Epochs", float64(c.Epochs), atLeastOne},
		{"Workers", float64(c.Workers), atLeastZero},
		{"Clip.Norm", c.Clip.Norm, atLeastZero},
		{"Clip.Value", c.Clip.Value, atLeastZero},
		{"Penalty.L1", c.Penalty.L1, atLeastZero},
		{"Penalty.L2", c.Penalty.L2, atLeastZero},
		{"Stop.Patience", float64(c.Stop.Patience), atLeastZero},
		{"Stop.MinDelta", c.Stop.MinDelta, atLeastZero},
		{"Stop.Below", c.Stop.Below, atLeastZero},
		{"Validation", c.Validation, belowOne},
		{"Test", c.Test, belowOne},
		{"Validation + Test", c.Validation + c.Test, belowOne},
	}
	settings = append(settings, c.Optimizer.settings()...)
	if c.Schedule != nil {
		settings = append(settings, c.Schedule.settings()...)
	}
	for class, w := range c.ClassWeights {
		settings = append(settings, setting{fmt.Sprintf("ClassWeights[%d]", class), w, atLeastZero})
	}
	if c.BalanceClasses && c.ClassWeights != nil {
		return fmt.Errorf("config: ClassWeights and BalanceClasses are given, want one of them")
	}
	for _, s := range settings {
		if !s.limit.holds(s.value) {
			return fmt.Errorf("config: %s is %v, want %s", s.name, s.value, s.limit.want)
		}
	}
	return nil
}

// setting is a number of the configuration with its limit.
type setting struct {
	name  string
	value float64
	limit limit
}

// limit is a condition on a finite number, and the words for it.
type limit struct {
	want  string
	holds func(v float64) bool
}

var (
	positive    = limit{"a number above 0", func(v float64) bool { return v > 0 && finite(v) }}
	atLeastZero = limit{"at least 0", func(v float64) bool { return v >= 0 && finite(v) }}
	atLeastOne  = limit{"at least 1", func(v float64) bool { return v >= 1 && finite(v) }}
	belowOne    = limit{"from 0 to below 1", func(v float64) bool { return v >= 0 && v < 1 }}
	upToOne     = limit{"from 0 to 1", func(v float64) bool { return v >= 0 && v <= 1 }}
	// An epsilon must not vanish in float32: padding and parameters that never
	// get a gradient would become 0/0.
	epsilonRange = limit{"from 1e-30 to 1", func(v float64) bool { return v >= 1e-30 && v <= 1 }}
)

// finite reports whether v is neither infinite nor NaN.
func finite[F Float](v F) bool { return v-v == 0 }

// power returns b to the n-th by repeated squaring. math.Pow may differ between
// processors, this does not: every product is rounded by itself.
func power(b float64, n uint64) float64 { return powersOf(b).power(n) }

// powers are b to the 1, 2, 4, 8 …
type powers [64]float64

func powersOf(b float64) *powers {
	p := new(powers)
	for k := range p {
		if p[k] = b; b == 0 {
			break
		}
		b = float64(b * b)
	}
	return p
}

// power returns b to the n-th.
func (p *powers) power(n uint64) float64 {
	y := 1.0
	for ; n > 0; n &= n - 1 {
		y = float64(y * p[bits.TrailingZeros64(n)%64])
	}
	return y
}

// rest returns 1 minus b to the n-th, for b from 0 to 1 and n > 0. Where the largest of the powers is lost in 1, so are their
// products.
func (p *powers) rest(n uint64) float64 {
	if p[bits.Len64(n)-1] < 0x1p-60 {
		return 1
	}
	return 1 - p.power(n)
}
