package spec

import (
	"cmp"
	"slices"
)

// input builds the input. Its size counts features with invalid names, too, so that a mistake in a name brings none about
// the layers; it is not known while that of a feature is not.
func (b builder) input(n *node) Input {
	if n == nil {
		return Input{}
	}
	in := Input{Normalize: n.get("normalize").word(), Pos: n.pos}
	if features := n.get("features"); features != nil {
		b.checkGoNames(features)
		complete := true
		for _, f := range features.items {
			feature := b.feature(f, in.Normalize)
			in.Features = append(in.Features, feature)
			in.Size += feature.Width()
			complete = complete && feature.Width() > 0
		}
		if in.Size > maxWidth && len(features.items) <= maxWidth {
			b.refuse(features, "make %d inputs, one for each level, want at most %d", in.Size, maxWidth)
		}
		if !complete {
			in.Size = 0
		}
	} else if shape := n.get("shape"); shape.complete() {
		in.Size = shape.items[0].integer()
	}
	return in
}

// noClass is the name of what is none of the classes.
const noClass = "no class"

// methodNames are the methods of the generated struct of features.
var methodNames = []string{"Row", "Check"}

// feature builds one feature: a name, or a mapping that says more. Numbers are normalised as all are unless it says
// otherwise; levels and booleans are 0 and 1 already.
func (b builder) feature(n *node, normalize string) Feature {
	name := n.named()
	if goName := GoName(name.word()); slices.Contains(methodNames, goName) {
		b.refuse(name, "%s becomes the Go name %s, which is a method; want another name", quote(name.text), goName)
	}
	f := Feature{Name: name.word(), Kind: Number, Normalize: normalize}
	if n.kind != mapping {
		return f
	}
	f.Unit, f.Description = n.get("unit").word(), n.get("description").word()
	f.Kind = n.get("kind").word()
	f.Levels = n.get("levels").words()
	f.UnknownLevel = n.get("unknown").word() == "level"
	b.checkLevels(n, f)
	own := n.get("normalize")
	if own != nil {
		f.Normalize = own.word()
	}
	if f.Kind != Number {
		f.Normalize = None
		if own != nil && own.word() != None && f.Kind != "" {
			b.refuse(own, "is %s, but the feature is %s; only numbers are normalised", own.word(), f.Kind)
		}
	}
	return f
}

// checkLevels reports levels that are missing, too many, or not to be told apart in Go.
func (b builder) checkLevels(n *node, f Feature) {
	levels := n.get("levels")
	switch {
	case f.Kind == "": // reported already
	case f.Kind == Categorical && n.find("levels") == nil:
		b.refuse(n, "is categorical without levels, want a list of them")
	case f.Kind == Categorical && levels != nil:
		b.checkGoNames(levels)
	case f.Kind != Categorical && levels != nil:
		b.refuse(levels, "are given, but the feature is a %s; want kind: categorical", f.Kind)
	case f.Kind != Categorical && n.get("unknown") != nil:
		b.refuse(n.get("unknown"), "is given, but the feature is a %s, which has no levels", f.Kind)
	}
	for _, level := range levels.children() {
		if f.UnknownLevel && GoName(level.word()) == "Unknown" {
			b.refuse(level, "%s becomes the Go name Unknown, as the level for unknown ones does", quote(level.text))
		}
	}
}

// output builds the output. Without valid names its size is not known.
func (b builder) output(n *node) Output {
	if n == nil {
		return Output{}
	}
	o := Output{Classes: n.get("classes").words(), Pos: n.pos}
	if classes := n.get("classes"); classes != nil {
		b.checkGoNames(classes)
		for _, class := range classes.items {
			if class.word() == noClass {
				b.refuse(class, "is what generated code calls an input that is no number; want another name")
			}
		}
	}
	if targets := n.get("targets"); targets != nil {
		b.checkGoNames(targets)
		o.Normalize = cmp.Or(n.get("normalize").word(), None)
		if targets.complete() {
			o.Targets = collect(targets, func(t *node) Target { return target(t, o.Normalize) })
		}
	} else if normalize := n.get("normalize"); normalize != nil && n.find("classes") != nil {
		b.refuse(normalize, "is given, but classes are no numbers")
	}
	return o
}

// target builds one target: a name, or a mapping that says more.
func target(n *node, normalize string) Target {
	return Target{
		Name: n.named().word(), Unit: n.get("unit").word(), Description: n.get("description").word(),
		Normalize: cmp.Or(n.get("normalize").word(), normalize),
	}
}

// size returns the number of classes or targets; 0 when not known.
func (o Output) size() int { return max(len(o.Classes), len(o.Targets)) }

// named returns the name of a feature or target, which is the node itself or a key of it.
func (n *node) named() *node {
	if n != nil && n.kind == mapping {
		return n.get("name")
	}
	return n
}

// checkGoNames reports different names of a list that become one Go name.
func (b builder) checkGoNames(names *node) {
	first := map[string]string{}
	for _, item := range names.items {
		n := item.named()
		if n.word() == "" {
			continue
		}
		goName := GoName(n.text)
		other, ok := first[goName]
		switch {
		case !ok:
			first[goName] = n.text
		case other != n.text:
			b.refuse(n, "%s becomes the Go name %s, as %s does", quote(n.text), goName, quote(other))
		}
	}
}

// checkDeclared reports levels whose type or constants would have a name that the model package declares already.
func (b builder) checkDeclared(root *node, m *Model) {
	taken := map[string]string{}
	for _, name := range modelNames {
		taken[name] = "generated code"
	}
	for _, l := range m.Layers {
		taken[GoName(l.Name)] = "layer " + l.Name
	}
	for _, c := range m.Output.Classes {
		taken[ConstantName("Class", c)] = "class " + quote(c)
	}
	features := root.get("input").get("features").children()
	for i, f := range m.Input.Features {
		if f.Kind != Categorical {
			continue
		}
		own := "feature " + quote(f.Name)
		for _, name := range f.declared() {
			if by := taken[name]; by != "" && by != own { // levels that meet among themselves are told already
				b.refuse(features[i], "has levels, for which Go declares %s, as %s does; want another name", name, by)
				break
			}
			taken[name] = own
		}
	}
}

// declared lists what the model package declares for a feature with levels: its type, the parser, the constants.
func (f Feature) declared() []string {
	typ := GoName(f.Name)
	names := []string{typ, "Parse" + typ}
	if f.UnknownLevel {
		names = append(names, typ+"Unknown")
	}
	for _, l := range f.Levels {
		names = append(names, ConstantName(typ, l))
	}
	return names
}
