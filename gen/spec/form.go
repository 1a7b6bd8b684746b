package spec

import (
	"fmt"
	"slices"
	"strings"
)

// A form says what a node of a spec must look like. Forms are data: the table
// of keys is made of them, and whatever else describes a spec can be, too.
type form interface {
	// want names what is accepted, for the second half of an error message.
	want() string
	// check reports what is wrong with n, or marks it valid.
	check(c *checker, n *node)
	// schema returns what an editor can know about it.
	schema() *schema
}

// A checker collects the errors of one spec.
type checker struct {
	errors ErrorList
	most   float64 // largest number that the precision of the spec can hold
}

// check compares n with f, unless reading it failed already.
func (c *checker) check(f form, n *node) {
	if !n.refused {
		f.check(c, n)
	}
}

func (c *checker) refuse(n *node, format string, args ...any) {
	c.errors.add(n.pos, n.path(), format, args...)
}

// object is a mapping of known keys.
type object struct {
	keys []key
	one  []string // exactly one of these keys is wanted
}

// key is one key of an object.
type key struct {
	name     string
	doc      string
	form     form
	required bool
	absent   string // what a missing key stands for, if anything: a scalar, or {}
	reserved string // why the key cannot be used yet
}

func (o object) want() string { return "a mapping with the keys " + strings.Join(o.names(), ", ") }

// names returns the keys that can be used.
func (o object) names() []string {
	var names []string
	for _, k := range o.keys {
		if k.reserved == "" {
			names = append(names, k.name)
		}
	}
	return names
}

func (o object) check(c *checker, n *node) {
	if n.kind != mapping {
		c.refuse(n, "%s, want %s", n.describe(), o.want())
		return
	}
	n.valid = true // whatever is wrong with a key is wrong with that key alone
	for _, v := range n.items {
		i := slices.IndexFunc(o.keys, func(k key) bool { return k.name == v.label })
		switch {
		case i < 0:
			c.errors.add(v.keyPos, n.path(), "unknown key %s%s", quote(v.label), suggest(v.label, o.names()))
		case o.keys[i].reserved != "":
			c.errors.add(v.keyPos, v.path(), "is reserved for %s", o.keys[i].reserved)
		default:
			c.check(o.keys[i].form, v)
		}
	}
	o.checkMissing(c, n)
	o.checkOne(c, n)
}

// checkMissing reports required keys that are not there, and puts in the others
// that stand for something.
func (o object) checkMissing(c *checker, n *node) {
	for _, k := range o.keys {
		if n.find(k.name) != nil {
			continue
		}
		v := &node{parent: n, pos: n.pos, keyPos: n.pos, label: k.name, text: k.absent, plain: true}
		if k.absent == "{}" {
			v.kind = mapping
		}
		switch {
		case k.required:
			c.refuse(v, "is missing, want %s", k.form.want())
		case k.absent != "":
			n.items = append(n.items, v)
			c.check(k.form, v)
		}
	}
}

// checkOne reports that none, or more than one, of the keys of o.one is there.
// An unknown key, reported already, may have been meant as one of them.
func (o object) checkOne(c *checker, n *node) {
	if len(o.one) == 0 {
		return
	}
	first, known := "", o.names()
	for _, v := range n.items {
		switch {
		case !slices.Contains(known, v.label):
			return
		case !slices.Contains(o.one, v.label):
		case first == "":
			first = v.label
		default:
			c.errors.add(v.keyPos, v.path(), "is given beside %s, want one of them", first)
		}
	}
	if first == "" {
		c.refuse(n, "has none of the keys %s, want one of them", strings.Join(o.one, ", "))
	}
}

// table is a mapping of names by the user's choice to values of one form.
type table struct {
	keys, values string // what they are, in the plural
	of           form
}

func (f table) want() string { return "a mapping of " + f.keys + " to " + f.values }

