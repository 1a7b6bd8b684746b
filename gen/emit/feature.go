package emit

import (
	"slices"
	"strconv"
	"strings"

	"github.com/chainrule-go/chainrule/gen/spec"
)

// featureWiring is what the templates need to know of a feature.
type featureWiring struct {
	spec.Feature
	Field, Type string // of the struct of features
	Above       string // comment lines in front of the field
	Tag, Behind string // behind it: its name in JSON, its unit
	At          int    // where it begins in x
	Constants   []levelWiring
}

// levelWiring is a level with its constant.
type levelWiring struct{ Constant, Name string }

// End is where the feature ends in x.
func (f featureWiring) End() int { return f.At + f.Width() }

// Message prints a format that begins with the name.
func (f featureWiring) Message(text string) string {
	return strconv.Quote(strings.ReplaceAll(f.Name, "%", "%%") + text)
}

// Number, Categorical and Boolean tell what kind of feature it is.
func (f featureWiring) Number() bool      { return f.Kind == spec.Number }
func (f featureWiring) Categorical() bool { return f.Kind == spec.Categorical }
func (f featureWiring) Boolean() bool     { return f.Kind == spec.Boolean }

// features lists the features of the network.
func (n *Network) features() []featureWiring {
	var list []featureWiring
	at := 0
	for _, f := range n.Model.Input.Features {
		w := featureWiring{Feature: f, Field: spec.GoName(f.Name), Type: n.Model.Precision, At: at}
		at += f.Width()
		switch f.Kind {
		case spec.Categorical:
			w.Type = w.Field
			for _, level := range f.Levels {
				w.Constants = append(w.Constants, levelWiring{spec.ConstantName(w.Type, level), level})
			}
		case spec.Boolean:
			w.Type = "bool"
		}
		if f.Description != "" {
			w.Above = "// " + strings.Join(wrap(described(f.Unit, f.Description), 110), "\n// ") + "\n"
		} else if f.Unit != "" {
			w.Behind = " // " + f.Unit
		}
		w.Tag = tag(f.Name)
		list = append(list, w)
	}
	return list
}

// Plain tells that all features are numbers, Levels and Booleans that some are not.
func (w *wiring) Plain() bool    { return !w.Levels() && !w.Booleans() }
func (w *wiring) Levels() bool   { return slices.ContainsFunc(w.Features, featureWiring.Categorical) }
func (w *wiring) Booleans() bool { return slices.ContainsFunc(w.Features, featureWiring.Boolean) }

// RowParam is how methods take a row, by name where that is possible; RowArg is how they hand it on.
func (w *wiring) RowParam() string {
	if w.Features != nil {
		return "f Features"
	}
	return "x *" + w.X
}

// RowArg is the address of the row.
func (w *wiring) RowArg() string {
	if w.Features != nil {
		return "&x"
	}
	return "x"
}
