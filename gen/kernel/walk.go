package kernel

// Walk calls f for every function call in the statements.
func Walk(body []Stmt, f func(Apply)) {
	calls := func(x Expr) {
		if a, ok := x.(Apply); ok {
			f(a)
		}
	}
	for _, s := range body {
		switch s := s.(type) {
		case *Loop:
			Walk(s.Body, f)
		case *Rows:
			Walk(s.Body, f)
		case *Guard:
			Walk(s.Body, f)
		case *Call:
			Walk(s.Func.Body, f)
		case Let:
			walkExpr(s.X, calls)
		case Assign:
			walkExpr(s.X, calls)
		case Store:
			walkExpr(s.X, calls)
		}
	}
}

// Defined returns the registers and the operands that the statements of a body define: names that end with it, and may hide
// others until then.
func Defined(body []Stmt) (registers, operands []string) {
	for _, s := range body {
		switch s := s.(type) {
		case Let:
			registers = append(registers, s.Name)
		case Cut:
			operands = append(operands, s.Name)
		case Alias:
			operands = append(operands, s.Name)
		}
	}
	return registers, operands
}

// Hidden returns those entries of a table that names hide, to be put back.
func Hidden[V any](table map[string]V, names []string) map[string]V {
	hidden := map[string]V{}
	for _, name := range names {
		if v, ok := table[name]; ok {
			hidden[name] = v
		}
	}
	return hidden
}

// walkExpr calls f for an expression and everything in it.
func walkExpr(e Expr, f func(Expr)) {
	f(e)
	switch e := e.(type) {
	case Binary:
		walkExpr(e.X, f)
		walkExpr(e.Y, f)
	case Pick:
		for _, x := range e.From {
			walkExpr(x, f)
		}
	case LaneSum:
		walkExpr(e.X, f)
	case LaneMax:
		walkExpr(e.X, f)
	case Apply:
		for _, a := range e.Args {
			walkExpr(a, f)
		}
	}
}
