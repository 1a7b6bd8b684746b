// Package exit holds the exit codes of chainrule, and of the programs that it compiles, and says which of them an error
// has.
package exit

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/chainrule-go/chainrule/runtime"
)

// Source has the files of this package, for the modules of compiled programs.
//
//go:embed exit.go
var Source embed.FS

// Code is an exit code.
type Code int

// The exit codes.
const (
	OK          Code = 0
	Difference  Code = 1
	Usage       Code = 2
	Data        Code = 3
	IO          Code = 4
	Diverged    Code = 5
	Internal    Code = 6
	Interrupted Code = 128 + Code(syscall.SIGINT)
)

// Table says what the codes mean, in order.
var Table = []struct {
	Code Code
	Text string
}{
	{OK, "done"},
	{Difference, "a difference was found: generated files are not fresh"},
	{Usage, "the command line is wrong"},
	{Data, "the spec, the data or the weights are wrong, or the data is not there"},
	{IO, "a file cannot be read or written"},
	{Diverged, "the training has diverged"},
	{Internal, "the Go toolchain is missing or failed, or a bug of ours"},
	{Interrupted, "interrupted"},
}

// Error is an error whose exit code does not follow from its type.
type Error struct {
	Code Code
	Err  error
}

// Error returns the text of the error.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the error itself.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error with an exit code.
func Errorf(code Code, format string, args ...any) error {
	return &Error{code, fmt.Errorf(format, args...)}
}

// Of returns the exit code of an error. Where several are joined, an interrupt counts most, then what is not a mistake in
// the files that were given.
func Of(err error) Code {
	coded := (*Error)(nil)
	switch {
	case err == nil:
		return OK
	case errors.Is(err, context.Canceled):
		return Interrupted
	case errors.As(err, &coded):
		return coded.Code
	case errors.As(err, new(*runtime.NonFiniteError)):
		return Diverged
	case errors.As(err, new(*runtime.SaveError)), errors.As(err, new(*fs.PathError)), errors.As(err, new(*os.LinkError)), errors.As(err, new(*os.SyscallError)):
		return IO
	}
	return Data
}
