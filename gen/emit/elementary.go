package emit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/runtime"
)

const runtimePath = "github.com/chainrule-go/chainrule/runtime"

// suffix is what the runtime's elementary functions of a precision end with: Exp32, Sigmoid64.
func (n names) suffix() string { return strings.TrimPrefix(n.float, "float") }

// strictly is what the names of those begin with that vector code computes, too, with the same bits: StrictExp32.
const strictly = "Strict"

// inRuntime is the name of an elementary function in the runtime.
func (n names) inRuntime(name string) string {
	if n.strict {
		return strictly + upper(name) + n.suffix()
	}
	return upper(name) + n.suffix()
}

// inMath tells whether the standard library has the function in the network's precision.
func (n names) inMath(name string) bool {
	return n.float == "float64" && !slices.Contains([]string{"sigmoid", "softplus", "tanhSoftplus", "normalCDF"}, name)
}

// fromRuntime is how the training package calls elementary functions.
func (n names) fromRuntime(name string) *jen.Statement {
	if n.inMath(name) {
		return jen.Qual("math", upper(name))
	}
	return jen.Qual(runtimePath, n.inRuntime(name))
}

// ownCopy is how the model package calls them: it has copies, because it imports the standard library only.
func (n names) ownCopy(name string) *jen.Statement {
	if n.inMath(name) {
		return jen.Qual("math", upper(name))
	}
	return jen.Id(name)
}

// library is the elementary functions of the runtime as declarations, in the order of their files.
type library struct {
	decls []ast.Decl
	names [][]string // what each declares
	text  []string   // the source of each, with its documentation
}

// loadLibrary parses the runtime's elementary functions.
func loadLibrary() (*library, error) {
	files, err := fs.Glob(runtime.Source, "float*.go")
	if err != nil {
		return nil, err
	}
	lib, fset := &library{}, token.NewFileSet()
	for _, name := range files {
		src, err := fs.ReadFile(runtime.Source, name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(fset, name, src, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
				continue
			}
			lib.decls = append(lib.decls, d)
			lib.names = append(lib.names, declared(d))
			from := d.Pos()
			if doc := docOf(d); doc != nil {
				from = doc.Pos()
			}
			lib.text = append(lib.text, string(src[fset.Position(from).Offset:fset.Position(d.End()).Offset]))
		}
	}
	return lib, nil
}

// docOf returns the documentation of a declaration, nil when it has none.
func docOf(d ast.Decl) *ast.CommentGroup {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Doc
	case *ast.GenDecl:
		return d.Doc
	}
	return nil
}

// declared lists the top-level names of a declaration.
func declared(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return []string{d.Name.Name}
	case *ast.GenDecl:
		var names []string
		for _, s := range d.Specs {
			if v, ok := s.(*ast.ValueSpec); ok {
				for _, id := range v.Names {
					names = append(names, id.Name)
				}
			}
		}
		return names
	}
	return nil
}

// copyOf returns the source of the functions (by the names of the registry) and of all that they use, with their names
// made local: Exp32 becomes exp, and so does StrictExp32.
func (lib *library) copyOf(functions map[string]bool, n names) string {
	want := map[string]bool{}
	for f := range functions {
		if !n.inMath(f) {
			want[n.inRuntime(f)] = true
		}
	}
	needed := lib.closure(want)
	var out strings.Builder
	for i := range lib.decls {
		if !needed[i] {
			continue
		}
		out.WriteString(lib.local(i, n) + "\n\n")
	}
	return out.String()
}

// closure marks the declarations that the wanted names need, directly or not.
func (lib *library) closure(want map[string]bool) map[int]bool {
	needed := map[int]bool{}
	for grew := true; grew; {
		grew = false
		for i, d := range lib.decls {
			if needed[i] || !anyOf(lib.names[i], want) {
				continue
			}
			needed[i], grew = true, true
			ast.Inspect(d, func(x ast.Node) bool {
				if id, ok := x.(*ast.Ident); ok {
					want[id.Name] = true
				}
				return true
			})
		}
	}
	return needed
}

func anyOf(names []string, set map[string]bool) bool {
	for _, n := range names {
		if set[n] {
			return true
		}
	}
	return false
}

// local returns a declaration with its comments, and with the names of the runtime's functions made local.
func (lib *library) local(i int, n names) string {
	text := lib.text[i]
	for _, list := range lib.names {
		for _, name := range list {
			if ast.IsExported(name) {
				own := strings.TrimSuffix(name, n.suffix())
				if n.strict {
					own = strings.TrimPrefix(own, strictly)
				}
				text = replaceWord(text, name, strings.ToLower(own[:1])+own[1:])
			}
		}
	}
	return text
}

// replaceWord replaces whole identifiers.
func replaceWord(text, word, by string) string {
	var out strings.Builder
	for {
		i := strings.Index(text, word)
		if i < 0 {
			return out.String() + text
		}
		end := i + len(word)
		inside := i > 0 && letter(text[i-1]) || end < len(text) && letter(text[end])
		out.WriteString(text[:i])
		if inside {
			out.WriteString(word)
		} else {
			out.WriteString(by)
		}
		text = text[end:]
	}
}

func letter(c byte) bool {
	return c == '_' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
