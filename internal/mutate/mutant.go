package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// mutant is one change of one file.
type mutant struct {
	file     string
	from, to int    // the bytes that are replaced
	with     string // what they are replaced by
	at       token.Position
	what     string
	line     string
	tests    []string
}

// String names the place and the change.
func (m mutant) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", m.file, m.at.Line, m.at.Column, m.what)
}

// apply returns the source with the change.
func (m mutant) apply(src []byte) []byte {
	return []byte(string(src[:m.from]) + m.with + string(src[m.to:]))
}

// mutants lists the changes of all rules: those whose place begins with only, a folder, a file or a line of one.
func mutants(root, only string) ([]mutant, error) {
	var all []mutant
	for _, r := range rules {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(r.dir), "*.go"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			src, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			if strings.HasPrefix(string(src), "// Code generated ") {
				continue
			}
			found, err := mutantsOf(file, src)
			if err != nil {
				return nil, err
			}
			for i := range found {
				found[i].tests = r.tests
				if place := filepath.ToSlash(found[i].String()); strings.HasPrefix(strings.TrimPrefix(place, root+"/"), only) {
					all = append(all, found[i])
				}
			}
		}
	}
	return all, nil
}

// shuffle puts mutants into an order that the seed decides.
func shuffle(all []mutant, seed uint64) {
	r := rand.New(rand.NewPCG(seed, seed))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
}

// silent are functions whose result no rule depends on: text for people.
var silent = map[string]bool{"String": true, "Error": true, "GoString": true, "describe": true, "reason": true, "equation": true, "summary": true}

// mutantsOf lists the changes of a file.
func mutantsOf(file string, src []byte) ([]mutant, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	s := &search{fset: fset, file: file, src: src}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil && !silent[fn.Name.Name] {
			ast.Inspect(fn.Body, s.visit)
		}
	}
	return s.found, nil
}

// search collects the changes of a file.
type search struct {
	fset  *token.FileSet
	file  string
	src   []byte
	found []mutant
}

// add notes a change.
func (s *search) add(from, to token.Pos, with, what string) {
	at := s.fset.Position(from)
	line := strings.Split(string(s.src), "\n")[at.Line-1]
	s.found = append(s.found, mutant{
		file: s.file, from: at.Offset, to: s.fset.Position(to).Offset, with: with, at: at, what: what, line: line,
	})
}

// swapped are operators that are easily mistaken for each other.
var swapped = map[token.Token]token.Token{
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.QUO,
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR, token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.LAND: token.LOR, token.LOR: token.LAND, token.ADD_ASSIGN: token.ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN, token.MUL_ASSIGN: token.ASSIGN,
}

// visit notes the changes of a node. What panics is a check of the generator itself, and is left alone.
func (s *search) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		return s.call(n)
	case *ast.BinaryExpr:
		s.operator(n.OpPos, n.Op)
	case *ast.AssignStmt:
		s.operator(n.TokPos, n.Tok)
	case *ast.IncDecStmt:
		s.add(n.Pos(), n.End(), "", "statement is missing")
	case *ast.ExprStmt:
		if _, ok := n.X.(*ast.CallExpr); ok {
			s.add(n.Pos(), n.End(), "", "call is missing")
		}
	case *ast.RangeStmt: // of a slice; what compiles of other loops is no change
		xs := s.text(n.X)
		s.add(n.X.Pos(), n.X.End(), xs+"[:max(0, len("+xs+")-1)]", "tail is dropped")
	case *ast.IfStmt:
		s.add(n.Cond.Pos(), n.Cond.End(), "!("+s.text(n.Cond)+")", "condition is negated")
	case *ast.BasicLit:
		s.literal(n)
	case *ast.Ident:
		if other, ok := map[string]string{"true": "false", "false": "true"}[n.Name]; ok {
			s.add(n.Pos(), n.End(), other, n.Name+" is "+other)
		}
	case *ast.SliceExpr:
		if n.Low != nil {
			s.add(n.Low.End(), n.Low.End(), "+1", "slice begins one later")
		}
	}
	return true
}

// call notes the changes of a call, and tells whether to look at its arguments, too. What fails is for people.
func (s *search) call(n *ast.CallExpr) bool {
	switch f := n.Fun.(type) {
	case *ast.Ident:
		if f.Name == "append" && len(n.Args) > 1 {
			s.add(n.Pos(), n.End(), s.text(n.Args[0]), "append is missing")
		}
		return f.Name != "panic"
	case *ast.SelectorExpr:
		if f.Sel.Name == "Sync" || f.Sel.Name == "syncFolder" {
			s.add(n.Pos(), n.End(), "error(nil)", "sync is missing")
		}
		return f.Sel.Name != "Errorf" && f.Sel.Name != "failf"
	}
	return true
}

// text returns the source of a node.
func (s *search) text(n ast.Node) string {
	return string(s.src[s.fset.Position(n.Pos()).Offset:s.fset.Position(n.End()).Offset])
}

// operator notes that an operator is another one.
func (s *search) operator(pos token.Pos, op token.Token) {
	if other, ok := swapped[op]; ok {
		s.add(pos, pos+token.Pos(len(op.String())), other.String(), fmt.Sprintf("%v is %v", op, other))
	}
}

// literal notes that a number is one larger, or that the subscripts of a sum are transposed.
func (s *search) literal(n *ast.BasicLit) {
	switch n.Kind {
	case token.INT:
		if v, err := strconv.Atoi(n.Value); err == nil {
			s.add(n.Pos(), n.End(), strconv.Itoa(v+1), fmt.Sprintf("%d is %d", v, v+1))
		}
	case token.STRING:
		left, out, ok := strings.Cut(strings.Trim(n.Value, "\"`"), "->")
		if ok && len(out) == 2 {
			s.add(n.Pos(), n.End(), strconv.Quote(left+"->"+out[1:]+out[:1]), "result is transposed")
		}
	}
}
