package main

import (
	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/predictor"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/report"
)

// newEvaluate returns the command that measures predictions.
func newEvaluate() *cobra.Command {
	args := predictor.Arguments{Evaluate: true}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "evaluate spec [data]",
		Short: "Measure the predictions for the rows of a file",
		Long: `Evaluate predicts as chainrule predict does, for rows whose class or targets are
known, and prints how good the predictions are: accuracy, precision and recall per
class and the confusion matrix, or the errors of targets and R². It takes all rows:
measure with a file that training has not seen.`,
		Example: `  chainrule evaluate model.yaml test.csv
  chainrule evaluate model.yaml test.csv --json`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, files []string) error {
			return predict(cmd, files, args, func(line []byte) error {
				if !asJSON {
					text, err := report.Measures(line)
					if err != nil {
						return err
					}
					line = []byte(text)
				}
				_, err := cmd.OutOrStdout().Write(line)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&args.Weights, "weights", "", "file with the weights (default: <name>.safetensors in the package, or beside the spec)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object with the measures")
	return cmd
}
