package emit

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/kernel"
)

// printer prints the statements of one package.
type printer struct {
	names
	function func(name string) *jen.Statement // how the package calls an elementary function
	used     map[string]bool                  // the elementary functions that it calls
	class    map[string]bool                  // scalar operands of the current function that hold a class
	abreast  bool                             // inside a loop over several rows per turn
	rest     bool                             // inside the loop over the rows that such a loop left
}

// abreast is how many short definitions or stores share a line.
const abreast = 4

// body prints statements, a blank line in front of every section, which a comment opens.
func (p *printer) body(stmts []kernel.Stmt) []jen.Code {
	var code []jen.Code
	for i := 0; i < len(stmts); {
		n := p.together(stmts[i:])
		if _, ok := stmts[i].(kernel.Comment); ok && i > 0 {
			if _, before := stmts[i-1].(kernel.Comment); !before {
				code = append(code, jen.Line())
			}
		}
		code = append(code, p.statements(stmts[i:i+n])...)
		i += n
	}
	return code
}

// together returns how many statements from the first on go on one line.
func (p *printer) together(stmts []kernel.Stmt) int {
	n := 1
	for n < len(stmts) && n < abreast && alike(stmts[0], stmts[n]) {
		n++
	}
	return n
}

// alike tells whether two neighbouring statements can share a line.
func alike(a, b kernel.Stmt) bool {
	switch a := a.(type) {
	case kernel.Pointer:
		b, ok := b.(kernel.Pointer)
		return ok && a.Array == b.Array
	case kernel.Let:
		b, ok := b.(kernel.Let)
		return ok && short(a.X) != "" && short(a.X) == short(b.X)
	case kernel.Store:
		b, ok := b.(kernel.Store)
		return ok && !a.Add && !b.Add && a.Of == b.Of && short(a.X) == "var" && short(b.X) == "var"
	}
	return false
}

// short classifies the values that may share a line.
func short(e kernel.Expr) string {
	switch e := e.(type) {
	case kernel.Num:
		return "num"
	case kernel.Load:
		return "load " + e.Of
	case kernel.Var:
		return "var"
	case kernel.Apply:
		if !inlined(e.Func) {
			return "" // results of real calls would be kept in memory until the last one is back
		}
		for _, a := range e.Args {
			if short(a) != "var" {
				return ""
			}
		}
		return "var"
	}
	return ""
}

// inlined tells whether the compiler inlines a scalar function: one that calls no other.
func inlined(f *kernel.Function) bool {
	return f.Body != nil && !expr.Calls(f.Body)
}

// statements prints some statements of one kind as one line, or one statement.
func (p *printer) statements(stmts []kernel.Stmt) []jen.Code {
	switch first := stmts[0].(type) {
	case kernel.Let:
		return []jen.Code{p.lets(stmts)}
	case kernel.Pointer:
		var left, right []jen.Code
		for _, s := range stmts {
			s := s.(kernel.Pointer)
			left = append(left, jen.Id(s.Name))
			right = append(right, jen.Op("&").Add(p.row(s)))
		}
		return []jen.Code{jen.List(left...).Op(":=").List(right...)}
	case kernel.Store:
		return []jen.Code{p.stores(stmts)}
	case kernel.Comment:
		return comment(first.Text)
	case kernel.Blank:
		return []jen.Code{jen.Empty()}
	case *kernel.Rows:
		return p.rows(first)
	}
	return []jen.Code{p.statement(stmts[0])}
}

// row prints the row that a pointer names: counted from the slice that a loop of several rows has reached, or by n.
func (p *printer) row(s kernel.Pointer) *jen.Statement {
	if base, ok := p.reached(s.Array); ok {
		return jen.Id(base).Index(jen.Id(p.rowIndex(s.K)))
	}
	return jen.Id(s.Array).Index(jen.Id("n"))
}

func (p *printer) statement(s kernel.Stmt) jen.Code {
	switch s := s.(type) {
	case *kernel.Loop:
		return p.loop(s)
	case kernel.Cut:
		return jen.Id(s.Name).Op(":=").Parens(p.array(s.Len)).Parens(jen.Id(s.Of).Index(jen.Id(s.Offset.String() + ":")))
	case kernel.Alias:
		return jen.Id(s.Name).Op(":=").Id(s.Of)
	case kernel.Assign:
		op, x := update(s.X, s.Add, kernel.Var{Name: s.Name})
		return jen.Id(s.Name).Op(op).Add(p.value(x))
	case kernel.Clear:
		return jen.Clear(jen.Id(s.Of).Index(jen.Op(":")))
	case *kernel.Guard:
		return jen.If(jen.Id(s.Var).Op(":=").Uint().Call(jen.Id(s.Of)), jen.Id(s.Var).Op("<").Lit(s.Size)).Block(p.body(s.Body)...)
	case kernel.Draw:
		return jen.Id(s.Name).Op(":=").Add(p.draw(s))
	}
	panic(fmt.Sprintf("emit: no rule to print %T", s))
}

