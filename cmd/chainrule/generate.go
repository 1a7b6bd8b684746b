package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/output"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/source"
	"github.com/chainrule-go/chainrule/gen"
)

// newGenerate returns the command that writes packages: it reads all specs,
// compares, and only then, if nothing is wrong anywhere, writes.
func newGenerate() *cobra.Command {
	var out, stage string
	var check bool
	cmd := &cobra.Command{
		Use:   "generate [spec | folder | folder/...]...",
		Short: "Write the packages of networks",
		Long: `Generate writes two packages per spec: the network, which imports the standard
library only, and its training. A folder stands for all of its *.yaml, folder/...
also for the specs below it; without arguments it is the current folder.

It writes only what changed, removes generated files that nothing makes any
more, and touches no file that it did not write. Where <name>.safetensors lies in
the folder of the model package, and fits the spec, the package embeds it.`,
		Example: `  chainrule generate model.yaml
  chainrule generate --out generated specs
  chainrule generate --check ./...
  //go:generate go tool chainrule generate model.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			specs, err := source.ReadAll(args)
			if err != nil {
				return err
			}
			if stage != "" {
				return printStage(cmd.OutOrStdout(), specs, stage)
			}
			changes, notes, err := output.Compare(specs, out)
			if err != nil {
				return err
			}
			for _, note := range notes {
				cmd.PrintErrln(note)
			}
			if check {
				return reportStale(cmd.OutOrStdout(), changes)
			}
			return output.Apply(changes)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "folder for the packages (default: the spec's)")
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; fail with a diff when files are missing, stale, edited or orphaned")
	cmd.Flags().StringVar(&stage, "print", "", "write nothing; print a stage of the compiler: graph, schedule or kernel")
	cmd.MarkFlagsMutuallyExclusive("check", "print")
	_ = cmd.MarkFlagDirname("out")
	return cmd
}

// printStage prints how the compiler sees the networks at one of its stages.
func printStage(w io.Writer, specs []*source.Spec, stage string) error {
	for _, s := range specs {
		text, err := gen.Print(s.Model, stage)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

// reportStale prints changes as diffs and fails if there are any.
func reportStale(w io.Writer, changes []output.Change) error {
	if len(changes) == 0 {
		return nil
	}
	text := "generated files are not fresh, want chainrule generate run again:"
	for _, c := range changes {
		if _, err := w.Write(c.Diff()); err != nil {
			return err
		}
		text += fmt.Sprintf("\n    %s: %s", c.Name(), c.Kind)
	}
	return exit.Errorf(exit.Difference, "%s", text)
}
