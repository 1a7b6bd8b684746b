package spec

import (
	"fmt"
	"strconv"
	"strings"
)

// kind is what a node of a spec is, before anything is known about its meaning.
type kind int

const (
	scalar kind = iota
	list
	mapping
)

// node is one value of a spec with its position. Checking a node against a form
// marks it valid and sets what the form makes of it; building the model reads
// valid nodes only, so that one mistake is reported once.
type node struct {
	kind   kind
	pos    Pos
	parent *node
	index  int    // in the parent, when that is a list
	label  string // the key in the parent, when that is a mapping
	keyPos Pos    // of that key

	text  string // of a scalar
	plain bool   // a scalar without quotes
	items []*node

	refused bool // not what the user meant: reported already, and not to be checked
	valid   bool
	whole   uint64             // set by integer
	number  float64            // set by number
	method  *Method            // set by variant
	params  map[string]float64 // set by variant
}

// path returns where n is from the root: layers[0].dense.units.
func (n *node) path() string {
	if n.parent == nil {
		return ""
	}
	up := n.parent.path()
	switch {
	case n.parent.kind == list:
		return up + "[" + strconv.Itoa(n.index) + "]"
	case up == "":
		return n.label
	}
	return up + "." + n.label
}

// find returns the value of a key of a mapping, valid or not, or nil.
func (n *node) find(key string) *node {
	if n == nil || n.kind != mapping {
		return nil
	}
	for _, v := range n.items {
		if v.label == key {
			return v
		}
	}
	return nil
}

// get returns the value of a key of a mapping if it is there and valid, else
// nil. All the accessors below take nil, so that a path of keys can be followed.
func (n *node) get(key string) *node {
	v := n.find(key)
	if v == nil || !v.valid {
		return nil
	}
	return v
}

// integer returns the value of a valid integer, else 0.
func (n *node) integer() int {
	if n == nil || !n.valid {
		return 0
	}
	return int(n.whole)
}

// real returns the value of a valid number, else 0.
func (n *node) real() float64 {
	if n == nil || !n.valid {
		return 0
	}
	return n.number
}

// word returns the text of a valid scalar, else "".
func (n *node) word() string {
	if n == nil || !n.valid || n.kind != scalar {
		return ""
	}
	return n.text
}

// children returns the items of a valid list.
func (n *node) children() []*node {
	if n == nil {
		return nil
	}
	return n.items
}

// words returns the texts of a list whose items are all valid, else nil.
func (n *node) words() []string { return collect(n, (*node).word) }

// numbers returns the values of a list whose items are all valid, else nil.
func (n *node) numbers() []float64 { return collect(n, (*node).real) }

func collect[T any](n *node, value func(*node) T) []T {
	if !n.complete() {
		return nil
	}
	values := make([]T, len(n.items))
	for i, item := range n.items {
		values[i] = value(item)
	}
	return values
}

// complete reports whether n is a list whose items are all valid.
func (n *node) complete() bool {
	if n == nil || !n.valid || n.kind != list {
		return false
	}
	for _, item := range n.items {
		if !item.valid {
			return false
		}
	}
	return true
}

// describe says what n is, for the first half of an error message.
func (n *node) describe() string {
	switch {
	case n.kind == list:
		return "is a list"
	case n.kind == mapping:
		return "is a mapping"
	case n.isNull():
		return "is empty"
	case n.plain:
		return "is " + clip(n.text)
	}
	return "is the text " + quote(n.text)
}

// quote returns user text for an error message: quoted, and not longer than a line.
func quote(text string) string { return strconv.Quote(clip(text)) }

// clip cuts text that would fill the screen, and keeps it on one line.
func clip(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		text = fmt.Sprintf("%s… (%d characters)", string(runes[:most]), len(runes))
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, text)
}
