// Command chainrule writes neural networks out as Go source and trains them.
//
//	chainrule generate model.yaml   # packages with the network and its derivatives
//	chainrule train model.yaml      # generate, compile and train
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trial"

	// What generated packages and their tests import. Vendoring keeps only what
	// something imports, and this command is what a downstream module has.
	_ "github.com/chainrule-go/chainrule/runtime"
	_ "github.com/chainrule-go/chainrule/runtime/reference"
)

func main() { os.Exit(int(run(newCommand()))) }

// run is main with an exit code. Temporary folders are gone when it returns.
func run(root *cobra.Command) (code exit.Code) {
	defer func() {
		if bug := recover(); bug != nil {
			printBug(fmt.Sprintf("%v\n\n%s", bug, debug.Stack()))
			code = exit.Internal
		}
	}()
	begun := false
	noteBegin(root, &begun)
	cmd, err := root.ExecuteC()
	code = exit.Of(err)
	crash := &trial.CrashError{}
	switch {
	case errors.As(err, &crash):
		printBug(crash.Text)
		return exit.Internal
	case code == exit.OK, code == exit.Interrupted:
		return code
	}
	text := strings.TrimSuffix(err.Error(), "\n")
	if !begun {
		// What goes wrong before a command begins is the command line.
		code = exit.Usage
	}
	if code == exit.Usage {
		text += fmt.Sprintf("\nsee %s --help", cmd.CommandPath())
	}
	fmt.Fprintln(os.Stderr, "chainrule:", text)
	return code
}

// noteBegin sets begun when a command of the tree has been understood and begins its work.
func noteBegin(cmd *cobra.Command, begun *bool) {
	if work := cmd.RunE; work != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			*begun = true
			return work(cmd, args)
		}
	}
	for _, c := range cmd.Commands() {
		noteBegin(c, begun)
	}
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
	root.AddCommand(
		newInit(),
		newGenerate(),
		newTrain(),
		newPredict(),
		newEvaluate(),
		newExplain(),
		newBench(),
		newReport(),
		newSchema(),
		newWeights(),
		newVersion(),
	)
	root.InitDefaultHelpCmd()
	help, _, err := root.Find([]string{"help"})
	if err != nil {
		panic(err)
	}
	help.Run, help.RunE = nil, showHelp // cobra's takes help on what there is not for a success
	help.Example = "  chainrule help train"
	return root
}

// showHelp shows the help of a command.
func showHelp(cmd *cobra.Command, args []string) error {
	about, _, err := cmd.Root().Find(args)
	if err != nil {
		return &exit.Error{Code: exit.Usage, Err: err}
	}
	return about.Help()
}
