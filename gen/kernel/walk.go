package kernel

// Walk calls f for every function call in the statements.
func Walk(body []Stmt, f func(Apply)) {
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
			walkExpr(s.X, f)
		case Assign:
			walkExpr(s.X, f)
		case Store:
			walkExpr(s.X, f)
		}
	}
}

func walkExpr(e Expr, f func(Apply)) {
	switch e := e.(type) {
	case Binary:
		walkExpr(e.X, f)
		walkExpr(e.Y, f)
	case LaneSum:
		walkExpr(e.X, f)
	case LaneMax:
		walkExpr(e.X, f)
	case Apply:
		f(e)
		for _, a := range e.Args {
			walkExpr(a, f)
		}
	}
}
