package amd64_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
	"github.com/chainrule-go/chainrule/runtime"
	"github.com/chainrule-go/chainrule/runtime/peak"
)

// BenchmarkKernels measures kernels against the multiply-add peak of this CPU. It takes some seconds, whatever b.N; run
// it pinned to one core.
func BenchmarkKernels(b *testing.B) {
	machines := targets(b)
	var samples []*sample
	for _, machine := range machines {
		lanes := machine.Lanes(4)
		for _, c := range speedCases(machine, lanes) {
			samples = append(samples, compiled(b, c, machine, vector.Float32, len(samples)))
		}
	}
	var widest float64
	for tier := runtime.TierAVX2; tier <= runtime.VectorTier(); tier++ {
		widest = peak.Rate[float32](tier)
		fmt.Printf("%v: peak %.1f multiply-adds per ns\n", tier, widest)
	}
	times := measure(b, samples)
	for i, s := range samples {
		fmt.Printf("%-7s %-60s %9.1f ns", s.kernel.Func.Target.Name, s.Name, times[i])
		if s.Terms > 0 {
			fmt.Printf("  %5.1f %% of peak", 100*float64(s.Terms)/times[i]/widest)
		} else if y := s.Func.Array("y"); y != nil {
			fmt.Printf("  %5.2f ns per 8 elements", 8*times[i]/float64(y.Len))
		}
		fmt.Println()
	}
}

// speedCases are the kernels to time.
func speedCases(machine *target.Vector, lanes int) []vectortest.Case {
	relu := vectortest.Function("relu")
	var cases []vectortest.Case
	for _, in := range []int{64, 784} {
		for _, tile := range [][2]int{{6, 2}, {8, 2}, {4, 2}, {12, 2}} {
			if registers := (tile[0]+1)*tile[1] + 1; registers > machine.Registers {
				continue
			}
			s := vectortest.Shape{Rows: 32, In: in, Out: 32, Height: tile[0], Count: tile[1], Wide: lanes, Terms: 1}
			cases = append(cases, vectortest.Forward(s, relu), vectortest.Gradient(s, false))
		}
	}
	for _, f := range []string{"exp", "sigmoid", "tanh", "log", "expm1", "softplus", "tanhSoftplus", "normalCDF"} {
		for _, count := range []int{1, machine.Abreast} {
			n := 10 * machine.Abreast * lanes
			cases = append(cases, vectortest.Map(f, n, count, lanes, func(x kernel.Expr) kernel.Expr { return vectortest.Call(f, x) }))
		}
	}
	for _, f := range []string{"exp", "sigmoid", "softplus"} { // of large arguments: no slower
		n := 10 * machine.Abreast * lanes
		c := vectortest.Map(f, n, machine.Abreast, lanes, func(x kernel.Expr) kernel.Expr { return vectortest.Call(f, x) })
		c.Low, c.High = -1000, 1000
		c.Name += " of large arguments"
		cases = append(cases, c)
	}
	large := vectortest.Softmax(10, 32, lanes)
	large.Low, large.High = -1000, 1000
	large.Name += " of large logits"
	cases = append(cases, large)
	return append(cases, vectortest.Transpose(32, 32, 0), vectortest.Softmax(10, 32, lanes), vectortest.Sums(32, 32, lanes), vectortest.Dots(7, 5, 32, lanes, 8, true))
}

// measure builds and runs the timing program.
func measure(b *testing.B, samples []*sample) (times []float64) {
	dir := b.TempDir()
	write(b, dir, "testdata/speed.go.txt", samples)
	run(b, dir, "go", "build", "-o", "kernels", ".")
	command := append(strings.Fields(*under), filepath.Join(dir, "kernels"))
	cmd := exec.Command(command[0], command[1:]...)
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	for _, word := range strings.Fields(string(out)) {
		x, err := strconv.ParseFloat(word, 64)
		if err != nil {
			b.Fatal(err)
		}
		times = append(times, x)
	}
	return times
}
