package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"math"
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
	"github.com/chainrule-go/chainrule/runtime"
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

The weights go to <name>.safetensors in the folder of the model package, where
chainrule generate embeds them, or beside the spec (for irises, to the current
folder) where there is no such package. Ctrl-C ends the training after the
current batch and keeps the best weights so far. Its state stays beside the spec, in
<name>.checkpoint.1 and .2, which are written every 10 seconds as well: --resume
goes on from there, to the same bits as without the interruption.

With --from the training begins with weights that are there, of an earlier training
or of weights import: rows are normalised as for them. To resume such a training,
add --resume to its flags: its weights are those of the state.

With --folds nothing is saved: the network is trained as many times, each time on
all rows but those of one fold, which it is measured on. With --find-rate it is
trained for 100 steps while the learning rate grows.`,
		Example: `  chainrule train
  chainrule train model.yaml --epochs 500 --data more.csv.gz
  chainrule train model.yaml --resume
  chainrule train model.yaml --from model/model.safetensors --learning-rate 0.0001
  chainrule train model.yaml --folds 5
  chainrule train model.yaml --json | tail -1`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			if cmd.Flags().Changed("seed") {
				args.Seed = &seed
			}
			if err := checkFlags(cmd.Flags().Changed, &args); err != nil {
				return err
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
	cmd.Flags().IntVar(&args.Batch, "batch", 0, "rows per step (default: the spec's)")
	cmd.Flags().IntVar(&args.Workers, "workers", 0, "goroutines that share a batch, in shards of 32 rows (default: the spec's)")
	cmd.Flags().Float64Var(&args.LearningRate, "learning-rate", 0, "rate before the schedule (default: the spec's)")
	cmd.Flags().BoolVar(&args.Resume, "resume", false, "go on where an interrupted training left off")
	cmd.Flags().IntVar(&args.Folds, "folds", 0, "cross-validate with so many folds in place of training")
	cmd.Flags().BoolVar(&args.FindRate, "find-rate", false, "look for a learning rate in place of training")
	cmd.MarkFlagsMutuallyExclusive("resume", "folds", "find-rate")
	cmd.Flags().StringVar(&args.Data, "data", "", "file .csv or .csv.gz with the rows (default: the spec's)")
	cmd.Flags().StringVar(&args.From, "from", "", "file with weights to begin with (default: the initial values of the spec)")
	cmd.Flags().StringVar(&args.Weights, "weights", "", "file for the weights (default: <name>.safetensors in the package, or beside the spec)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per epoch and one with the metrics")
	return cmd
}

// checkFlags reports a flag that is given and makes no sense.
func checkFlags(given func(name string) bool, args *trainer.Arguments) error {
	for _, f := range []struct {
		name         string
		value, least int
	}{{"epochs", args.Epochs, 1}, {"batch", args.Batch, 1}, {"workers", args.Workers, 1}, {"folds", args.Folds, 2}} {
		if given(f.name) && f.value < f.least {
			return exit.Errorf(exit.Usage, "--%s: is %d, want at least %d", f.name, f.value, f.least)
		}
	}
	if rate := args.LearningRate; given("learning-rate") && !(rate > 0 && rate <= math.MaxFloat32) {
		return exit.Errorf(exit.Usage, "--learning-rate: is %v, want a number above 0", rate)
	}
	return nil
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
	if args.From != "" {
		if _, err := os.Stat(args.From); err != nil {
			return err // before the network is compiled
		}
	}
	args.Weights, args.Checkpoint = cmp.Or(args.Weights, s.WeightsFile()), s.CheckpointFile()
	trains := args.Folds == 0 && !args.FindRate

	// The lines of the program are the JSON that users get, or made into text.
	show := report.JSON(out)
	if !asJSON {
		show = report.Text(out, os.Stderr, s.Model.Name, cmp.Or(args.Folds, args.Epochs, s.Model.Train.Epochs))
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
	interrupted := errors.Is(err, context.Canceled)
	var saved report.Saved
	if trains && (err == nil || interrupted) {
		saved.Weights = args.Weights
	}
	if trains && interrupted {
		saved.Checkpoint = runtime.Checkpoint{File: args.Checkpoint}.Latest()
	}
	return errors.Join(err, show.End(saved))
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
