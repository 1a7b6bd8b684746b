// Command chainrule writes neural networks out as Go source and trains them.
//
//	chainrule generate model.yaml   # packages with the network and its derivatives
//	chainrule train model.yaml      # generate, compile and train
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/rows"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trial"

	// What generated packages and their tests import. Vendoring keeps only what
	// something imports, and this command is what a downstream module has.
	_ "github.com/chainrule-go/chainrule/runtime"
	_ "github.com/chainrule-go/chainrule/runtime/reference"
)

// Exit codes.
const (
	exitError       = 1
	exitBug         = 2
	exitNoData      = 3
	exitInterrupted = 128 + int(syscall.SIGINT)
)

func main() { os.Exit(run()) }

// run is main with an exit code. Temporary folders are gone when it returns.
func run() (code int) {
	defer func() {
		if bug := recover(); bug != nil {
			printBug(fmt.Sprintf("%v\n\n%s", bug, debug.Stack()))
			code = exitBug
		}
	}()
	err := newCommand().Execute()
	crash := &trial.CrashError{}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &crash):
		printBug(crash.Text)
		return exitBug
	}
	fmt.Fprintln(os.Stderr, "chainrule:", strings.TrimSuffix(err.Error(), "\n"))
	if errors.As(err, new(*rows.MissingError)) {
		return exitNoData
	}
	return exitError
}

// printBug prints what chainrule, not its user, did wrong.
func printBug(text string) {
	fmt.Fprintf(os.Stderr, "chainrule: this is a bug, please report it with the spec:\n%s\n", text)
}

// newCommand returns the command with its subcommands.
func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "chainrule",
		Short:         "Writes neural networks out as Go source and trains them",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(newGenerate(), newTrain())
	return root
}
