package emit

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strings"
)

// standardImports are the packages of the standard library that templates use.
var standardImports = []string{
	"bytes", "cmp", "context", "encoding/binary", "encoding/csv", "encoding/json", "errors", "fmt", "hash/crc32", "io",
	"maps", "math", "math/rand/v2", "os", "path/filepath", "reflect", "slices", "strconv", "strings", "sync", "testing", "unsafe",
}

// imports prints the import block of a file of package pkg: the packages that its body selects from.
func (n *Network) imports(pkg, body string) (string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package "+pkg+"\n"+body, 0)
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, numbered(body))
	}
	used := map[string]bool{}
	ast.Inspect(f, func(x ast.Node) bool {
		if s, ok := x.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok {
				used[id.Name] = true
			}
		}
		return true
	})
	own := []string{n.Import, n.Import + "/" + n.Model.Name + "train", runtimePath, runtimePath + "/reference"}
	blocks := importLines(used, standardImports) + "\n" + importLines(used, own)
	switch lines := strings.Fields(blocks); len(lines) {
	case 0:
		return "", nil
	case 1:
		return "import " + lines[0] + "\n\n", nil
	}
	return "import (\n" + strings.Trim(blocks, "\n") + "\n)\n\n", nil
}

// importBlock is the imports of a file that jennifer has printed.
var importBlock = regexp.MustCompile(`(?s)\nimport \(\n(.*?)\)\n`)

// grouped puts the standard library before the other imports of a file, with a line between.
func grouped(source string) string {
	at := importBlock.FindStringSubmatchIndex(source)
	if at == nil {
		return source
	}
	var standard, other string
	for line := range strings.Lines(source[at[2]:at[3]]) {
		if first, _, _ := strings.Cut(line, "/"); strings.Contains(first, ".") {
			other += line
		} else {
			standard += line
		}
	}
	if standard != "" && other != "" {
		standard += "\n"
	}
	return source[:at[2]] + standard + other + source[at[3]:]
}

// importLines prints the lines of the packages that are used.
func importLines(used map[string]bool, paths []string) string {
	var out strings.Builder
	for _, p := range paths {
		if used[path.Base(strings.TrimSuffix(p, "/v2"))] {
			fmt.Fprintf(&out, "\t%q\n", p)
		}
	}
	return out.String()
}
