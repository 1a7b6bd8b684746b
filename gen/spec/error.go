package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Pos is a place in a spec. Lines and columns count from 1, columns in runes.
type Pos struct {
	File      string
	Line, Col int
}

// String returns file:line:col, the form that editors and terminals make a link of.
func (p Pos) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col) }

// Error is one mistake in a spec.
type Error struct {
	Pos  Pos
	Path string // layers[0].dense.units; empty for the whole spec
	Msg  string // what is, what was wanted
}

// Error returns file:line:col: path: message.
func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("%s: %s", e.Pos, e.Msg)
	}
	return fmt.Sprintf("%s: %s: %s", e.Pos, e.Path, e.Msg)
}

// ErrorList holds all mistakes of a spec, sorted by position.
type ErrorList []*Error

// Error returns the first ten errors, one per line, and says how many are left.
func (l ErrorList) Error() string {
	var b strings.Builder
	for i, e := range l[:min(len(l), maxErrorsPrinted)] {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(e.Error())
	}
	if rest := len(l) - maxErrorsPrinted; rest > 0 {
		fmt.Fprintf(&b, "\nand %d more", rest)
	}
	return b.String()
}

// err returns the list sorted by position, or nil when it is empty.
func (l ErrorList) err() error {
	if len(l) == 0 {
		return nil
	}
	slices.SortStableFunc(l, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
	return l
}

// add appends an error.
func (l *ErrorList) add(pos Pos, path, format string, args ...any) {
	*l = append(*l, &Error{Pos: pos, Path: path, Msg: fmt.Sprintf(format, args...)})
}
