package vector

import "github.com/chainrule-go/chainrule/gen/kernel"

// many is a number of uses that is too large to be worth counting.
const many = 1 << 20

// countUses returns for every Let of a body how often its register is read until it is defined anew. A use in a loop
// counts as many.
func countUses(body []kernel.Stmt) []int {
	uses := make([]int, len(body))
	later := map[string]int{}
	for i := len(body) - 1; i >= 0; i-- {
		if let, ok := body[i].(kernel.Let); ok {
			uses[i] = later[let.Name]
			later[let.Name] = 0
		}
		readsOf(body[i], func(name string, n int) { later[name] += n })
	}
	return uses
}

// readsOf calls visit for every register that a statement reads, with the number of times.
func readsOf(s kernel.Stmt, visit func(name string, n int)) {
	switch s := s.(type) {
	case *kernel.Loop:
		for _, inner := range s.Body {
			readsOf(inner, func(name string, _ int) { visit(name, many) })
		}
	case kernel.Let:
		readsIn(s.X, visit)
	case kernel.Store:
		readsIn(s.X, visit)
	case kernel.Assign:
		readsIn(s.X, visit)
		visit(s.Name, many)
	}
}

// readsIn calls visit for every register that an expression reads.
func readsIn(x kernel.Expr, visit func(name string, n int)) {
	switch x := x.(type) {
	case kernel.Var:
		visit(x.Name, 1)
	case kernel.Binary:
		readsIn(x.X, visit)
		readsIn(x.Y, visit)
	case kernel.Pick:
		for _, f := range x.From {
			readsIn(f, visit)
		}
	case kernel.LaneSum:
		readsIn(x.X, visit)
	case kernel.LaneMax:
		readsIn(x.X, visit)
	case kernel.Apply:
		for _, a := range x.Args {
			readsIn(a, visit)
		}
	}
}
