package schedule

import "github.com/chainrule-go/chainrule/gen/graph"

const (
	// manyTerms is the number of multiply-adds of a step of one row from which a row by itself costs no more than some rows of
	// a full block. One of 7-5-3 costs as much as 20, and a block of one register as much as 28.
	manyTerms = 500
	// lineElements is the number of elements of a cache line, nearElements that of a cache next to the registers.
	lineElements, nearElements = 16, 12 << 10
)

// RowsAlone returns how many rows that blocks leave are faster one by one, each added to the gradients: where no others are
// left, and behind a block of one register, which would else be one of two. A block of 1 to 4 rows costs as much as 13 to 15
// rows of a full one on AVX-512, one of 17 as much as 28; a row by itself as much as 3 where the parameters are near
// (300-20-200) or rows of W are whole cache lines (784-128-10), up to 5 where neither holds (79-47-41-221). On AVX2 a block of
// up to 8 costs as much as 9, a row as much as 2 (Zen 5).
func RowsAlone(g *graph.Graph) (alone, behind int) {
	terms, parameters, whole := 0, 0, true
	for _, n := range g.Nodes {
		terms += Terms(n)
		if _, sums := n.Op.(graph.Contract); sums && phaseOf(n) == Forward {
			in := Terms(n) / Size(n.Outs[0])
			whole = whole && in%lineElements == 0
		}
	}
	for _, v := range g.Parameters() {
		parameters += Size(v)
	}
	switch {
	case terms < manyTerms:
		return 1, 0
	case terms >= 4*manyTerms && (whole || parameters <= nearElements):
		return 3, 2
	}
	return 2, 1
}
