package runtime

import (
	"fmt"
	"slices"
)

// A weight says how much a row counts in the loss: the loss of rows is Σ weight·L / rows. The other measures of a
// report, such as the accuracy, count every row once.

// rowWeights returns the weight of every row, its own times that of its class; nil for a network that takes none.
func rowWeights[F Float, X, T any](n *Network[F, X, T], rows int, class, train []int, c *Config) ([]F, error) {
	byClass := c.ClassWeights
	if c.BalanceClasses {
		if n.Classes == nil {
			return nil, fmt.Errorf("network %s: has no classes to balance", n.Name)
		}
		byClass = balanced(class, train)
	}
	switch {
	case !n.Weighted && c.SampleWeights == nil && byClass == nil:
		return nil, nil
	case !n.Weighted:
		return nil, fmt.Errorf("network %s: takes no weights of rows, want train.sample_weight or train.class_weights in its spec", n.Name)
	case byClass != nil && n.Classes == nil:
		return nil, fmt.Errorf("config: ClassWeights are given, but network %s has no classes", n.Name)
	case !c.BalanceClasses && byClass != nil && len(byClass) != len(n.Classes):
		return nil, fmt.Errorf("config: ClassWeights has %d weights, want %d, one for each class", len(byClass), len(n.Classes))
	case c.SampleWeights != nil && len(c.SampleWeights) != rows:
		return nil, fmt.Errorf("config: SampleWeights has %d weights, want %d, one for each row", len(c.SampleWeights), rows)
	}
	weights := make([]F, rows)
	for row := range weights {
		w := 1.0
		if c.SampleWeights != nil {
			w = c.SampleWeights[row]
		}
		if byClass != nil {
			w = float64(w * byClass[class[row]])
		}
		if weights[row] = F(w); w < 0 || !finite(weights[row]) {
			return nil, fmt.Errorf("config: weight of row %d is %v, want %s", row, w, atLeastZero.want)
		}
	}
	for _, row := range train {
		if weights[row] > 0 {
			return weights, nil
		}
	}
	return nil, fmt.Errorf("config: all %d training rows have weight 0, want one above 0", len(train))
}

// balanced returns weights with which every class counts the same: rows/(classes·rows of the class), where a class that
// no training row has is not counted. Over the training rows their mean is 1.
func balanced(class, train []int) []float64 {
	count, classes := make([]float64, 1+slices.Max(class)), 0.0
	for _, row := range train {
		if count[class[row]] == 0 {
			classes++
		}
		count[class[row]]++
	}
	weights := make([]float64, len(count))
	for c, n := range count {
		weights[c] = 1
		if n > 0 {
			weights[c] = float64(len(train)) / float64(classes*n)
		}
	}
	return weights
}
