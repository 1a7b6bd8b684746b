package trial

import (
	"context"
	"debug/buildinfo"
	"os/exec"
	"time"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/runtime"
)

// Benchmark runs the benchmarks that a pattern names on a tier, each for a time,
// and returns what they print.
func (p *Program) Benchmark(ctx context.Context, tier runtime.Tier, pattern string, d time.Duration) ([]byte, error) {
	cmd := exec.CommandContext(ctx, p.binary, "-test.run=^$", "-test.bench="+pattern, "-test.benchtime="+d.String())
	cmd.Dir = p.dir
	cmd.Env = append(cmd.Environ(), runtime.TierVariable+"="+tier.String())
	out, err := cmd.CombinedOutput()
	if err != nil && Interrupted(ctx) {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, exit.Errorf(exit.Internal, "the benchmark %s: %w\n%s", pattern, err, out)
	}
	return out, nil
}

// GoVersion returns the version of Go that compiled the program, "" if that
// cannot be read.
func (p *Program) GoVersion() string {
	build, err := buildinfo.ReadFile(p.binary)
	if err != nil {
		return ""
	}
	return build.GoVersion
}
