package kernel

import "slices"

// Formulas returns the equations that head the sections of the function, each once, in order.
func (f *Func) Formulas() []string {
	var formulas []string
	var visit func(body []Stmt)
	visit = func(body []Stmt) {
		for _, s := range body {
			switch s := s.(type) {
			case Comment:
				if !slices.Contains(formulas, s.Text) {
					formulas = append(formulas, s.Text)
				}
			case *Loop:
				visit(s.Body)
			case *Rows:
				visit(s.Body)
			case *Guard:
				visit(s.Body)
			}
		}
	}
	visit(f.Body)
	return formulas
}
