package page

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"

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

// functions returns the source of the functions of generated files by name, with their comments.
func functions(files []gen.File) (map[string]string, error) {
	all := map[string]string{}
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
			all[d.Name.Name] = string(file.Content[fset.Position(begin).Offset:fset.Position(d.End()).Offset])
		}
	}
	return all, nil
}

// layers describes the layers of a network and its loss, with their generated code.
func layers(m *spec.Model, files []gen.File) ([]layer, error) {
	code, err := functions(files)
	if err != nil {
		return nil, err
	}
	e, err := gen.Explain(m)
	if err != nil {
		return nil, err
	}
	var rows []layer
	for i, l := range e.Layers {
		r := layer{Name: l.Name, Kind: m.Layers[i].Kind, In: l.In, Out: l.Out, Parameters: l.Parameters}
		if d := m.Layers[i].Dense; d != nil {
			r.Kind += ", " + d.Activation.Name
		}
		if l.Forward != nil {
			r.Forward = l.Forward.Formulas
			r.add(code[l.Forward.Name])
		}
		if l.Backward != nil {
			r.Backward = l.Backward.Formulas
			r.add(code[l.Backward.Name])
		}
		rows = append(rows, r)
	}
	loss := layer{Name: "loss", Kind: m.Loss.Name, In: e.Outputs, Out: 1, Forward: e.Loss.Formulas}
	loss.add(code[e.Loss.Name])
	return append(rows, loss), nil
}

// add adds a function of the layer.
func (r *layer) add(code string) {
	if r.Code != "" {
		r.Code += "\n\n"
	}
	r.Code += code
}
