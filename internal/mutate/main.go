// Command mutate measures what the tests notice: it changes one thing at a time in the rules of the generator and of the
// runtime, and runs the tests on each mutant. A mutant that no test kills is printed with its place.
//
//	go run ./internal/mutate -n 100
//
// No file of the tree is changed: the Go command reads a mutant through an overlay. The changes: an operator is another one, a
// bound is off by one, = stands for +=, a sum is transposed, a call, a statement, an append (of a bias, of a tail) or a sync
// is missing, a loop drops its tail, a condition is negated. A hundred mutants take about half an hour on two cores;
// gen/TESTING.md has the last figures, and the survivors with their reasons.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"text/tabwriter"
	"time"
)

// rules are the folders whose code is mutated, each with the tests to run, those that most likely notice first.
var rules = []struct {
	dir   string
	tests []string
}{
	{"gen/expr", []string{"./gen/expr", "./gen/graph ./gen/pass ./gen/layer", "./gen"}},
	{"gen/graph", []string{"./gen/graph", "./gen/pass ./gen/layer ./gen/kernel", "./gen"}},
	{"gen/layer", []string{"./gen/layer", "./gen"}},
	{"gen/pass", []string{"./gen/pass", "./gen"}},
	{"gen/schedule", []string{"./gen/schedule", "./gen/kernel", "./gen"}},
	{"gen/kernel", []string{"./gen/kernel", "./gen/vector/... ./gen/update", "./gen"}},
	{"gen/vector", []string{"./gen/vector ./gen/update", "./gen/vector/amd64", "./gen"}},
	{"gen/vector/amd64", []string{"./gen/vector/amd64 ./gen/update", "./gen"}},
	{"gen/emit", []string{"./gen/emit", "./gen", "./generated/..."}},
	{"runtime", []string{"./runtime/...", "./generated/...", "./cmd/..."}},
}

func main() {
	n := flag.Int("n", 100, "how many mutants that compile")
	seed := flag.Uint64("seed", 1, "which ones")
	only := flag.String("only", "", "mutate what begins with this place alone: gen/expr/, gen/expr/share.go, gen/expr/share.go:88")
	long := flag.Bool("long", false, "run the long tests, too")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	code, err := report(ctx, *n, *seed, *only, *long)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		code = 2
	}
	os.Exit(code)
}

// report runs the mutants and prints what became of them. The code is 1 where more than 5 of 100 survive.
func report(ctx context.Context, n int, seed uint64, only string, long bool) (code int, err error) {
	all, err := mutants(".", only)
	if err != nil {
		return 0, err
	}
	if err := baseline(ctx, all, long); err != nil {
		return 0, err
	}
	shuffle(all, seed)
	killed, survivors := 0, []mutant(nil)
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, m := range all {
		if killed+len(survivors) == n || ctx.Err() != nil {
			break
		}
		start := time.Now()
		by, err := m.run(ctx, long)
		switch {
		case err != nil:
			return 0, err
		case by == notGo:
			continue
		case by == "":
			survivors = append(survivors, m)
			by = "SURVIVES"
		default:
			killed++
			by = "killed by " + by
		}
		fmt.Fprintf(table, "%v\t%s\t%.0f s\n", m, by, time.Since(start).Seconds())
		if err := table.Flush(); err != nil {
			return 0, err
		}
	}
	fmt.Printf("%d mutants, %d killed (%.1f %%)\n", killed+len(survivors), killed, 100*float64(killed)/float64(max(1, killed+len(survivors))))
	for _, m := range survivors {
		fmt.Printf("survivor: %v\n    %s\n", m, strings.TrimSpace(m.line))
	}
	if 20*len(survivors) > killed+len(survivors) {
		return 1, nil
	}
	return 0, ctx.Err()
}

// baseline runs the tests without a change: where one fails, it would seem to kill every mutant.
func baseline(ctx context.Context, all []mutant, long bool) error {
	args := []string{"test", "-timeout", timeLimit}
	if !long {
		args = append(args, "-short")
	}
	seen := map[string]bool{}
	for _, m := range all {
		for _, packages := range m.tests {
			if !seen[packages] {
				seen[packages] = true
				args = append(args, strings.Fields(packages)...)
			}
		}
	}
	if out, err := goCommand(ctx, args...); err != nil {
		return fmt.Errorf("without any change: %s: %w", killer(out), err)
	}
	return nil
}
