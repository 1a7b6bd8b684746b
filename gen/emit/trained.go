package emit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// hash shortens the SHA-256 of a file to 16 digits.
func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// trained prints the file that embeds the weights: the bytes of the safetensors file as one string constant, which
// compiles 30 times faster than a literal of numbers.
func (n *Network) trained(pkg string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "package %s\n\nimport \"strings\"\n\n", pkg)
	out.WriteString("// Trained returns the parameters with the weights that lay beside the spec when this package was generated.\n")
	out.WriteString("func Trained() *Params {\n\tp, err := Load(strings.NewReader(weights))\n\tif err != nil {\n" +
		"\t\tpanic(err) // the generator has checked them\n\t}\n\treturn p\n}\n\n")
	out.WriteString("// weights is a safetensors file.\nconst weights = \"\" +\n")
	const perLine = 32
	for i := 0; i < len(n.Weights); i += perLine {
		end := min(i+perLine, len(n.Weights))
		out.WriteString("\t\"")
		for _, b := range n.Weights[i:end] {
			fmt.Fprintf(&out, "\\x%02x", b)
		}
		out.WriteString("\"")
		if end < len(n.Weights) {
			out.WriteString(" +\n")
		}
	}
	out.WriteString("\n")
	return out.String()
}
