package kernel

import "slices"

// MaxRowTerms is how many multiply-adds a function for one row may have, MaxRowPart how many a call runs of a loop that has
// more: a large network waits for the memory that its parameters come from, with 25 per ns (1024-1024-1024, Zen 5).
const MaxRowTerms, MaxRowPart = 2_000_000, 1_000_000

// maxRowScratch is the size of an array that Go still puts on the stack.
const maxRowScratch = 128 << 10

// SplitRow returns the functions that do together what one of JoinRow does, of at most so many multiply-adds, or of a loop
// some turns; none where that has no more. What one hands to the next lies in memory of their caller, on its stack: where
// that has no room for so many elements of so many bytes, there are none, either.
func SplitRow(f *Func, elementBytes, terms, part int) []*Func {
	if f.Terms <= terms || len(f.Locals) == 0 || f.Locals[0].Len*elementBytes > maxRowScratch {
		return nil
	}
	bases := slices.Concat(f.Arrays, f.Locals)
	places := map[*Array]Place{}
	var all []*Func
	add := func(c *Call, g *Func) {
		for i, a := range c.Func.Arrays {
			if own := g.Array(a.Name); own != nil {
				places[own] = c.Places[i]
			}
		}
		all = append(all, g)
	}
	for _, c := range f.Calls() {
		if c.Func.Terms <= part || c.Func.Result != "" {
			add(c, c.Func)
			continue
		}
		for _, g := range c.Func.parts(part) {
			add(c, g)
		}
	}
	return joined(f.Name, f.Summary, bases, perCall(all, 1, terms), func(a *Array) Place { return places[a] })
}
