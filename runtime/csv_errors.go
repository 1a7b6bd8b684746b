package runtime

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNoColumn is what a [CSVError] about a missing column matches with [errors.Is].
var ErrNoColumn = errors.New("no such column")

// maxErrors is how many errors of a file are kept.
const maxErrors = 10

// CSVError is something wrong in a CSV file.
type CSVError struct {
	File      string
	Line, Col int    // from 1, Col in bytes
	Column    string // its name, if one is meant
	Problem   string // what is, what was wanted
	missing   bool
}

// Error returns file:line:col: column: what is, what was wanted.
func (e *CSVError) Error() string {
	column := ""
	if e.Column != "" {
		column = e.Column + ": "
	}
	return fmt.Sprintf("%s:%d:%d: %s%s", e.File, e.Line, e.Col, column, e.Problem)
}

// Is reports whether the error is that of a missing column.
func (e *CSVError) Is(target error) bool { return e.missing && target == ErrNoColumn }

// CSVErrors are the errors of a CSV file in the order of the file.
type CSVErrors struct {
	File   string
	Errors []*CSVError // the first ten
	More   int         // how many were left out
}

// Error returns a line per error.
func (e *CSVErrors) Error() string {
	var lines []string
	for _, err := range e.Errors {
		lines = append(lines, err.Error())
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("%s: and %d more errors", e.File, e.More))
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors.
func (e *CSVErrors) Unwrap() []error {
	all := make([]error, len(e.Errors))
	for i, err := range e.Errors {
		all[i] = err
	}
	return all
}

// add appends an error, whose File it sets.
func (e *CSVErrors) add(err *CSVError) {
	if len(e.Errors) == maxErrors {
		e.More++
		return
	}
	err.File = e.File
	e.Errors = append(e.Errors, err)
}

// list quotes names for an error text, the first of them when there are many.
func list(names []string) string {
	const most = 10
	var quoted []string
	for _, n := range names[:min(len(names), most)] {
		quoted = append(quoted, quote(n))
	}
	if len(names) > most {
		quoted = append(quoted, fmt.Sprintf("… (%d in all)", len(names)))
	}
	return strings.Join(quoted, ", ")
}

// quote quotes a value of the file, shortened.
func quote(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
