package gen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/chainrule-go/chainrule/"

// edges is the architecture: what every package may import beside the standard library. Packages of this module go
// without its path; * stands for any name. Tests may import what their package may, the package itself, and more.
var edges = []struct {
	pkg, imports, tests string
}{
	// The compiler. No arrow points back.
	{"gen/expr", "", "github.com/google/go-cmp/cmp pgregory.net/rapid"},
	{"gen/spec", "gen/expr gopkg.in/yaml.v3", "github.com/santhosh-tekuri/jsonschema/v6 github.com/santhosh-tekuri/jsonschema/v6/kind github.com/google/go-cmp/cmp github.com/google/go-cmp/cmp/cmpopts pgregory.net/rapid"},
	{"gen/graph", "gen/expr", ""},
	{"gen/pass", "gen/graph gen/expr", "gen/layer gen/spec"},
	{"gen/pass/passtest", "gen/graph gen/layer gen/pass gen/spec", ""},
	{"gen/layer", "gen/spec gen/expr gen/graph", "gen/pass runtime/reference"},
	{"gen/target", "", ""},
	{"gen/schedule", "gen/graph gen/expr gen/target", "gen/pass/passtest"},
	{"gen/kernel", "gen/schedule gen/graph gen/expr", "gen/pass/passtest gen/target specs"},
	{"gen/vector", "gen/kernel gen/expr gen/target", "gen/vector/vectortest github.com/google/go-cmp/cmp"},
	{"gen/vector/amd64", "gen/vector gen/kernel gen/target", "gen/expr gen/vector/vectortest gen/schedule gen/pass/passtest runtime runtime/peak github.com/google/go-cmp/cmp"},
	{"gen/vector/vectortest", "gen/vector gen/kernel gen/expr runtime", ""}, // the oracle of dropout
	{"gen/emit", "gen/kernel gen/schedule gen/graph gen/expr gen/spec runtime templates github.com/dave/jennifer/jen", ""},
	{"gen/update", "gen/emit gen/kernel gen/target gen/vector gen/vector/amd64 templates", ""},
	{"gen/update/write", "gen/update", ""},
	{"gen", "gen/spec gen/layer gen/pass gen/graph gen/schedule gen/target gen/kernel gen/vector gen/vector/amd64 gen/emit gen/expr runtime", "gen/pass/passtest specs generated/houses generated/houses/housestrain generated/mazur generated/mazur/mazurtrain"},
	{"templates", "", ""},
	{"specs", "", ""},
	{"specs/convert", "", ""},

	// What generated code links, and that code. A model package stands alone.
	{"runtime", "", "pgregory.net/rapid"},
	{"runtime/peak", "runtime", ""},
	{"runtime/reference", "", ""},
	{"generated/*", "", ""},
	{"generated/*/*", "generated/* runtime", "runtime/reference"},

	// What the tests notice.
	{"internal/mutate", "", ""},

	// A service, as users write them.
	{"cmd/irisd", "generated/iris", "generated/iris/iristrain"},

	// The command.
	{"cmd/chainrule/internal/bench", "cmd/chainrule/internal/exit cmd/chainrule/internal/trial gen gen/spec runtime runtime/peak", ""},
	{"cmd/chainrule/internal/exit", "runtime", ""},
	{"cmd/chainrule", "cmd/chainrule/internal/* gen gen/spec runtime runtime/reference specs github.com/spf13/cobra", "github.com/rogpeppe/go-internal/testscript"},
	{"cmd/chainrule/internal/explain", "gen", "gen/spec specs github.com/google/go-cmp/cmp"},
	{"cmd/chainrule/internal/foreign", "cmd/chainrule/internal/npy runtime", ""},
	{"cmd/chainrule/internal/module", "", ""},
	{"cmd/chainrule/internal/npy", "", ""},
	{"cmd/chainrule/internal/output", "cmd/chainrule/internal/exit cmd/chainrule/internal/module cmd/chainrule/internal/source gen github.com/rogpeppe/go-internal/diff", "github.com/google/go-cmp/cmp"},
	{"cmd/chainrule/internal/page", "cmd/chainrule/internal/predictor cmd/chainrule/internal/source gen gen/spec runtime templates", ""},
	{"cmd/chainrule/internal/predictor", "cmd/chainrule/internal/exit runtime", "github.com/google/go-cmp/cmp"},
	{"cmd/chainrule/internal/report", "cmd/chainrule/internal/predictor cmd/chainrule/internal/trainer runtime github.com/schollz/progressbar/v3 golang.org/x/term", ""},
	{"cmd/chainrule/internal/rows", "cmd/chainrule/internal/exit cmd/chainrule/internal/source gen/spec", "github.com/google/go-cmp/cmp"},
	{"cmd/chainrule/internal/scaffold", "cmd/chainrule/internal/exit gen/spec runtime templates", "github.com/google/go-cmp/cmp"},
	{"cmd/chainrule/internal/source", "gen/spec", "github.com/google/go-cmp/cmp"},
	{"cmd/chainrule/internal/trainer", "cmd/chainrule/internal/exit runtime", "github.com/google/go-cmp/cmp"},
	{"cmd/chainrule/internal/trial", "cmd/chainrule/internal/exit cmd/chainrule/internal/predictor cmd/chainrule/internal/trainer gen gen/spec runtime runtime/reference templates", ""},
	{"cmd/chainrule/internal/weights", "cmd/chainrule/internal/foreign gen gen/spec runtime", ""},
}

