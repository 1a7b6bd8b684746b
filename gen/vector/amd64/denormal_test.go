package amd64_test

import (
	"fmt"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
)

// BenchmarkDenormals compares functions on ordinary numbers with those on numbers whose results are denormal or close to
// it: 1.3 times as long is too much. It takes some seconds, whatever b.N; run it pinned to one core.
func BenchmarkDenormals(b *testing.B) {
	ranges := []struct {
		name      string
		low, high float64
	}{{"−6…6", -6, 6}, {"−110…−70", -110, -70}, {"−1000…1000", -1000, 1000}, {"denormal", 1e-40, 1e-39}}
	var samples []*sample
	for _, machine := range targets(b) {
		lanes := machine.Lanes(4)
		for _, name := range []string{"exp", "expm1", "tanh", "sigmoid", "softplus", "tanhSoftplus", "normalCDF", "gelu", "gelu_tanh", "silu", "mish", "elu", "softmax"} {
			for _, r := range ranges {
				c := vectortest.Softmax(10, 32, lanes)
				if name != "softmax" {
					f := vectortest.Named(name)
					c = vectortest.Map(name, 10*machine.Abreast*lanes, machine.Abreast, lanes, func(x kernel.Expr) kernel.Expr {
						return kernel.Apply{Func: f, Args: []kernel.Expr{x}}
					})
				}
				c.Name, c.Low, c.High = name, r.low, r.high
				samples = append(samples, compiled(b, c, machine, vector.Float32, len(samples)))
			}
		}
	}
	times := measure(b, samples)
	for i, s := range samples {
		k := i % len(ranges)
		if k == 0 {
			fmt.Printf("\n%-6s %-9s %7.1f ns", s.kernel.Func.Target.Name, s.Name, times[i])
			continue
		}
		fmt.Printf("  %s: %.2f", ranges[k].name, times[i]/times[i-k])
	}
	fmt.Println()
}
