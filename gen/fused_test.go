package gen_test

import (
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// The language lets a compiler fuse a product with a sum, across statements, too, unless a conversion rounds the product.
// Compilers for arm64, and for amd64 from GOAMD64=v3 on, do.

// exact are the functions of math that have the same bits everywhere, because IEEE 754 says so or because no arithmetic is in
// them. Exp, Log, Tanh and others are assembly, or are fused, on some processors; FMA is what strict numerics do without.
var exact = strings.Fields("Abs Ceil Copysign Float32bits Float32frombits Float64bits Float64frombits Floor Frexp Inf IsInf IsNaN Ldexp NaN Round RoundToEven Signbit Sqrt Trunc")

// inexact are files that may call others.
var inexact = map[string]string{
	"runtime/float64.go":  "functions of float64 networks, which strict numerics do not promise",
	"runtime/findrate.go": "looks for a learning rate, and leaves no weights",
}

// TestNoProductIsFused looks for products of floating-point numbers that no conversion rounds, in the runtime, in what is
// generated, and in what would be if the numerics were strict. A product that is multiplied or divided by something, or
// compared, is not added to anything. In the runtime and in strict networks it also looks for functions, of math and of
// math/rand, that have not the same bits on every processor.
func TestNoProductIsFused(t *testing.T) {
	t.Parallel()
	trees := []tree{repository(t)}
	for _, text := range committed() {
		if !strings.Contains(text, "float64") {
			trees = append(trees, strictly(t, text))
		}
	}
	products, calls := 0, 0
	for _, arch := range []string{"amd64", "arm64"} {
		l := &linter{arch: arch, std: importer.ForCompiler(fset, "gc", nil), packages: map[string]*types.Package{}}
		for _, tr := range trees {
			l.tree = tr
			for _, dir := range slices.Sorted(maps.Keys(tr)) {
				l.check(t, dir)
			}
		}
		products, calls = products+l.products, calls+l.calls
	}
	if products < 1000 || calls < 100 {
		t.Errorf("only %d products and %d calls of math were found", products, calls)
	}
	t.Logf("%d products, %d calls of math", products, calls)
}

// tree is the text of Go files, by folder and name.
type tree map[string]map[string]string

// repository reads the packages whose numbers get into weights.
func repository(t *testing.T) tree {
	tr := tree{}
	for dir, files := range parsed(t) {
		if dir != "runtime" && !strings.HasPrefix(dir, "generated/") {
			continue
		}
		tr[dir] = map[string]string{}
		for name := range files {
			text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
			if err != nil {
				t.Fatal(err)
			}
			tr[dir][path.Base(name)] = string(text)
		}
	}
	return tr
}

// strictly generates a network as if its numerics were strict.
func strictly(t *testing.T, text string) tree {
	m, err := spec.Parse("strict.yaml", []byte("numerics: strict\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	files, err := gen.Generate(m, gen.Options{ImportPath: module + "strict", Source: "strict.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	tr := tree{}
	for _, f := range files {
		dir := path.Dir("strict/" + f.Path)
		if tr[dir] == nil {
			tr[dir] = map[string]string{}
		}
		if path.Ext(f.Path) == ".go" {
			tr[dir][path.Base(f.Path)] = string(f.Content)
		}
	}
	return tr
}

// linter checks the packages of a tree as they are built for an architecture.
type linter struct {
	tree     tree
	arch     string
	std      types.Importer
	packages map[string]*types.Package
	products int
	calls    int // of functions of math that must be exact
}

// Import returns a package by its path: of the tree, of this module, or of the standard library.
func (l *linter) Import(name string) (*types.Package, error) {
	if dir, ok := strings.CutPrefix(name, module); ok && l.packages[dir] != nil {
		return l.packages[dir], nil
	}
	return l.std.Import(name)
}

// check reports the products of a package that could be fused. Packages that it imports are checked first.
func (l *linter) check(t *testing.T, dir string) {
	if l.packages[dir] != nil {
		return
	}
	context := build.Default
	context.GOARCH = l.arch
	context.OpenFile = func(name string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(l.tree[dir][path.Base(filepath.ToSlash(name))])), nil
	}
	var files []*ast.File
	for _, name := range slices.Sorted(maps.Keys(l.tree[dir])) {
		if match, err := context.MatchFile(dir, name); err != nil || !match || strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, dir+"/"+name, l.tree[dir][name], parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			if imported, standard := importOf(spec); !standard && l.tree[imported] != nil {
				l.check(t, imported)
			}
		}
		files = append(files, f)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: l, Sizes: types.SizesFor("gc", l.arch)}
	pkg, err := config.Check(module+dir, fset, files, info)
	if err != nil {
		t.Fatal(err)
	}
	l.packages[dir] = pkg
	for _, f := range files {
		l.file(t, f, info)
	}
	if dir == "runtime" || strings.HasPrefix(dir, "strict/") {
		l.functions(t, info)
	}
}

// functions reports the functions that a package uses and that have not the same bits everywhere.
func (l *linter) functions(t *testing.T, info *types.Info) {
	for id, object := range info.Uses {
		f, ok := object.(*types.Func)
		if !ok || f.Pkg() == nil {
			continue
		}
		at := fset.Position(id.Pos())
		switch f.Pkg().Path() {
		case "math":
			l.calls++
			if !slices.Contains(exact, f.Name()) && inexact[at.Filename] == "" {
				t.Errorf("%s: %v: math.%s has not the same bits on every processor, want a function of the runtime", l.arch, at, f.Name())
			}
		case "math/rand", "math/rand/v2":
			if f.Name() == "NormFloat64" || f.Name() == "ExpFloat64" {
				t.Errorf("%s: %v: rand.%s has not the same bits on every processor, want normals", l.arch, at, f.Name())
			}
		case "math/cmplx":
			t.Errorf("%s: %v: cmplx.%s has not the same bits on every processor", l.arch, at, f.Name())
		}
	}
}

// file reports the products of a file.
func (l *linter) file(t *testing.T, f *ast.File, info *types.Info) {
	var above []ast.Node
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			above = above[:len(above)-1]
			return true
		}
		switch x := n.(type) {
		case *ast.BinaryExpr:
			if tv := info.Types[x]; x.Op == token.MUL && tv.Value == nil && isFloat(tv.Type) {
				l.products++
				if !rounded(above, info) {
					t.Errorf("%s: %v: the product can be fused with a sum, want a conversion around it", l.arch, fset.Position(x.OpPos))
				}
			}
		case *ast.AssignStmt:
			if x.Tok == token.MUL_ASSIGN && isFloat(info.Types[x.Lhs[0]].Type) {
				t.Errorf("%s: %v: the product can be fused with a sum, want a conversion around it", l.arch, fset.Position(x.TokPos))
			}
		}
		above = append(above, n)
		return true
	})
}

// rounded tells whether the product inside these nodes is converted, or an operand of what is no sum.
func rounded(above []ast.Node, info *types.Info) bool {
	for i := len(above) - 1; i >= 0; i-- {
		switch x := above[i].(type) {
		case *ast.ParenExpr:
			continue
		case *ast.CallExpr:
			return info.Types[x.Fun].IsType()
		case *ast.BinaryExpr:
			return x.Op != token.ADD && x.Op != token.SUB
		}
		return false
	}
	return false
}

// isFloat tells whether numbers of a type have a fraction: a parameter's may.
func isFloat(t types.Type) bool {
	if t == nil {
		return false
	}
	if _, ok := t.(*types.TypeParam); ok {
		return true
	}
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsFloat != 0
}
