// Package emit prints kernels as Go source: the model package, which stands alone, and the training package beside it.
// Whatever depends on the sizes of a network is printed with jennifer from trees; text that does not lies in templates.
package emit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// names decides how the generated code calls things. In a package of their own, the model and the training code use
// plain names; several networks in one package put a prefix in front of every top-level name.
type names struct {
	prefix string // "" or the network's own
	model  string // import path of the model package; "" in the same package
	float  string // float32 or float64
	strict bool   // all processors compute the same bits
}

// top returns a top-level name of the package that is being printed.
func (n names) top(name string) string {
	if n.prefix == "" {
		return name
	}
	return n.prefix + upper(name)
}

// of refers to an exported name of the model package.
func (n names) of(name string) *jen.Statement {
	if n.model == "" {
		return jen.Id(n.top(name))
	}
	return jen.Qual(n.model, name)
}

// upper makes a name exported: dense1 → Dense1.
func upper(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// goName turns a layer name of the spec into a Go name: hidden_1 → hidden1.
func goName(s string) string {
	parts := strings.Split(s, "_")
	for i := 1; i < len(parts); i++ {
		parts[i] = upper(parts[i])
	}
	return strings.Join(parts, "")
}
