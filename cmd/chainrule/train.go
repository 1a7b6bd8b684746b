package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/report"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/rows"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/source"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trainer"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trial"
	"github.com/chainrule-go/chainrule/specs"
)

// newTrain returns the command that trains. What runs is a program of its own,
// package trial makes it; here is what both sides are told.
func newTrain() *cobra.Command {
	var asJSON bool
	var args trainer.Arguments
	var seed uint64
	cmd := &cobra.Command{
		Use:   "train [spec]",
		Short: "Generate, compile and train a network",
		Long: `Train generates the network, compiles it and trains it; it needs the Go
toolchain and no network. It prints the loss as it falls and the metrics: on the
test rows, which training has not seen, or on the training rows where there are
no others. Without a spec it learns to tell irises apart.

The weights go to <name>.safetensors beside the spec (for irises, to the current
folder), where chainrule generate finds them. Ctrl-C ends the training early.`,
		Example: `  chainrule train
  chainrule train model.yaml --epochs 500 --data more.csv.gz
  chainrule train model.yaml --json | tail -1`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			if cmd.Flags().Changed("seed") {
				args.Seed = &seed
			}
			if cmd.Flags().Changed("epochs") && args.Epochs < 1 {
				return exit.Errorf(exit.Usage, "--epochs: is %d, want at least 1", args.Epochs)
			}
			// A closed pipe, as of chainrule train | head, ends the training
			// like Ctrl-C: without being noticed, it would kill this process
			// and leave its files behind.
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
			defer stop()
			return train(ctx, cmd.OutOrStdout(), files, &args, asJSON)
		},
	}
	cmd.Flags().Uint64Var(&seed, "seed", 0, "seed of the random numbers (default: the spec's)")
	cmd.Flags().IntVar(&args.Epochs, "epochs", 0, "times through the data, at most (default: the spec's)")
	cmd.Flags().StringVar(&args.Data, "data", "", "file .csv or .csv.gz with the rows (default: the spec's)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per epoch and one with the metrics")
	return cmd
}

// train trains the network of a spec, or the embedded one.
func train(ctx context.Context, out io.Writer, files []string, args *trainer.Arguments, asJSON bool) error {
	s, data, err := open(files)
	if err != nil {
		return err
	}
	// Embedded data has no file: the program reads it from its standard input.
	if data == nil || args.Data != "" {
		if args.Data, err = rows.File(s, args.Data); err != nil {
			return err
		}
		args.Name = args.Data
	} else {
		args.Data, args.Name = trainer.Stdin, embeddedData
	}
	args.Weights = s.WeightsFile()

	// The lines of the program are the JSON that users get, or made into text.
	show := report.JSON(out)
	if !asJSON {
		epochs := cmp.Or(args.Epochs, s.Model.Train.Epochs)
		show = report.Text(out, os.Stderr, s.Model.Name, epochs)
	}
	if err := show.Begin(s.Model.Parameters()); err != nil {
		return err
	}
	program, err := trial.Build(ctx, s.Model, s.Base())
	if err != nil {
		return err
	}
	defer program.Close()
	err = program.Run(ctx, args, data, show.Line)
	if d := (*trial.DataError)(nil); errors.As(err, &d) {
		err = rows.Missing(s, d.Text)
	}
	// An interrupted program has saved its weights before it ended.
	weights := args.Weights
	if err != nil && !errors.Is(err, context.Canceled) {
		weights = ""
	}
	return errors.Join(err, show.End(weights))
}

// What is trained without a spec.
const (
	embeddedSpec = "iris.yaml"
	embeddedData = "iris.csv"
)

// open reads the spec that is named or, with its data, the embedded one.
func open(files []string) (*source.Spec, io.Reader, error) {
	if len(files) > 0 {
		s, err := source.Read(files[0])
		return s, nil, err
	}
	text, err := specs.Files.ReadFile(embeddedSpec)
	if err != nil {
		return nil, nil, err
	}
	data, err := specs.Files.ReadFile(embeddedData)
	if err != nil {
		return nil, nil, err
	}
	s, err := source.Parse(embeddedSpec, text)
	return s, bytes.NewReader(data), err
}
