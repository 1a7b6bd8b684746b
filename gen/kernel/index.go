package kernel

import (
	"fmt"
	"strings"
)

// Index is an affine position: Const + Σ Coef·Var. With Lanes it stands for so many neighbouring elements.
type Index struct {
	Const int
	Terms []Term
	Lanes int
}

// Term is one product of an Index.
type Term struct {
	Var  string
	Coef int
}

// At returns the constant index i.
func At(i int) Index { return Index{Const: i} }

// Lanes returns the index of n neighbouring elements from element i on.
func Lanes(i, n int) Index { return Index{Const: i, Lanes: n} }

// Plus returns the index increased by c.
func (x Index) Plus(c int) Index { return Index{Const: x.Const + c, Terms: x.Terms, Lanes: x.Lanes} }

// Times adds coef·v to the index.
func (x Index) Times(v string, coef int) Index {
	if v == "" || coef == 0 {
		return x
	}
	terms := append([]Term(nil), x.Terms...)
	return Index{Const: x.Const, Terms: append(terms, Term{v, coef}), Lanes: x.Lanes}
}

// String prints the index as Go would have it.
func (x Index) String() string {
	var parts []string
	for _, t := range x.Terms {
		if t.Coef == 1 {
			parts = append(parts, t.Var)
		} else {
			parts = append(parts, fmt.Sprintf("%d*%s", t.Coef, t.Var))
		}
	}
	if x.Const != 0 || len(parts) == 0 {
		parts = append(parts, fmt.Sprint(x.Const))
	}
	if x.Lanes > 0 {
		return fmt.Sprintf("%s:%d", strings.Join(parts, "+"), x.Const+x.Lanes)
	}
	return strings.Join(parts, "+")
}