// TestArchitecture compares the imports of every package with the table: nothing else is imported, and everything that
// stands there is.
func TestArchitecture(t *testing.T) {
	used := map[string]bool{}
	seen := map[int]bool{}
	for dir, files := range parsed(t) {
		row := slices.IndexFunc(edges, func(e struct{ pkg, imports, tests string }) bool { return matches(e.pkg, dir) })
		if row < 0 {
			t.Errorf("package %s is not in the table of edges", dir)
			continue
		}
		seen[row] = true
		for name, f := range files {
			test := strings.HasSuffix(name, "_test.go")
			for _, spec := range f.Imports {
				imported, standard := importOf(spec)
				if standard || test && imported == dir {
					continue
				}
				allowed := strings.Fields(edges[row].imports)
				if test {
					allowed = append(allowed, strings.Fields(edges[row].tests)...)
				}
				i := slices.IndexFunc(allowed, func(pattern string) bool { return matches(pattern, imported) })
				if i < 0 {
					t.Errorf("%s imports %s, which the table of edges does not allow", name, imported)
					continue
				}
				used[edges[row].pkg+" → "+allowed[i]] = true
			}
		}
	}
	for i, e := range edges {
		if !seen[i] {
			t.Errorf("the table of edges has %s, which is no package", e.pkg)
		}
		for _, pattern := range strings.Fields(e.imports + " " + e.tests) {
			if !used[e.pkg+" → "+pattern] {
				t.Errorf("the table of edges has %s → %s, which is not used", e.pkg, pattern)
			}
		}
	}
}

func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

// importOf returns what is imported, without the path of this module, and whether it is of the standard library.
func importOf(spec *ast.ImportSpec) (name string, standard bool) {
	full := strings.Trim(spec.Path.Value, `"`)
	first, _, _ := strings.Cut(full, "/")
	return strings.TrimPrefix(full, module), !strings.Contains(first, ".")
}

// fset has the positions of what sources parses.
var fset = token.NewFileSet()

// sources parses the Go files of this module, by folder and name.
var sources = sync.OnceValues(func() (map[string]map[string]*ast.File, error) {
	all := map[string]map[string]*ast.File{}
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		base := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != ".." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata"):
			return filepath.SkipDir
		case filepath.Ext(name) != ".go":
			return nil
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(name, ".."+string(filepath.Separator)))
		dir := path.Dir(rel)
		if all[dir] == nil {
			all[dir] = map[string]*ast.File{}
		}
		all[dir][rel] = f
		return nil
	})
	return all, err
})

// parsed returns the Go files of this module, by folder and name.
func parsed(t *testing.T) map[string]map[string]*ast.File {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	return all
}
