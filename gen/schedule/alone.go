package schedule

import "github.com/chainrule-go/chainrule/gen/graph"

const (
	// manyTerms is the number of multiply-adds of a step of one row from which a row by itself costs no more than some rows of
	// a full block. One of 7-5-3 costs as much as 20, and a block of one register as much as 28.
	manyTerms = 500
	// lineElements is the number of elements of a cache line.
	lineElements = 16
)

// RowsAlone returns how many rows that blocks leave are faster one by one, each added to the gradients: where no others are
// left, and behind a block of one register, which would else be one of two. A block of 1 to 4 rows costs as much as 13 to 15
// rows of a full one on AVX-512, one of 17 as much as 28; a row by itself as much as 3 where the rows of W are whole cache
// lines (64-32-10), up to 5 where they are not (79-47-41-221). On AVX2 a block of up to 8 costs as much as 9, a row as much
// as 2 (Zen 5).
func RowsAlone(g *graph.Graph) (alone, behind int) {
	terms, whole := 0, true
	for _, n := range g.Nodes {
		terms += Terms(n)
		if _, sums := n.Op.(graph.Contract); sums && phaseOf(n) == Forward {
			in := Terms(n) / Size(n.Outs[0])
			whole = whole && in%lineElements == 0
		}
	}
	switch {
	case terms < manyTerms:
		return 1, 0
	case whole:
		return 3, 2
	}
	return 2, 1
}
