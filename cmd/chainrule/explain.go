package main

import (
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/explain"
	"github.com/chainrule-go/chainrule/gen"
)

// newExplain returns the command that prints the derivation of a network.
func newExplain() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "explain [spec]",
		Short: "Print the derivation of a network",
		Long: `Explain prints what a network computes and how, before anything is generated: for
every layer its shape, the places of its parameters, multiply-adds and bytes, the
formulas of the forward pass and of the derivatives as they stand in the generated
code, and the schedule with its reason. Without a spec it explains the network
that tells irises apart.`,
		Example: `  chainrule explain
  chainrule explain model.yaml --format markdown > MODEL.md
  chainrule explain model.yaml --format json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			print, ok := formats[format]
			if !ok {
				return exit.Errorf(exit.Usage, "--format: is %q, want text, markdown or json", format)
			}
			s, _, err := open(files)
			if err != nil {
				return err
			}
			e, err := gen.Explain(s.Model)
			if err != nil {
				return err
			}
			return print(cmd.OutOrStdout(), e)
		},
	}
	cmd.Flags().StringVar(&format, "format", format, "text, markdown or json")
	return cmd
}

// formats are the ways of printing a derivation.
var formats = map[string]func(io.Writer, *gen.Explanation) error{
	"text":     explain.Text,
	"markdown": explain.Markdown,
	"json": func(w io.Writer, e *gen.Explanation) error {
		lines := json.NewEncoder(w)
		lines.SetIndent("", "  ")
		lines.SetEscapeHTML(false)
		return lines.Encode(e)
	},
}
