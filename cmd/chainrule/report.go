package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/page"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/predictor"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/rows"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/source"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trainer"
)

// reportFiles are the files that a report is made of, as the flags name them.
type reportFiles struct{ log, bench, data, out string }

// newReport returns the command that makes a page of a training.
func newReport() *cobra.Command {
	var f reportFiles
	cmd := &cobra.Command{
		Use:   "report spec",
		Short: "Make a page of a training: curves, measures, layers",
		Long: `Report writes one HTML file that needs no other and no network: the curves of the
training, the confusion matrix and the table of classes, or predictions against
targets, and the layers with their formulas and their generated functions.

It trains the network, or takes the lines that chainrule train --json has printed.
Predictions against targets need the weights that the training has left.`,
		Example: `  chainrule report model.yaml
  cat log.jsonl | chainrule report model.yaml --log -
  chainrule report model.yaml --bench bench.json --out page.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
			defer stop()
			s, err := source.Read(files[0])
			if err != nil {
				return err
			}
			in := &page.Input{Spec: s}
			if err := f.read(ctx, cmd.InOrStdin(), in); err != nil {
				return err
			}
			html, err := page.HTML(in)
			if err != nil {
				return err
			}
			out := cmp.Or(f.out, filepath.Join(s.Dir(), s.Model.Name+".html"))
			if err := os.WriteFile(out, html, 0o666); err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "report is in", out)
			return err
		},
	}
	cmd.Flags().StringVar(&f.log, "log", "", "file with the lines of chainrule train --json, - for standard input (default: trains)")
	cmd.Flags().StringVar(&f.bench, "bench", "", "file with the result of chainrule bench --json")
	cmd.Flags().StringVar(&f.data, "data", "", "file .csv or .csv.gz with the rows (default: the spec's)")
	cmd.Flags().StringVar(&f.out, "out", "", "file to write (default: <name>.html beside the spec)")
	return cmd
}

// read reads what the report is made of, and trains if there is no log.
func (f *reportFiles) read(ctx context.Context, stdin io.Reader, in *page.Input) (err error) {
	switch f.log {
	case "":
		var log bytes.Buffer
		err = train(ctx, &log, []string{in.Spec.File}, &trainer.Arguments{Data: f.data}, true)
		in.LogName, in.Log = "the training", log.Bytes()
	case "-":
		in.LogName = "standard input"
		in.Log, err = io.ReadAll(stdin)
	default:
		in.LogName = f.log
		in.Log, err = os.ReadFile(f.log)
	}
	if err != nil {
		return err
	}
	if f.bench != "" {
		in.BenchName = f.bench
		if in.Bench, err = os.ReadFile(f.bench); err != nil {
			return err
		}
	}
	return f.evaluate(ctx, in)
}

// evaluate predicts the targets of rows, if there are weights and a file of rows.
func (f *reportFiles) evaluate(ctx context.Context, in *page.Input) error {
	s := in.Spec
	if _, err := os.Stat(s.WeightsFile()); err != nil || s.Model.Output.Targets == nil {
		return nil
	}
	data, err := rows.File(s, f.data)
	if err != nil || data == "" {
		return nil
	}
	in.PointsName = filepath.Base(data)
	args := &predictor.Arguments{Data: data, Weights: s.WeightsFile(), Evaluate: true, Points: true}
	return runPredictor(ctx, s, args, nil, func(line []byte) error {
		in.Points = append(in.Points, line...)
		return nil
	})
}
