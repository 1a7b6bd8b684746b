package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// References:
//
//	Kohavi, A Study of Cross-Validation and Bootstrap for Accuracy Estimation and Model Selection, IJCAI 1995.

// CrossReport tells how good trainings on parts of the rows are on the others.
type CrossReport struct {
	Network string
	Folds   []*Report // one for each fold, measured on its rows

	Loss     Spread
	Accuracy *Spread // of classes
	R2       *Spread // of regression; nil where a fold has none
}

// Spread is the mean of a measure over the folds, and their standard deviation, whose divisor is one less than the folds.
type Spread struct {
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
}

// String returns 0.9667 ± 0.0236.
func (s Spread) String() string { return fmt.Sprintf("%.4f ± %.4f", s.Mean, s.Deviation) }

// CrossValidate divides the rows into folds, at random and with each class in proportion, trains for every fold on the
// rows of all others, and measures on its own. initialize sets the network's parameters before each training. Of the
// settings, Test has no meaning; Validation is a share of all rows, taken from those that are trained on, and
// Checkpoint does not apply. fold, if not nil, is called after each training.
//
// After an error, that of ctx or a [NonFiniteError], the report covers the folds before.
func CrossValidate[F Float, X, T any](ctx context.Context, n *Network[F, X, T], initialize func(), x []X, target []T, c Config, folds int, fold func(*Report)) (*CrossReport, error) {
	c.Test, c.Checkpoint = 0, Checkpoint{}
	class, err := checkTraining(n, x, target, &c)
	if err != nil {
		return nil, err
	}
	if folds < 2 || folds > len(x) {
		return nil, fmt.Errorf("%d folds of %d rows, want from 2 to as many as there are rows", folds, len(x))
	}
	of := foldRows(len(x), class, folds, c.Seed)
	report := &CrossReport{Network: n.Name}
	for k := range folds {
		parts, err := foldParts(of, k, class, &c)
		if err != nil {
			return report, err
		}
		initialize()
		l, err := onParts(n, x, target, class, parts, c)
		if err != nil {
			return report, err
		}
		r, err := l.train(ctx)
		if err != nil {
			return report, fmt.Errorf("fold %d: %w", k+1, err)
		}
		report.Folds = append(report.Folds, r)
		if fold != nil {
			fold(r)
		}
	}
	report.summarize()
	return report, nil
}

// foldRows returns the fold of every row. The classes are dealt out one after the other, so that folds differ by one row
// at most, and so do the rows of a class in them.
func foldRows(rows int, class []int, folds int, seed uint64) []int {
	order := rand.New(rand.NewPCG(seed, streamSplit)).Perm(rows)
	if class != nil {
		slices.SortStableFunc(order, func(a, b int) int { return class[a] - class[b] })
	}
	fold := make([]int, rows)
	for i, row := range order {
		fold[row] = i % folds
	}
	return fold
}

// foldParts returns the parts of a training that is measured on fold k.
func foldParts(fold []int, k int, class []int, c *Config) (split, error) {
	var s split
	var rest []int
	for _, row := range rand.New(rand.NewPCG(c.Seed, streamSplit)).Perm(len(fold)) {
		if fold[row] == k {
			s.test = append(s.test, row)
		} else {
			rest = append(rest, row)
		}
	}
	validations := wanted(c.Validation, len(fold))
	if validations >= len(rest) {
		return s, fmt.Errorf("%d rows: %d in a fold and %d for validation leave none to train on", len(fold), len(s.test), validations)
	}
	s.validation, s.train = take(rest, class, validations)
	s.sort()
	return s, nil
}

// summarize computes the means and deviations.
func (c *CrossReport) summarize() {
	spread := func(of func(r *Report) (v float64, ok bool)) *Spread {
		var values []float64
		for _, r := range c.Folds {
			v, ok := of(r)
			if !ok {
				return nil
			}
			values = append(values, v)
		}
		s := spreadOf(values)
		return &s
	}
	c.Loss = *spread(func(r *Report) (float64, bool) { return r.Loss, true })
	c.Accuracy = spread(func(r *Report) (float64, bool) {
		if r.Classification == nil {
			return 0, false
		}
		return r.Accuracy, true
	})
	c.R2 = spread(func(r *Report) (float64, bool) {
		if r.Regression == nil || r.R2 == nil {
			return 0, false
		}
		return *r.R2, true
	})
}

// spreadOf returns the mean and the deviation of two values or more.
func spreadOf(values []float64) Spread {
	n := float64(len(values))
	mean, squares := 0.0, 0.0
	for _, v := range values {
		mean += v / n
	}
	for _, v := range values {
		squares += float64((v - mean) * (v - mean))
	}
	return Spread{mean, math.Sqrt(squares / (n - 1))}
}

// MarshalJSON returns the final line: {"final":true,"folds":5,"loss":{"mean":…,"deviation":…},"accuracy":…}.
func (c *CrossReport) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Final    bool    `json:"final"`
		Folds    int     `json:"folds"`
		Loss     Spread  `json:"loss"`
		Accuracy *Spread `json:"accuracy,omitempty"`
		R2       *Spread `json:"r2,omitempty"`
	}{true, len(c.Folds), c.Loss, c.Accuracy, c.R2})
}

// String returns the summary as text for people.
func (c *CrossReport) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s: %d folds, mean ± standard deviation\nloss      %v\n", c.Network, len(c.Folds), c.Loss)
	if c.Accuracy != nil {
		fmt.Fprintf(&s, "accuracy  %v\n", *c.Accuracy)
	}
	if c.R2 != nil {
		fmt.Fprintf(&s, "R²        %v\n", *c.R2)
	}
	return s.String()
}
