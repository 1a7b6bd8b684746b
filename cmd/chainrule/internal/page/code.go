package page

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// layer is a row of the table of layers: what it is, and how it is computed.
type layer struct {
	Name, Kind string
	In, Out    int
	Parameters int
	Forward    []string // formulas, as the generated code has them
	Backward   []string
	Code       string // its generated functions
}

// function is a generated function.
type function struct {
	code     string
	formulas []string
}

// functions returns the functions of generated files by name.
func functions(files []gen.File) (map[string]function, error) {
	all := map[string]function{}
	for _, file := range files {
		if !strings.HasSuffix(file.Path, ".go") || strings.HasSuffix(file.Path, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file.Path, file.Content, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || d.Recv != nil || d.Body == nil {
				continue
			}
			begin := d.Pos()
			if d.Doc != nil {
				begin = d.Doc.Pos()
			}
			text := string(file.Content[fset.Position(begin).Offset:fset.Position(d.End()).Offset])
			all[d.Name.Name] = function{text, formulas(f, d)}
		}
	}
	return all, nil
}

// formulas returns the comments in a function that are equations, each once.
func formulas(f *ast.File, d *ast.FuncDecl) []string {
	var all []string
	for _, group := range f.Comments {
		if group.Pos() < d.Body.Pos() || group.End() > d.Body.End() {
			continue
		}
		for _, line := range group.List {
			text := strings.TrimSpace(strings.TrimPrefix(line.Text, "//"))
			if strings.Contains(text, " = ") || strings.Contains(text, " += ") {
				if !slices.Contains(all, text) {
					all = append(all, text)
				}
			}
		}
	}
	return all
}

// layers describes the layers of a network and its loss, from the generated code.
func layers(m *spec.Model, files []gen.File) ([]layer, error) {
	all, err := functions(files)
	if err != nil {
		return nil, err
	}
	var rows []layer
	for _, l := range m.Layers {
		r := layer{Name: l.Name, Kind: l.Kind, In: l.In, Out: l.Out}
		if d := l.Dense; d != nil {
			r.Kind += ", " + d.Activation.Name
			r.Parameters = l.In * l.Out
			if d.Bias {
				r.Parameters += l.Out
			}
		}
		r.add(all, spec.GoName(l.Name))
		rows = append(rows, r)
	}
	loss := layer{Name: "loss", Kind: m.Loss.Name, In: rows[len(rows)-1].Out, Out: 1}
	loss.add(all, spec.GoName(m.Loss.Name))
	return append(rows, loss), nil
}

// add adds the functions of a layer: the one of its name, in the model package or
// in the training package, and the one for the way back.
func (r *layer) add(all map[string]function, name string) {
	first, size := utf8.DecodeRuneInString(name)
	unexported := string(unicode.ToLower(first)) + name[size:]
	var code []string
	for _, name := range []string{name, unexported, unexported + "Backward"} {
		f, ok := all[name]
		if !ok {
			continue
		}
		code = append(code, f.code)
		if strings.HasSuffix(name, "Backward") {
			r.Backward = f.formulas
		} else {
			r.Forward = f.formulas
		}
	}
	r.Code = strings.Join(code, "\n\n")
}