func (f table) check(c *checker, n *node) {
	if n.kind != mapping {
		c.refuse(n, "%s, want %s", n.describe(), f.want())
		return
	}
	n.valid = true
	for _, item := range n.items {
		c.check(f.of, item)
	}
}

// sequence is a list of items of one form.
type sequence struct {
	of        form
	what      string // what the list holds, in the plural
	least     int
	most      int
	noRepeats bool
}

func (s sequence) want() string { return "a list of " + s.what }

func (s sequence) check(c *checker, n *node) {
	switch {
	case n.kind != list:
		c.refuse(n, "%s, want %s", n.describe(), s.want())
		return
	case len(n.items) < s.least:
		c.refuse(n, "holds %d %s, want at least %d", len(n.items), s.what, s.least)
		return
	case len(n.items) > s.most:
		c.refuse(n, "holds %d %s, want at most %d", len(n.items), s.what, s.most)
		return
	}
	// The items are looked at only now that their number is within its limit.
	n.valid = true
	first := map[string]int{}
	for i, item := range n.items {
		c.check(s.of, item)
		name := item.named()
		if !s.noRepeats || !item.valid || name.word() == "" {
			continue
		}
		if j, ok := first[name.text]; ok {
			c.refuse(name, "%s is given twice, first as number %d of the list", quote(name.text), j+1)
			continue
		}
		first[name.text] = i
	}
}

// byKind is a value that may be written in more than one way, told apart by the
// kind of its node. A nil form is not accepted.
type byKind struct{ scalar, list, mapping form }

func (b byKind) forms() []form { return []form{b.scalar, b.list, b.mapping} }

func (b byKind) want() string {
	var wants []string
	for _, f := range b.forms() {
		if f != nil {
			wants = append(wants, f.want())
		}
	}
	return strings.Join(wants, " or ")
}

func (b byKind) check(c *checker, n *node) {
	f := b.forms()[n.kind]
	if f == nil || n.isNull() {
		c.refuse(n, "%s, want %s", n.describe(), b.want())
		return
	}
	f.check(c, n)
}

// variant is the choice of a [Method]: its name, or a mapping of its name to
// its parameters.
type variant struct {
	what    string // "optimizer"
	methods []Method
}

func (v variant) want() string { return "the name of " + article(v.what) }

func (v variant) names() []string {
	var names []string
	for _, m := range v.methods {
		names = append(names, m.Name)
	}
	return names
}

func (v variant) check(c *checker, n *node) {
	switch {
	case n.kind == list, n.isNull():
		c.refuse(n, "%s, want %s", n.describe(), v.want())
	case n.kind == scalar:
		v.choose(c, n, n.text, &node{kind: mapping, pos: n.pos, parent: n, label: n.text})
	case len(n.items) != 1:
		c.refuse(n, "has %d keys, want one: %s", len(n.items), v.want())
	default:
		v.choose(c, n, n.items[0].label, n.items[0])
	}
}

// choose sets the method of n by its name, and its parameters.
func (v variant) choose(c *checker, n *node, name string, params *node) {
	i := slices.Index(v.names(), name)
	if i < 0 {
		c.refuse(n, "unknown %s %s%s", v.what, quote(name), suggest(name, v.names()))
		return
	}
	m := &v.methods[i]
	if len(m.Params) == 0 && (params.kind != mapping || len(params.items) > 0) {
		c.refuse(params, "takes no parameters, want the name alone: %s", name)
		return
	}
	c.check(m.form(), params)
	n.valid, n.method, n.params = true, m, map[string]float64{}
	for _, p := range m.Params {
		n.params[p.Name] = p.value(params.find(p.Name))
	}
}

// article returns the words with "a" or "an" in front.
func article(words string) string {
	if strings.ContainsAny(words[:1], "aeiou") {
		return "an " + words
	}
	return "a " + words
}

// listing returns words as "a, b or c".
func listing(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return fmt.Sprintf("%s or %s", strings.Join(words[:last], ", "), words[last])
}
