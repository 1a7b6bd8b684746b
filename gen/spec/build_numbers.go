package spec

import "math"

// checkNumbers reports more numbers than generated code may hold: those of inline rows, where a level is as many as its
// feature has levels, and given weights. A short spec can ask for very many.
func (b builder) checkNumbers(root *node, m *Model) {
	given := 0
	for _, l := range m.Layers {
		if l.Dense == nil {
			continue
		}
		given += len(l.Dense.BiasValues)
		for _, row := range l.Dense.Weights {
			given += len(row)
		}
	}
	at := root.get("layers")
	numbers := given
	if rows := root.get("train").get("data").get("rows"); rows != nil {
		at = rows
		numbers = added(given, multiplied(len(rows.items), added(m.Input.Size, max(1, len(m.Output.Targets)))))
	}
	if at != nil && numbers > maxNumbers {
		b.refuse(at, "makes %d numbers that the source holds, those of weights and one for each level, want at most %d", numbers, maxNumbers)
	}
}

// multiplied returns a·b, or the largest int where that is larger.
func multiplied(a, b int) int {
	if b > 0 && a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}

// added returns a+b, or the largest int where that is larger.
func added(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}
