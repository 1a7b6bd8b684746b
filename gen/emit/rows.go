package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// rows prints a loop over the rows of a block. Some rows at a time, the operands are slices that the loop shortens, so
// that the compiler sees the length before every access; one at a time, n counts them.
func (p *printer) rows(s *kernel.Rows) []jen.Code {
	if s.Step > 1 {
		return p.rowsAbreast(s)
	}
	var ends []jen.Code
	last := ""
	for _, a := range s.Arrays {
		if s.Rest {
			a = rest(a)
		}
		last = a
		ends = append(ends, jen.Len(jen.Id(a)))
	}
	p.rest = s.Rest
	body := p.body(s.Body)
	p.rest = false
	n := jen.Min(ends...)
	if len(ends) == 1 {
		n = jen.Id(last)
	}
	return []jen.Code{jen.For(jen.Id("n").Op(":=").Range().Add(n)).Block(body...)}
}

// rowsAbreast prints the loop that takes Step rows per turn.
func (p *printer) rowsAbreast(s *kernel.Rows) []jen.Code {
	var slices, operands, next []jen.Code
	cond := jen.Null()
	for i, a := range s.Arrays {
		slices = append(slices, jen.Id(rest(a)))
		operands = append(operands, jen.Id(a))
		next = append(next, jen.Id(rest(a)).Index(jen.Id(fmt.Sprintf("%d:", s.Step))))
		if i > 0 {
			cond.Op("&&")
		}
		cond.Len(jen.Id(rest(a))).Op(">=").Lit(s.Step)
	}
	p.abreast = true
	body := p.body(s.Body)
	p.abreast = false
	body = append(body, jen.List(slices...).Op("=").List(next...))
	return []jen.Code{
		jen.List(slices...).Op(":=").List(operands...),
		jen.For(cond).Block(body...),
	}
}

// rest names the slice of the rows that a loop has not reached yet.
func rest(array string) string { return array + "s" }

// reached returns the slice that a pointer to a row is taken from.
func (p *printer) reached(array string) (string, bool) {
	if p.abreast || p.rest {
		return rest(array), true
	}
	return "", false
}

func (p *printer) rowIndex(k int) string {
	if p.abreast {
		return fmt.Sprint(k)
	}
	return "n"
}
