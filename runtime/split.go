package runtime

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Streams of random numbers: the second word of the seed of a PCG. One stream
// per purpose, so that, say, another batch size does not change the split.
const (
	streamSplit   = 0x73706c6974   // "split"
	streamShuffle = 0x73687566666c // "shuffl"
)

// split holds the numbers of the rows of each part, ascending.
type split struct{ train, validation, test []int }

// splitRows sets rows aside at random, first for test, then for validation.
// class gives the class of each row, nil for regression; with classes every
// part has each class in proportion, within one row.
func splitRows(rows int, class []int, c *Config) (split, error) {
	tests, validations := wanted(c.Test, rows), wanted(c.Validation, rows)
	if tests+validations >= rows {
		return split{}, fmt.Errorf("%d rows: %d for test and %d for validation leave none to train on", rows, tests, validations)
	}
	order := rand.New(rand.NewPCG(c.Seed, streamSplit)).Perm(rows)
	var s split
	s.test, order = take(order, class, tests)
	s.validation, s.train = take(order, class, validations)
	s.sort()
	return s, nil
}

// wanted returns how many of the rows a fraction is: one at least if it is above 0.
func wanted(fraction float64, rows int) int {
	if fraction == 0 {
		return 0
	}
	return max(1, int(math.Round(float64(fraction*float64(rows)))))
}

// sort puts the rows of each part into the order of the data.
func (s *split) sort() {
	slices.Sort(s.test)
	slices.Sort(s.validation)
	slices.Sort(s.train)
}

// take returns the first n of order such that each class has its quota, and the others.
func take(order, class []int, n int) (taken, left []int) {
	if n == 0 {
		return nil, order
	}
	if class == nil {
		return slices.Clone(order[:n]), slices.Clone(order[n:])
	}
	quota := quotas(order, class, n)
	for _, row := range order {
		if c := class[row]; quota[c] > 0 {
			quota[c]--
			taken = append(taken, row)
		} else {
			left = append(left, row)
		}
	}
	return taken, left
}

// quotas divides n among the classes in proportion to their rows, by the method
// of largest remainders: n·count/total rounded down, and one more for those
// with the largest remainder, the lower class first when they are equal.
func quotas(order, class []int, n int) []int {
	var count []int
	for _, row := range order {
		if c := class[row]; c >= len(count) {
			count = append(count, make([]int, c+1-len(count))...)
		}
		count[class[row]]++
	}
	quota := make([]int, len(count))
	remainder := make([]int64, len(count))
	byRemainder := make([]int, len(count))
	left, total := n, int64(len(order))
	for c := range count {
		product := int64(n) * int64(count[c]) // beyond an int of 32 bits
		quota[c], remainder[c] = int(product/total), product%total
		left -= quota[c]
		byRemainder[c] = c
	}
	slices.SortStableFunc(byRemainder, func(a, b int) int { return cmp.Compare(remainder[b], remainder[a]) })
	for _, c := range byRemainder[:left] {
		quota[c]++
	}
	return quota
}
