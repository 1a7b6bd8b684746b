package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/predictor"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/source"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trial"
)

// newPredict returns the command that predicts.
func newPredict() *cobra.Command {
	var args predictor.Arguments
	cmd := &cobra.Command{
		Use:   "predict spec [data]",
		Short: "Predict for the rows of a file",
		Long: `Predict prints a prediction for every row of a file: the class and the
probabilities of all classes, or the targets. The rows are CSV with a header (.csv,
.csv.gz), whose columns are found by name, or JSON lines: an object per line with
the columns as keys, or an array where the inputs have no names. Without a file, or
for -, they come from standard input.

The numbers are those of a service that uses the network: it is generated and
compiled, as for training, and reads the weights that training has left.`,
		Example: `  chainrule predict model.yaml new.csv
  chainrule predict model.yaml new.csv --format jsonl
  cat rows.jsonl | chainrule predict model.yaml`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, files []string) error {
			if f := args.Format; f != "" && f != predictor.CSV && f != predictor.JSON {
				return exit.Errorf(exit.Usage, "--format: is %q, want %s or %s", f, predictor.CSV, predictor.JSON)
			}
			return predict(cmd, files, args, func(line []byte) error {
				_, err := cmd.OutOrStdout().Write(line)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&args.Weights, "weights", "", "file with the weights (default: <name>.safetensors in the package, or beside the spec)")
	cmd.Flags().StringVar(&args.Format, "format", "", "of the predictions: csv or jsonl (default: that of the rows)")
	return cmd
}

// predict runs the program that predicts, and hands what it prints to line.
func predict(cmd *cobra.Command, files []string, args predictor.Arguments, line func([]byte) error) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	defer stop()
	s, err := source.Read(files[0])
	if err != nil {
		return err
	}
	if args.Weights == "" {
		args.Weights = s.WeightsFile()
	}
	if _, err := os.Stat(args.Weights); errors.Is(err, fs.ErrNotExist) {
		return exit.Errorf(exit.Data, "%s: does not exist, want the weights of %s there: chainrule train %[2]s", args.Weights, s.File)
	}
	args.Data = predictor.Stdin
	if len(files) > 1 {
		args.Data = files[1]
	}
	if args.Data != predictor.Stdin {
		if _, err := os.Stat(args.Data); err != nil {
			return err // before the network is compiled
		}
	}
	return runPredictor(ctx, s, &args, cmd.InOrStdin(), line)
}

// runPredictor compiles the program and runs it.
func runPredictor(ctx context.Context, s *source.Spec, args *predictor.Arguments, in io.Reader, line func([]byte) error) error {
	program, err := trial.BuildPredictor(ctx, s.Model, s.Base())
	if err != nil {
		return err
	}
	defer program.Close()
	err = program.Run(ctx, args, in, line)
	if errors.Is(err, syscall.EPIPE) || ctx.Err() != nil {
		return context.Canceled // by Ctrl-C, or by chainrule predict | head
	}
	return err
}
