package gen_test

import (
	"go/ast"
	"go/token"
	"path"
	"strings"
	"testing"
)

// The sizes to which files and functions are held. Files may exceed theirs, but not by much.
const (
	fileLines    = 300
	mostLines    = 500
	functionMost = 70
)

// handWritten calls f for every file that was not generated.
func handWritten(t *testing.T, f func(name string, file *ast.File)) {
	t.Helper()
	for _, files := range parsed(t) {
		for name, file := range files {
			if !ast.IsGenerated(file) {
				f(name, file)
			}
		}
	}
}

// lines returns how many lines a piece of source has.
func lines(from, to token.Pos) int { return fset.Position(to).Line - fset.Position(from).Line + 1 }

// TestSizes checks the length of files and functions.
func TestSizes(t *testing.T) {
	long := 0
	handWritten(t, func(name string, file *ast.File) {
		switch n := lines(file.FileStart, file.FileEnd) - 1; {
		case n > mostLines:
			t.Errorf("%s has %d lines, want at most %d", name, n, mostLines)
		case n > fileLines:
			long++
			t.Logf("%s has %d lines, more than %d", name, n, fileLines)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && lines(f.Pos(), f.End()) > functionMost {
				t.Errorf("%s: %s has %d lines, want at most %d", name, f.Name.Name, lines(f.Pos(), f.End()), functionMost)
			}
		}
	})
	t.Logf("%d files have more than %d lines", long, fileLines)
}

// TestComments checks that packages and exported names are documented.
func TestComments(t *testing.T) {
	documented := map[string]bool{} // packages, by folder
	handWritten(t, func(name string, file *ast.File) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		dir := path.Dir(name)
		documented[dir] = documented[dir] || file.Doc != nil
		for _, d := range file.Decls {
			for _, id := range undocumented(d) {
				t.Errorf("%v: %s has no comment", fset.Position(id.Pos()), id.Name)
			}
		}
	})
	for dir, ok := range documented {
		if !ok {
			t.Errorf("package %s has no comment", dir)
		}
	}
}

// undocumented returns the exported names of a declaration that have no comment; one for a whole group is enough.
func undocumented(d ast.Decl) []*ast.Ident {
	var names []*ast.Ident
	keep := func(doc *ast.CommentGroup, ids ...*ast.Ident) {
		for _, id := range ids {
			if doc == nil && id.IsExported() {
				names = append(names, id)
			}
		}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if receiverExported(d) {
			keep(d.Doc, d.Name)
		}
	case *ast.GenDecl:
		if d.Doc != nil {
			break
		}
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				keep(s.Doc, s.Name)
			case *ast.ValueSpec:
				keep(s.Doc, s.Names...)
			}
		}
	}
	return names
}

// receiverExported tells whether a function is no method, or one of an exported type.
func receiverExported(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	receiver := d.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if generic, ok := receiver.(*ast.IndexExpr); ok {
		receiver = generic.X
	}
	id, ok := receiver.(*ast.Ident)
	return !ok || id.IsExported()
}
