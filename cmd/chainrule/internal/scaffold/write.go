package scaffold

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// Written is what [Write] did.
type Written struct {
	Files []string
	// Directive is the line for go generate when it is in no file: gen.go was
	// there already, and has another.
	Directive string
}

// Write writes a spec, the schema that its first line names and, with the line
// for go generate, gen.go into its folder. It overwrites nothing: a spec that is
// there is an error; other files stay as they are.
func Write(file string, text []byte) (*Written, error) {
	dir, base := filepath.Dir(file), filepath.Base(file)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	w := &Written{}
	if err := w.create(file, text); errors.Is(err, fs.ErrExist) {
		return nil, exit.Errorf(exit.IO, "%s: is there already, want the name of a new file", file)
	} else if err != nil {
		return nil, err
	}
	directive := "//go:generate go tool chainrule generate " + base
	source := fmt.Sprintf("// Package %s has the network of %s.\npackage %[1]s\n\n%[3]s\n", packageName(dir), base, directive)
	genFile := filepath.Join(dir, "gen.go")
	err := w.create(genFile, []byte(source))
	if errors.Is(err, fs.ErrExist) {
		var there []byte
		if there, err = os.ReadFile(genFile); err == nil && !strings.Contains(string(there)+"\n", directive+"\n") {
			w.Directive = directive
		}
	}
	if err != nil {
		return w, err
	}
	if err := w.create(filepath.Join(dir, Schema), spec.Schema()); !errors.Is(err, fs.ErrExist) {
		return w, err
	}
	return w, nil
}

// create writes a new file.
func (w *Written) create(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	w.Files = append(w.Files, path)
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// packageName returns what a Go file in a folder has to be called: as those that
// are there or, without any, as the folder.
func packageName(dir string) string {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err == nil {
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			if f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly); err == nil {
				return f.Name.Name
			}
		}
	}
	name := ""
	if path, err := filepath.Abs(dir); err == nil {
		name = regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(filepath.Base(path)), "")
		name = strings.TrimLeft(name, "0123456789")
	}
	if name == "" || token.IsKeyword(name) {
		return "networks"
	}
	return name
}
