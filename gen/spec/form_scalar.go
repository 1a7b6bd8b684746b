package spec

import (
	"fmt"
	"math"
	"regexp"
	"slices"
)

// integer is a whole number from min to max.
type integer struct{ min, max uint64 }

func (f integer) want() string { return "an integer" }

func (f integer) check(c *checker, n *node) {
	value, negative, complaint := n.parseInteger()
	switch {
	case complaint != "":
		c.refuse(n, "%s", complaint)
	case negative || value < f.min:
		c.refuse(n, "%s, want at least %d", n.describe(), f.min)
	case value > f.max:
		c.refuse(n, "%s, want at most %d", n.describe(), f.max)
	default:
		n.valid, n.whole, n.number = true, value, float64(value)
	}
}

// number is a real number within bounds.
type number struct{ bounds Bounds }

func (f number) want() string { return "a number" }

func (f number) check(c *checker, n *node) {
	value, complaint := n.parseNumber(c.most)
	switch {
	case complaint != "":
		c.refuse(n, "%s", complaint)
	case !f.bounds.hold(value):
		c.refuse(n, "%s, want %s", n.describe(), f.bounds)
	default:
		n.valid, n.number = true, value
	}
}

// Bounds are the limits of a number. Min and Max themselves are allowed unless
// MinOpen or MaxOpen says otherwise; an infinite one is no limit.
type Bounds struct {
	Min, Max         float64
	MinOpen, MaxOpen bool
}

func (b Bounds) hold(x float64) bool {
	return x >= b.Min && x <= b.Max && !(b.MinOpen && x == b.Min) && !(b.MaxOpen && x == b.Max)
}

// String returns the bounds in words: "at least 0 and less than 1".
func (b Bounds) String() string {
	low := fmt.Sprintf("at least %v", b.Min)
	if b.MinOpen {
		low = fmt.Sprintf("more than %v", b.Min)
	}
	high := fmt.Sprintf("at most %v", b.Max)
	if b.MaxOpen {
		high = fmt.Sprintf("less than %v", b.Max)
	}
	switch {
	case math.IsInf(b.Max, 1):
		return low
	case math.IsInf(b.Min, -1):
		return high
	}
	return low + " and " + high
}

// boolean is true or false, in these words only.
type boolean struct{}

func (f boolean) want() string { return "true or false" }

func (f boolean) check(c *checker, n *node) {
	switch {
	case n.kind == scalar && n.plain && (n.text == "true" || n.text == "false"):
		n.valid = true
	case n.kind == scalar && n.plain:
		c.refuse(n, "%s, want true or false%s", n.describe(), didYouMean(n.text, []string{"true", "false"}))
	default:
		c.refuse(n, "%s, want true or false", n.describe())
	}
}

// text is a word or more by the user's choice. rule, when set, returns a
// complaint about a text that is not accepted.
type text struct {
	what string
	rule func(string) string
}

func (f text) want() string { return f.what }

func (f text) check(c *checker, n *node) {
	complaint := n.parseText(f.what)
	if complaint == "" && f.rule != nil {
		complaint = f.rule(n.text)
	}
	if complaint != "" {
		c.refuse(n, "%s", complaint)
		return
	}
	n.valid = true
}

// shaped is a text of a shape that can be told to an editor; its rule says more.
type shaped struct {
	text
	shape *regexp.Regexp
}

// choice is one of a few words.
type choice struct {
	what  string
	words []string
}

func (f choice) want() string { return listing(f.words) }

func (f choice) check(c *checker, n *node) {
	switch {
	case n.kind != scalar || n.isNull():
		c.refuse(n, "%s, want %s", n.describe(), f.want())
	case !slices.Contains(f.words, n.text):
		c.refuse(n, "unknown %s %s%s", f.what, quote(n.text), suggest(n.text, f.words))
	default:
		n.valid = true
	}
}

// cell is a scalar whose meaning depends on where it stands in an inline row: a
// number, a level, a boolean, or the name of a class in the last column.
type cell struct{}

func (f cell) want() string { return "a number, a level, true, false, or the name of a class" }

func (f cell) check(c *checker, n *node) {
	if n.kind != scalar || n.isNull() {
		c.refuse(n, "%s, want %s", n.describe(), f.want())
		return
	}
	n.valid = true
}
