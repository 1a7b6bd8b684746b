package runtime

import (
	"os"
	"strings"
	"testing"
)

// TestVectorTier asks for every tier and compares what the processor has with what Linux says of it.
func TestVectorTier(t *testing.T) {
	best := processorTier()
	for tier := TierGeneric; tier <= TierAVX512; tier++ {
		t.Setenv(TierVariable, tier.String())
		if got, want := VectorTier(), min(tier, best); got != want {
			t.Errorf("%s=%s: got %v, want %v", TierVariable, tier, got, want)
		}
	}
	t.Setenv(TierVariable, "")
	if got := VectorTier(); got != best {
		t.Errorf("got %v, want %v", got, best)
	}
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Skip("no /proc/cpuinfo to compare with")
	}
	for tier, flag := range map[Tier]string{TierAVX2: " avx2 ", TierAVX512: " avx512vl "} {
		if best >= tier && !strings.Contains(string(info), flag) {
			t.Errorf("tier is %v, but /proc/cpuinfo lacks%s", best, flag)
		}
	}
}
