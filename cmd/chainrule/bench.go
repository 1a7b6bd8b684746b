package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/bench"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/report"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/source"
	"github.com/chainrule-go/chainrule/runtime"
	"github.com/chainrule-go/chainrule/specs"
)

// newBench returns the command that measures networks.
func newBench() *cobra.Command {
	var o bench.Options
	var tiers []string
	var asJSON, asMarkdown bool
	cmd := &cobra.Command{
		Use:   "bench [spec]...",
		Short: "Measure how fast generated networks are",
		Long: `Bench generates networks, compiles them and measures the forward pass and the
training step, on every tier of vector code that this processor has: nanoseconds
per sample, multiply-adds per nanosecond, the share of what the processor does at
most, and how much faster that is than portable Go and than the reference, a
generic network behind interfaces. Without a spec it measures the examples seeds,
digits and mnist.

Everything is measured in turn in the same run, on one core where the system
allows it; the numbers are medians of the rounds. With --c and --pytorch the same
network is measured in C and PyTorch, too, where gcc and torch are installed and
the network has two dense layers.`,
		Example: `  chainrule bench
  chainrule bench model.yaml --tier generic,avx2 --rounds 9 --time 200ms
  chainrule bench --c --pytorch --markdown
  chainrule bench model.yaml --json | tail -1`,
		RunE: func(cmd *cobra.Command, files []string) error {
			if o.Rounds < 1 || o.Time <= 0 {
				return exit.Errorf(exit.Usage, "--rounds %d --time %v: want at least one round, and a time above zero", o.Rounds, o.Time)
			}
			var err error
			if o.Tiers, err = parseTiers(tiers, runtime.VectorTier()); err != nil {
				return err
			}
			all, err := benchSpecs(files)
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
			defer stop()
			return runBench(ctx, cmd.OutOrStdout(), all, o, asJSON, asMarkdown)
		},
	}
	cmd.Flags().StringSliceVar(&tiers, "tier", nil, "tiers to measure: generic, avx2, avx512 (default: those that this processor has)")
	cmd.Flags().IntVar(&o.Rounds, "rounds", 5, "how often everything is measured")
	cmd.Flags().DurationVar(&o.Time, "time", 200*time.Millisecond, "how long one measurement takes")
	cmd.Flags().BoolVar(&o.C, "c", false, "measure the same network in C, too, if there is gcc")
	cmd.Flags().BoolVar(&o.PyTorch, "pytorch", false, "measure the same network in PyTorch, too, if python3 has torch")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per network")
	cmd.Flags().BoolVar(&asMarkdown, "markdown", false, "print one table of all networks in Markdown")
	cmd.MarkFlagsMutuallyExclusive("json", "markdown")
	return cmd
}

// benchedSpecs are the examples that are measured without a spec: a small, a middle and a large network.
var benchedSpecs = []string{"seeds.yaml", "digits.yaml", "mnist.yaml"}

// benchSpecs reads the specs that are named or, without any, the examples.
func benchSpecs(files []string) ([]*source.Spec, error) {
	if len(files) > 0 {
		return source.ReadAll(files)
	}
	var all []*source.Spec
	for _, name := range benchedSpecs {
		text, err := specs.Files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		s, err := source.Parse(name, text)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// parseTiers returns the tiers that are named or, without any, all up to the widest.
func parseTiers(names []string, widest runtime.Tier) ([]runtime.Tier, error) {
	var all, chosen []runtime.Tier
	var known []string
	for t := runtime.TierGeneric; t <= widest; t++ {
		all, known = append(all, t), append(known, t.String())
	}
	if len(names) == 0 {
		return all, nil
	}
	for _, t := range all {
		if slices.Contains(names, t.String()) {
			chosen = append(chosen, t)
		}
	}
	if len(chosen) != len(names) {
		return nil, exit.Errorf(exit.Usage, "--tier %s: want some of %s, each once", strings.Join(names, ","), strings.Join(known, ", "))
	}
	return chosen, nil
}

// runBench measures and prints.
func runBench(ctx context.Context, w io.Writer, all []*source.Spec, o bench.Options, asJSON, asMarkdown bool) error {
	var results []*bench.Result
	for _, s := range all {
		r, err := watched(ctx, s, o)
		if err != nil {
			return err
		}
		switch {
		case asJSON:
			err = json.NewEncoder(w).Encode(r)
		case asMarkdown:
			results = append(results, r)
		default:
			err = r.Text(w)
		}
		if err != nil {
			return err
		}
	}
	if asMarkdown {
		return bench.Markdown(w, results)
	}
	return nil
}

// watched measures a network, with a progress bar where somebody watches.
func watched(ctx context.Context, s *source.Spec, o bench.Options) (*bench.Result, error) {
	bar := report.NewProgress(os.Stderr, s.Model.Name, bench.Calls)
	defer bar.Clear()
	o.Measured = bar.Set
	return bench.Run(ctx, s.Model, s.Base(), o)
}
