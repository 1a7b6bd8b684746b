package reference

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// settings are the parameters of an activation or a loss, by name.
type settings map[string]float64

// entry names something that can be built from settings.
type entry[T any] struct {
	name     string
	defaults settings // every parameter there is, with its default
	build    func(s settings) T
}

// build looks name up among entries and builds it from s, and from defaults for
// what s does not mention. It panics if there is no such name or parameter; kind
// is for the message.
func build[T any](kind string, entries []entry[T], name string, s settings) T {
	i := slices.IndexFunc(entries, func(e entry[T]) bool { return e.name == name })
	if i < 0 {
		panic(fmt.Sprintf("reference: unknown %s %q, want one of %s", kind, name, strings.Join(names(entries), ", ")))
	}
	all := maps.Clone(entries[i].defaults)
	for k, v := range s {
		if _, ok := all[k]; !ok {
			panic(fmt.Sprintf("reference: %s %s has no parameter %q", kind, name, k))
		}
		all[k] = v
	}
	return entries[i].build(all)
}

// names returns the names of entries in their order.
func names[T any](entries []entry[T]) []string {
	list := make([]string, len(entries))
	for i, e := range entries {
		list[i] = e.name
	}
	return list
}
