package peak

import (
	"testing"

	"github.com/chainrule-go/chainrule/runtime"
)

// TestRun counts the multiply-adds of every tier.
func TestRun(t *testing.T) {
	for tier := runtime.TierGeneric; tier <= runtime.TierAVX512; tier++ {
		lanes := map[runtime.Tier]int{runtime.TierGeneric: 1, runtime.TierAVX2: 8, runtime.TierAVX512: 16}[min(tier, best)]
		if got, want := Run[float32](tier, 7), 7*chains*lanes; got != want {
			t.Errorf("%v: %d multiply-adds of 32 bits, want %d", tier, got, want)
		}
		if got, want := Run[float64](tier, 7), 7*chains*max(1, lanes/2); got != want {
			t.Errorf("%v: %d multiply-adds of 64 bits, want %d", tier, got, want)
		}
		if got := Run[float32](tier, 0); got != 0 {
			t.Errorf("%v: %d multiply-adds in no turn", tier, got)
		}
	}
}

// TestChains looks at what scalar computes: each chain tends to y/(1−x).
func TestChains(t *testing.T) {
	if got := scalar[float32](100, 0.5, 0.5); got != chains {
		t.Errorf("twelve chains add up to %v, want %d", got, chains)
	}
}

// BenchmarkPeak prints the peak of every tier.
func BenchmarkPeak(b *testing.B) {
	for tier := runtime.TierGeneric; tier <= best; tier++ {
		b.Run(tier.String(), func(b *testing.B) {
			for range b.N {
				b.ReportMetric(Rate[float32](tier), "float32/ns")
				b.ReportMetric(Rate[float64](tier), "float64/ns")
			}
		})
	}
}
