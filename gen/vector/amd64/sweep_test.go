package amd64_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
	"github.com/chainrule-go/chainrule/runtime"
)

// stride of the samples over the bits of all float32 numbers. With 1, every number is tested; gen/TESTING.md has the figures.
var stride = flag.Uint("stride", 64, "test functions on every n-th float32")

var only = flag.String("only", "", "test this function alone")

// TestSweep measures the error of functions and activations on float32 numbers of all kinds, several vectors side by side
// and one alone, whose polynomials are summed in another order. Exact kernels have one order, in which elementary functions
// have the bits of those of the runtime.
func TestSweep(t *testing.T) {
	t.Parallel()
	step := *stride
	if testing.Short() {
		step *= 64
	}
	var samples []*sample
	var args []string
	var which []vector.Bound
	for _, machine := range targets(t) {
		for i, b := range slices.Concat(vector.Bounds, vector.Bounds) {
			if *only != "" && b.Name != *only {
				continue
			}
			f := vectortest.Named(b.Name)
			for _, abreast := range []int{machine.Abreast, 1} {
				c := vectortest.Map(b.Name, 4096, abreast, machine.Lanes(4), func(x kernel.Expr) kernel.Expr {
					return kernel.Apply{Func: f, Args: []kernel.Expr{x}}
				})
				c.Func.Exact = i >= len(vector.Bounds)
				samples = append(samples, compiled(t, c, machine, vector.Float32, len(samples)))
				args = append(args, b.Name, fmt.Sprint(b.Absolute), fmt.Sprint(b.PerX), fmt.Sprint(c.Func.Exact))
				which = append(which, b)
			}
		}
	}
	dir := t.TempDir()
	write(t, dir, "testdata/sweep.go.txt", samples)
	strict, err := runtime.Source.ReadFile("float32_strict.go")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "strict.go"), bytes.Replace(strict, []byte("package runtime"), []byte("package main"), 1), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	run(t, dir, "go", "build", "-o", "kernels", ".")
	out := run(t, dir, "./kernels", append([]string{fmt.Sprint(step)}, args...)...)
	for i, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var ulps, at float64
		var broken string
		if _, err := fmt.Sscan(line, &ulps, &at, &broken); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%-6s %s", samples[i].kernel.Func.Target.Name, which[i].Name)
		if samples[i].kernel.Func.Kernel.Exact {
			name += ", strict"
		}
		if ulps > which[i].ULP {
			t.Errorf("%s: %.2f ULP at %v, want %v", name, ulps, at, which[i].ULP)
		}
		if broken != "nothing" {
			t.Errorf("%s: %s, which is not as it should be", name, broken)
		}
		t.Logf("%-18s %.2f ULP and %g + %g·x, at %v", name, ulps, which[i].Absolute, which[i].PerX, at)
	}
}