// lets prints definitions of registers.
func (p *printer) lets(stmts []kernel.Stmt) jen.Code {
	var left, right []jen.Code
	zero := true
	for _, s := range stmts {
		s := s.(kernel.Let)
		left = append(left, jen.Id(s.Name))
		right = append(right, p.initial(s.X))
		n, ok := s.X.(kernel.Num)
		zero = zero && ok && n.Value == 0
	}
	if zero {
		return jen.Var().List(left...).Id(p.float)
	}
	return jen.List(left...).Op(":=").List(right...)
}

// initial prints the value of a new register; a class becomes a number.
func (p *printer) initial(e kernel.Expr) *jen.Statement {
	if v, ok := e.(kernel.Var); ok && p.class[v.Name] {
		return jen.Id(p.float).Call(jen.Id(v.Name))
	}
	return p.value(e)
}

func (p *printer) stores(stmts []kernel.Stmt) jen.Code {
	if len(stmts) == 1 {
		s := stmts[0].(kernel.Store)
		op, x := update(s.X, s.Add, kernel.Load{Of: s.Of, At: s.At})
		return p.element(s.Of, s.At).Op(op).Add(p.value(x))
	}
	var left, right []jen.Code
	op := "="
	for _, s := range stmts {
		s := s.(kernel.Store)
		left = append(left, p.element(s.Of, s.At))
		right = append(right, p.value(s.X))
	}
	return jen.List(left...).Op(op).List(right...)
}

// update tells how the place self gets a value: x = y, x += y, or x -= y where y is subtracted from it.
func update(x kernel.Expr, add bool, self kernel.Expr) (string, kernel.Expr) {
	if add {
		return "+=", x
	}
	if b, ok := x.(kernel.Binary); ok && b.Op == '-' && b.X.String() == self.String() {
		return "-=", b.Y
	}
	return "=", x
}

func (p *printer) loop(s *kernel.Loop) jen.Code {
	body := p.body(s.Body)
	v := s.Var
	if s.Over != "" {
		return jen.For(jen.Id(v).Op(":=").Range().Id(s.Over)).Block(body...)
	}
	if s.From == 0 && s.Step == 1 {
		return jen.For(jen.Id(v).Op(":=").Range().Lit(s.To)).Block(body...)
	}
	next := jen.Id(v).Op("++")
	if s.Step > 1 {
		next = jen.Id(v).Op("+=").Lit(s.Step)
	}
	return jen.For(jen.Id(v).Op(":=").Lit(s.From), jen.Id(v).Op("<").Lit(s.To), next).Block(body...)
}

// array prints the type *[n]float32.
func (p *printer) array(n int) *jen.Statement { return jen.Op("*").Index(jen.Lit(n)).Id(p.float) }

// pointer prints a parameter of a function that points to parameters of the network, or to their gradient.
func (p *printer) pointer(name string) *jen.Statement {
	return jen.Id(name).Op("*").Add(p.of("Params"))
}

// lines prints comments line by line, as they are.
func lines(list []string) []jen.Code {
	var code []jen.Code
	for _, l := range list {
		code = append(code, jen.Comment(l))
	}
	return code
}

// comment prints a text as line comments of readable length.
func comment(text string) []jen.Code {
	var code []jen.Code
	for _, line := range wrap(text, 110) {
		code = append(code, jen.Comment("// "+line)) // jennifer would print a line that begins with // as it is: //go:generate
	}
	return code
}

// wrap breaks a text into lines of at most width characters.
func wrap(text string, width int) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		if len([]rune(paragraph)) <= width {
			lines = append(lines, paragraph)
			continue
		}
		line := ""
		for _, word := range strings.Fields(paragraph) {
			if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
				lines = append(lines, line)
				line = ""
			}
			line = strings.TrimSpace(line + " " + word)
		}
		lines = append(lines, line)
	}
	return lines
}
