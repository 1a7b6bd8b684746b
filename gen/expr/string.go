package expr

import (
	"strconv"
	"strings"
)

// Binding strength of what String prints, weakest first. An operand that binds
// more weakly than its place asks for gets parentheses.
const (
	bindSelect = iota
	bindCompare
	bindSum
	bindProduct
	bindPower
	bindAtom
)

// String prints the shortest digits that give the same float64.
func (e Const) String() string {
	return strings.ReplaceAll(strconv.FormatFloat(e.Value, 'g', -1, 64), "-", "−")
}

// String prints the name.
func (e Var) String() string { return e.Name }

// String prints −x.
func (e Negate) String() string { return "−" + operand(e.X, bindProduct) }

// String prints x + y, x − y, x·y, x/y, x < y or x ≤ y, with parentheses where
// the tree would read differently without.
func (e Binary) String() string {
	switch e.Op {
	case OpAdd:
		return operand(e.X, bindSum) + " + " + operand(e.Y, bindProduct)
	case OpSub:
		return operand(e.X, bindSum) + " − " + operand(e.Y, bindProduct)
	case OpMul:
		return productString(e)
	case OpDiv:
		return leading(e.X) + "/" + operand(e.Y, bindPower)
	}
	// A constant goes to the right: 6 < z reads z > 6.
	x, y, sign := e.X, e.Y, map[Op]string{OpLess: " < ", OpLessEq: " ≤ "}[e.Op]
	if _, ok := x.(Const); ok {
		x, y, sign = e.Y, e.X, map[Op]string{OpLess: " > ", OpLessEq: " ≥ "}[e.Op]
	}
	return operand(x, bindSum) + sign + operand(y, bindSum)
}

// String prints f(x, y), Φ(x) for the normal distribution, and |x| for abs unless bars would nest.
func (e Call) String() string {
	args := make([]string, len(e.Args))
	for i, arg := range e.Args {
		args[i] = operand(arg, bindSum)
	}
	list := strings.Join(args, ", ")
	if e.Fn == Abs && !strings.Contains(list, "|") {
		return "|" + list + "|"
	}
	if e.Fn == NormalCDF {
		return "Φ(" + list + ")"
	}
	return e.Fn.Name + "(" + list + ")"
}

// String prints "a if c, else b", or "a if c, b if d, else e" for a chain.
func (e Select) String() string {
	s := operand(e.Then, bindSum) + " if " + e.Cond.String() + ", "
	if rest, ok := e.Else.(Select); ok {
		return s + rest.String()
	}
	return s + "else " + operand(e.Else, bindSum)
}

// productString prints a chain of factors with powers for equal neighbors:
// 0.5·z², (1 − |y|)².
func productString(e Expr) string {
	var parts []string
	factors := factorsOf(e)
	for i := 0; i < len(factors); {
		base, run := factors[i], runLength(factors[i:])
		switch {
		case run > 1:
			parts = append(parts, operand(base, bindAtom)+superscript.Replace(strconv.Itoa(run)))
		case i == 0:
			parts = append(parts, leading(base))
		default:
			parts = append(parts, operand(base, bindAtom))
		}
		i += run
	}
	return strings.Join(parts, "·")
}

// runLength returns how many of the first factors are equal; constants are not
// gathered in powers.
func runLength(factors []Expr) int {
	n := 1
	for n < len(factors) && !isConst(factors[0]) && Equal(factors[n], factors[0]) {
		n++
	}
	return n
}

// leading prints the first factor of a product, which may be a negative number.
func leading(e Expr) string {
	if isConst(e) {
		return e.String()
	}
	return operand(e, bindProduct)
}

var superscript = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴",
	"5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")

// factorsOf returns a, b, c of a·b·c.
func factorsOf(e Expr) []Expr {
	if m, ok := e.(Binary); ok && m.Op == OpMul {
		return append(factorsOf(m.X), m.Y)
	}
	return []Expr{e}
}

// operand prints e for a place that asks for the given strength at least.
func operand(e Expr, least int) string {
	if binding(e) < least {
		return "(" + e.String() + ")"
	}
	return e.String()
}

// binding returns how strongly e, as it prints, holds together.
func binding(e Expr) int {
	switch e := e.(type) {
	case Const:
		if e.Value < 0 {
			return bindSum
		}
	case Negate:
		return bindSum
	case Select:
		return bindSelect
	case Binary:
		switch factors := factorsOf(e); {
		case e.Op.Compares():
			return bindCompare
		case e.Op == OpAdd || e.Op == OpSub || strings.HasPrefix(e.String(), "−"):
			return bindSum
		case e.Op == OpMul && runLength(factors) == len(factors):
			return bindPower
		}
		return bindProduct
	}
	return bindAtom
}
