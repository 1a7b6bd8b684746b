package bench

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trial"
	"github.com/chainrule-go/chainrule/runtime"
)

// generated is the generated network on one tier.
type generated struct {
	program *trial.Program
	tier    runtime.Tier
}

func (g *generated) name() string { return g.tier.String() }

func (g *generated) measure(ctx context.Context, c Call, d time.Duration) (sample, bool, error) {
	s, err := runBenchmark(ctx, g.program, g.tier, c.benchmark, d)
	return s, true, err
}

// referenceNetwork is the generic network of package reference.
type referenceNetwork struct{ program *trial.Program }

func (r *referenceNetwork) name() string { return "reference" }

func (r *referenceNetwork) measure(ctx context.Context, c Call, d time.Duration) (sample, bool, error) {
	if c.reference == "" {
		return sample{}, false, nil
	}
	s, err := runBenchmark(ctx, r.program, runtime.TierGeneric, c.reference, d)
	return s, true, err
}

// runBenchmark runs one benchmark of the generated training package.
func runBenchmark(ctx context.Context, p *trial.Program, t runtime.Tier, name string, d time.Duration) (sample, error) {
	pattern := "^Benchmark" + strings.ReplaceAll(name, "/", "$/^") + "$"
	out, err := p.Benchmark(ctx, t, pattern, d)
	if err != nil {
		return sample{}, err
	}
	s, err := parse(out)
	if err != nil {
		return sample{}, exit.Errorf(exit.Internal, "benchmark %s on tier %v: %w\n%s", name, t, err, out)
	}
	return s, nil
}

// resultLine is the line of a benchmark: name, number of calls, time and allocations.
var resultLine = regexp.MustCompile(`^Benchmark\S+\s+\d+\s+([0-9.e+]+) ns/op\s.*\s(\d+) allocs/op\s*$`)

// parse reads what the benchmark printed.
func parse(out []byte) (sample, error) {
	var found []sample
	for line := range bytes.Lines(out) {
		fields := resultLine.FindSubmatch(line)
		if fields == nil {
			continue
		}
		ns, err := strconv.ParseFloat(string(fields[1]), 64)
		if err != nil {
			return sample{}, err
		}
		allocs, err := strconv.ParseFloat(string(fields[2]), 64)
		if err != nil {
			return sample{}, err
		}
		found = append(found, sample{ns, allocs})
	}
	if len(found) != 1 {
		return sample{}, fmt.Errorf("prints %d results, want one", len(found))
	}
	return found[0], nil
}
