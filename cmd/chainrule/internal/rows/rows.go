// Package rows finds the file with the rows that a network learns from, and
// says what is wanted when it is not there.
package rows

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/source"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// Missing makes an error of what is missing and what is wanted.
func Missing(s *source.Spec, what string) error {
	return exit.Errorf(exit.Data, "%s\n%s", what, wanted(s))
}

// File returns the path of the file: given, or the spec's, which is relative to
// the spec. It is "" when the spec has the rows itself.
func File(s *source.Spec, given string) (string, error) {
	data := &s.Model.Train.Data
	file := given
	switch {
	case given != "":
	case data.CSV != "":
		file = filepath.FromSlash(data.CSV)
		if !filepath.IsAbs(file) {
			file = filepath.Join(s.Dir(), file)
		}
	case data.Rows != nil:
		return "", nil
	default:
		return "", Missing(s, s.File+": train.data: is not given, want --data FILE")
	}
	_, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", Missing(s, fmt.Sprintf("%s: does not exist, want the data of %s there, or --data FILE", file, s.File))
	}
	return file, err
}

// wanted describes the file: its form, and where to get it as far as the spec
// says so.
func wanted(s *source.Spec) string {
	text := "It is a file .csv or .csv.gz with a header line and these columns, in any order:\n    " + columns(s.Model) + "\n"
	if c := s.Model.Output.Classes; len(c) > 0 && s.Model.Train.Data.Label != "" {
		text += fmt.Sprintf("where %s is one of: %s\n", s.Model.Train.Data.Label, strings.Join(c, ", "))
	}
	if comment := s.Comment(); comment != "" {
		text += s.File + " says:\n    " + strings.ReplaceAll(comment, "\n", "\n    ") + "\n"
	}
	return text
}

// columns lists the columns of the file.
func columns(m *spec.Model) string {
	var names []string
	if m.Input.Features != nil {
		names = append(names, m.Input.Names()...)
	} else {
		names = append(names, fmt.Sprintf("(%d columns of inputs, of any name, in their order)", m.Input.Size))
	}
	if m.Output.Classes != nil {
		names = append(names, cmp.Or(m.Train.Data.Label, spec.DefaultLabel))
	} else {
		names = append(names, m.Output.TargetNames()...)
	}
	return strings.Join(names, ",")
}
