package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/scaffold"
)

// newInit returns the command that writes a first spec.
func newInit() *cobra.Command {
	var csvFile, label string
	cmd := &cobra.Command{
		Use:   "init [spec]",
		Short: "Write a first spec, from the columns of a CSV file",
		Long: `Init writes a commented spec that can be generated and trained as it is, and
beside it gen.go, with the line for go generate, and the JSON Schema for editors.
It overwrites nothing.

From a CSV file it takes the features and what is to be predicted: the column
named by --label or one that is called so (class, target, species…), else the
last. A column of words or of a few integers becomes classes, others are numbers.
The spec says which columns it leaves out, and why.`,
		Example: `  chainrule init
  chainrule init flower.yaml --csv flowers.csv
  chainrule init price.yaml --csv houses.csv --label price`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := "model.yaml"
			if len(args) > 0 {
				file = args[0]
			}
			text, err := scaffold.Spec(file, csvFile, label)
			if err != nil {
				return err
			}
			written, err := scaffold.Write(file, text)
			if err != nil {
				return err
			}
			out := "wrote " + strings.Join(written.Files, ", ") + "\n"
			if written.Directive != "" {
				out += "gen.go is there already: add to it " + written.Directive + "\n"
			}
			_, err = io.WriteString(cmd.OutOrStdout(), out+"next: go generate, and chainrule train "+file+"\n")
			return err
		},
	}
	cmd.Flags().StringVar(&csvFile, "csv", "", "file .csv or .csv.gz with the rows to learn from")
	cmd.Flags().StringVar(&label, "label", "", "column to predict (default: the likely one)")
	return cmd
}
