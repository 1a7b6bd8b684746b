package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Train trains the network's parameters in place on rows x with their targets.
// It sets rows aside for test and validation, takes a step per mini-batch of
// the shuffled rest, and stops after c.Epochs, by c.Stop, or between two steps
// when ctx is canceled. With validation rows or c.Stop.Patience, the parameters
// of the epoch with the lowest watched loss are restored at the end, however it comes.
//
// Where the network says so, rows are normalised by what the training rows are;
// losses are those of the normalised rows. Parameters that have been trained
// before, folded or not, keep what their rows were normalised by. Afterwards they
// are not folded.
//
// With c.Checkpoint, the state of the training is kept in files, from which it
// can be resumed.
//
// x and target are only read. The report is returned also with a
// [NonFiniteError] or the error of ctx: it then covers the completed epochs.
// After any other error it is nil, and the parameters are as they were.
func Train[F Float, X, T any](ctx context.Context, n *Network[F, X, T], x []X, target []T, c Config) (*Report, error) {
	before := slices.Clone(n.Params)
	l, err := newTraining(n, x, target, c)
	if err == nil {
		err = l.openCheckpoint(realDisk{})
	}
	if err != nil {
		copy(n.Params, before)
		return nil, err
	}
	return l.train(ctx)
}

// newTraining checks its arguments, splits the rows and returns its loop.
func newTraining[F Float, X, T any](n *Network[F, X, T], x []X, target []T, c Config) (*loop[F, X, T], error) {
	class, err := checkTraining(n, x, target, &c)
	if err != nil {
		return nil, err
	}
	parts, err := splitRows(len(x), class, &c)
	if err != nil {
		return nil, err
	}
	return onParts(n, x, target, class, parts, c)
}

// onParts returns the loop of a training on rows that are divided already.
func onParts[F Float, X, T any](n *Network[F, X, T], x []X, target []T, class []int, parts split, c Config) (*loop[F, X, T], error) {
	weights, err := rowWeights(n, len(x), class, parts.train, &c)
	if err != nil {
		return nil, err
	}
	inputs, targets := n.normalized(x, target, parts.train)
	l := newLoop(n, inputs, targets, weights, parts, c)
	l.given, l.goals = x, target
	return l, nil
}

// train runs the epochs and measures what has come out.
func (l *loop[F, X, T]) train(ctx context.Context) (r *Report, err error) {
	n := l.net
	r = l.report
	l.crew.begin()
	defer l.crew.end()
	var nonFinite *NonFiniteError
	r.Stopped, err = l.run(ctx)
	switch {
	case errors.As(err, &nonFinite):
		r.Stopped = StoppedFailed
	case err != nil:
		r.Stopped = StoppedCanceled
		l.keepNow()
	}
	if l.best != nil && l.watch.epoch > 0 {
		copy(n.Params, l.best)
		r.Best = l.watch.epoch
	}
	if r.Stopped != StoppedFailed {
		l.measure(r)
		if !finite(r.Loss) {
			r.Stopped = StoppedFailed
			return r, errors.Join(err, &NonFiniteError{Epoch: len(r.Epochs), What: "loss on the " + r.On + " rows"})
		}
	}
	return r, err
}

// checkTraining reports what is wrong with what a training is given, and returns the class of each row, nil for regression.
func checkTraining[F Float, X, T any](n *Network[F, X, T], x []X, target []T, c *Config) ([]int, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return classes(n, x, target)
}

// classes checks the rows and returns the class of each, nil for regression.
func classes[F Float, X, T any](n *Network[F, X, T], x []X, target []T) ([]int, error) {
	if len(x) == 0 || len(x) != len(target) {
		return nil, fmt.Errorf("network %s: %d rows with %d targets, want at least one row and as many targets", n.Name, len(x), len(target))
	}
	if n.Classes == nil {
		return nil, nil
	}
	class := make([]int, len(target))
	for i := range target {
		t := target[i] // a copy: the network gets no pointer into the caller's rows
		class[i] = n.ClassOf(&t)
		if class[i] < 0 || class[i] >= len(n.Classes) {
			return nil, fmt.Errorf("network %s: target of row %d: class is %d, want one from 0 to %d", n.Name, i, class[i], len(n.Classes)-1)
		}
	}
	return class, nil
}

// elapsed returns how long the training has taken, with what came before it was resumed.
func (l *loop[F, X, T]) elapsed() time.Duration { return l.earlier + time.Since(l.start) }

// run runs the epochs, logs them in the report, and returns why they ended.
func (l *loop[F, X, T]) run(ctx context.Context) (Stopped, error) {
	for l.current <= l.config.Epochs {
		epoch := l.current
		loss, err := l.epoch(ctx)
		if err != nil {
			return "", err
		}
		e := EpochReport{Epoch: epoch, Epochs: l.config.Epochs, Loss: loss, Rate: l.rate}
		watched := loss
		if len(l.rows.validation) > 0 {
			watched = l.loss(l.rows.validation)
			if !finite(watched) {
				return "", &NonFiniteError{Epoch: epoch, What: "validation loss"}
			}
			e.ValidationLoss, e.Validated = watched, true
		}
		var why Stopped
		e.Lowest, why = l.watch.see(epoch, watched)
		if e.Lowest && l.best != nil {
			copy(l.best, l.net.Params)
		}
		e.Elapsed = l.elapsed()
		l.report.Epochs = append(l.report.Epochs, e)
		if l.config.Epoch != nil {
			l.config.Epoch(e)
		}
		if why != "" {
			return why, nil
		}
		l.keepIfDue()
	}
	return StoppedEpochs, nil
}

// measure sets the measures of the report, on the test rows if there are any: of predictions as a service makes them, for
// the rows as they were given.
func (l *loop[F, X, T]) measure(r *Report) {
	rows := l.rows.test
	r.On = "test"
	if len(rows) == 0 {
		rows, r.On = l.rows.train, "train"
	}
	r.Rows, r.Loss = len(rows), l.loss(rows)
	n := l.net
	if n.Fold != nil {
		n.Fold()
	}
	// copies: the network gets no pointer into the caller's rows
	var x X
	var goal T
	target := make([]float64, n.Outputs)
	p := predictions{
		rows: len(rows),
		output: func(y []float64, row int) {
			x = l.given[rows[row]]
			n.Output(y, &x)
		},
		class: func(row int) int {
			goal = l.goals[rows[row]]
			return n.ClassOf(&goal)
		},
		target: func(row int) []float64 {
			goal = l.goals[rows[row]]
			n.Target(target, &goal)
			return target
		},
	}
	r.Classification, r.Regression = p.measure(n.Classes, n.Outputs)
}
