package emit

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// hash shortens the SHA-256 of a file to 16 digits.
func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// trained prints the file that embeds the weights. They are one string constant, which compiles 30 times faster than a
// literal of numbers; base64 is a third of the size of escaped bytes.
func (n *Network) trained(pkg string) string {
	var lines strings.Builder
	const width = 120
	for text := base64.StdEncoding.EncodeToString(n.Weights); text != ""; {
		line := text[:min(width, len(text))]
		lines.WriteString(line + "\n")
		text = text[len(line):]
	}
	return "package " + pkg + `

import (
	"encoding/base64"
	"strings"
)

// Trained returns the parameters of the weights file that lay beside the spec when this package was generated.
func Trained() *Params {
	p, err := Load(base64.NewDecoder(base64.StdEncoding, strings.NewReader(weights)))
	if err != nil {
		panic(err) // the generator has checked the file
	}
	return p
}

// weights is the file in base64.
const weights = ` + "`\n" + lines.String() + "`\n"
}
