// Package source finds and reads the specs that a command line names.
package source

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/spec"
)

// Spec is a spec that has been read.
type Spec struct {
	File  string // as the user would write it
	Text  []byte
	Model *spec.Model
	// InFolder says that it was found in a folder, together with all its specs.
	InFolder bool
}

// Dir returns the folder of the spec.
func (s *Spec) Dir() string { return filepath.Dir(s.File) }

// Base returns the file's name without its folder.
func (s *Spec) Base() string { return filepath.Base(s.File) }

// WeightsFile returns the path of the file for the weights of the network: in the
// folder of its model package, where it can be embedded, or beside the spec where
// that package does not lie there.
func (s *Spec) WeightsFile() string {
	file, pkg := s.Model.Name+".safetensors", filepath.Join(s.Dir(), s.Model.Name)
	if _, err := os.Stat(filepath.Join(pkg, "model.go")); err == nil {
		return filepath.Join(pkg, file)
	}
	return filepath.Join(s.Dir(), file)
}

// CheckpointFile returns the path of the files for the state of a training.
func (s *Spec) CheckpointFile() string {
	return filepath.Join(s.Dir(), s.Model.Name+".checkpoint")
}

// ReadAll reads the specs that the arguments name, as [Find] does. The error
// joins those of all specs.
func ReadAll(args []string) ([]*Spec, error) {
	found, err := Find(args)
	errs := []error{err}
	var specs []*Spec
	for _, f := range found {
		s, err := Read(f.File)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		s.InFolder = f.InFolder
		specs = append(specs, s)
	}
	return specs, errors.Join(errs...)
}

// Read reads and parses one spec.
func Read(file string) (*Spec, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Parse(file, text)
}

// Parse makes a spec of a file's text.
func Parse(file string, text []byte) (*Spec, error) {
	model, err := spec.Parse(filepath.ToSlash(file), text)
	if err != nil {
		return nil, err
	}
	return &Spec{File: file, Text: text, Model: model}, nil
}

// Comment returns what the spec says about its data: the comment lines right
// above the data key or, if there are none, those at the top of the file.
func (s *Spec) Comment() string {
	lines := strings.Split(string(s.Text), "\n")
	data := slices.IndexFunc(lines, func(line string) bool {
		return strings.HasPrefix(strings.TrimSpace(line), "data:")
	})
	begin := data
	for begin > 0 && isComment(lines[begin-1]) {
		begin--
	}
	if begin == data {
		begin, data = 0, 0
		for data < len(lines) && isComment(lines[data]) {
			data++
		}
	}
	var text []string
	for _, line := range lines[begin:data] {
		text = append(text, strings.TrimPrefix(strings.TrimLeft(strings.TrimSpace(line), "#"), " "))
	}
	return strings.Join(text, "\n")
}

func isComment(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "#") }

// Found is the path of a spec on the command line.
type Found struct {
	File     string
	InFolder bool // found in a folder, together with all its specs
}

// Find returns the specs that the arguments name: files, folders with all their
// .yaml and .yml, or folder/... for what looks like a spec in a folder and below.
// They come in order of path, each once. The error joins those of all arguments.
func Find(args []string) ([]Found, error) {
	inFolder := map[string]bool{}
	var errs []error
	for _, arg := range args {
		files, isFolder, err := find(filepath.Clean(arg))
		errs = append(errs, err)
		for _, file := range files {
			inFolder[file] = inFolder[file] || isFolder
		}
	}
	var found []Found
	for _, file := range slices.Sorted(maps.Keys(inFolder)) {
		found = append(found, Found{file, inFolder[file]})
	}
	return found, errors.Join(errs...)
}

// find returns the specs that one argument names.
func find(arg string) (files []string, isFolder bool, err error) {
	if dir, ok := strings.CutSuffix(filepath.ToSlash(arg), "..."); ok && (dir == "" || strings.HasSuffix(dir, "/")) {
		files, err = below(filepath.Clean(filepath.FromSlash(dir)))
	} else if info, statErr := os.Stat(arg); statErr != nil {
		return nil, false, statErr
	} else if info.IsDir() {
		files, err = in(arg)
	} else {
		return []string{arg}, false, nil
	}
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: has no specs, want files *.yaml", arg)
	}
	return files, true, err
}

// in returns the specs directly in a folder: all of its YAML files.
func in(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	var files []string
	for _, entry := range entries {
		if !entry.IsDir() && isYAML(entry.Name()) {
			files = append(files, filepath.Join(dir, entry.Name()))
		}
	}
	return files, err
}

// below returns what looks like a spec in the folder and below, in the folders
// that the Go command would visit for the same pattern.
func below(root string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if path != root && skipped(path, entry.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !isYAML(entry.Name()) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil && looksLikeSpec(text) {
			files = append(files, path)
		}
		return err
	})
	return files, err
}

// skipped says whether ./... does not go into a folder.
func skipped(path, name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor" {
		return true
	}
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	return err == nil // another module
}

func isYAML(name string) bool {
	ext := filepath.Ext(name)
	return !strings.HasPrefix(name, ".") && (ext == ".yaml" || ext == ".yml")
}

var (
	layersKey = regexp.MustCompile(`(?m)^layers[ \t]*:`)
	otherKey  = regexp.MustCompile(`(?m)^(input|output|loss|train)[ \t]*:`)
)

// looksLikeSpec tells specs, also those with errors, from other YAML files.
func looksLikeSpec(text []byte) bool {
	return layersKey.Match(text) && otherKey.Match(text)
}
