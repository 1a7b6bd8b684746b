package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/module"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/source"
	"github.com/chainrule-go/chainrule/gen"
)

// Compare makes the packages of the specs and lists what differs from the files
// that are there. Packages go to the folder out or, if it is "", beside their
// spec. The notes say where weights are that are not embedded. The error joins
// those of all specs and all files in the way.
func Compare(specs []*source.Spec, out string) (changes []Change, notes []string, err error) {
	var folders []*Folder // in order of the specs
	byDir := map[string]*Folder{}
	makers := map[string]string{} // package folder → spec
	var errs []error
	for _, s := range specs {
		dir := filepath.Clean(out)
		if out == "" {
			dir = s.Dir()
		}
		pkg := filepath.Join(dir, s.Model.Name)
		if other, ok := makers[pkg]; ok {
			errs = append(errs, fmt.Errorf("%s: name: is %s, as in %s, want another: both go to %s", s.File, s.Model.Name, other, pkg))
			continue
		}
		makers[pkg] = s.File
		folder, ok := byDir[dir]
		if !ok {
			importPath, err := module.ImportPath(dir)
			errs = append(errs, err) // once, not for every spec
			folder = &Folder{Dir: dir, ImportPath: importPath}
			byDir[dir], folders = folder, append(folders, folder)
		}
		note, err := folder.add(s)
		if errs = append(errs, err); note != "" {
			notes = append(notes, note)
		}
	}
	// Folders that lack files because of an error would only look wrong.
	if err := errors.Join(errs...); err != nil {
		return nil, nil, err
	}
	for _, folder := range folders {
		c, err := folder.Changes()
		changes, errs = append(changes, c...), append(errs, err)
	}
	return changes, notes, errors.Join(errs...)
}

// add makes the packages of one spec.
func (f *Folder) add(s *source.Spec) (note string, err error) {
	embed, note, err := weights(s, filepath.Join(f.Dir, s.Model.Name))
	if err != nil {
		return "", err
	}
	files, err := gen.Generate(s.Model, gen.Options{ImportPath: f.ImportPath, Source: s.Base(), Embed: embed})
	if err != nil {
		return "", err
	}
	f.Files = append(f.Files, files...)
	f.Whole = f.Whole || s.InFolder
	// Elsewhere, a spec of the same name in another folder may have made files.
	if f.Dir == s.Dir() {
		f.Sources = append(f.Sources, s.Base())
	}
	return note, nil
}

// weights tells whether there are weights to embed in the folder of a model package, and what to do about those that do
// not fit, or lie beside the spec.
func weights(s *source.Spec, pkg string) (embed bool, note string, err error) {
	file := filepath.Join(pkg, s.Model.Name+".safetensors")
	content, err := os.ReadFile(file)
	if err == nil {
		if err := gen.Fits(s.Model, file, content); err != nil {
			return false, fmt.Sprintf("%v\nnot embedded: train again, keep what fits (chainrule weights import %s %s --partial), or delete the file", err, s.File, file), nil
		}
		return true, "", nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return false, "", err
	}
	beside := filepath.Join(s.Dir(), filepath.Base(file))
	if _, err := os.Stat(beside); err == nil {
		return false, fmt.Sprintf("%s: not embedded: move it to %s, and generate again", beside, file), nil
	}
	return false, "", nil
}
