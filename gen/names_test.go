package gen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// manySpecs make between them every kind of code: rows one by one and in blocks, dropout in lines and in loops, classes
// and targets, named and unnamed inputs, frozen parameters, rows in the spec.
var manySpecs = []string{`
name: petals
input: {normalize: standard, features: [width, {name: tone, kind: categorical, levels: [red, blue]}, {name: wild, kind: boolean, description: "Found in nature."}]}
layers: [dropout: 0.1, dense: {units: 33, activation: relu}, dropout: 0.5, dense: {units: 3}]
output: {classes: [rose, tulip, lily]}
loss: softmax_cross_entropy
`, `
name: parity
input: {features: [left, {name: right, unit: V}, {name: mode, kind: categorical, levels: ["1", a b, 5 %], unknown: level}]}
layers: [dense: {units: 2, activation: tanh}, dense: {units: 1}]
output: {classes: [even, odd]}
loss: binary_cross_entropy
train: {data: {rows: [[0, 1, 1, odd], [1, 1, other, even]]}}
`, `
name: prices
input: {shape: [70], normalize: minmax}
layers: [dense: {units: 80, activation: gelu, freeze: bias}, dropout: 0.2, dense: {units: 2}]
output: {targets: [low, {name: high, normalize: robust}]}
loss: huber
`, `
name: shares
input: {shape: [70]}
layers: [dense: {units: 80, activation: silu}, dense: {units: 2}]
output: {targets: [low, high]}
loss: softmax_cross_entropy
`, `
name: apart
input: {features: [left, {name: right, normalize: robust}], normalize: standard}
layers: [activation: tanh, dense: {units: 12}, dense: {units: 2, activation: tanh}]
output: {targets: [low, high], normalize: minmax}
loss: mean_squared_error
`, `
name: ends
precision: float64
input: {features: [left, {name: right, normalize: none}], normalize: standard}
layers: [dense: {units: 40, activation: relu, bias: false}, dense: {units: 70}, dense: {units: 2}]
output: {targets: [low, high], normalize: standard}
loss: half_squared_error
`, `
name: single
input: {features: [left, right], normalize: standard}
layers: [dense: {units: 1}]
output: {targets: [low], normalize: standard}
loss: mean_squared_error
`}

// TestNetworksAreNotCalledLikeValues checks that no network may have the name of something that the files which import
// its package declare: there the package would be hidden.
func TestNetworksAreNotCalledLikeValues(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range manySpecs {
		m, err := spec.Parse("many.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		files, err := gen.Generate(m, gen.Options{ImportPath: "example.com/generated", Source: "many.yaml"})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if !strings.Contains(f.Path, "train/") && !strings.HasSuffix(f.Path, "_test.go") {
				continue // the model package does not import itself
			}
			if strings.HasSuffix(f.Path, ".s") {
				continue
			}
			for _, name := range declared(t, f) {
				if seen[name] {
					continue
				}
				seen[name] = true
				renamed := strings.Replace(text, m.Name, name, 1)
				if _, err := spec.Parse("many.yaml", []byte(renamed)); err == nil {
					t.Errorf("%s declares %s, but a network may have that name", f.Path, name)
				}
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("found the names %v, want more", seen)
	}
}

// declared lists the names that a file declares and that could be the name of a package.
func declared(t *testing.T, f gen.File) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Content, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	add := func(list ...*ast.Ident) {
		for _, id := range list {
			if id != nil && id.Name != "_" && id.Name == strings.ToLower(id.Name) {
				names = append(names, id.Name)
			}
		}
	}
	ast.Inspect(file, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.StructType:
			return false // fields hide nothing
		case *ast.FuncDecl:
			if x.Recv == nil {
				add(x.Name)
			}
		case *ast.Field:
			add(x.Names...)
		case *ast.TypeSpec:
			add(x.Name)
		case *ast.ValueSpec:
			add(x.Names...)
		case *ast.AssignStmt:
			for _, e := range x.Lhs {
				if id, ok := e.(*ast.Ident); ok && x.Tok == token.DEFINE {
					add(id)
				}
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{x.Key, x.Value} {
				if id, ok := e.(*ast.Ident); ok && x.Tok == token.DEFINE {
					add(id)
				}
			}
		case *ast.ImportSpec:
			path := strings.Trim(x.Path.Value, `"`)
			if !strings.HasPrefix(path, "example.com/") {
				path = strings.TrimSuffix(path, "/v2")
				names = append(names, path[strings.LastIndex(path, "/")+1:])
			}
		}
		return true
	})
	return names
}
