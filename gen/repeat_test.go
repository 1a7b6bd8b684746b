package gen_test

import (
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/runtime"
)

// TestFastWeights trains the networks of testdata/strict as fast ones, in processes of their own. On one tier the weights
// have the same bits whatever the number of processors and of workers, and their files name the tier; another tier has
// others. Portable code is the same without vector code in the program.
func TestFastWeights(t *testing.T) {
	t.Parallel()
	f := trainedModule(t, "fast")
	native := f.build(t, nil)
	seen := map[string]runtime.Tier{}
	for tier := runtime.TierGeneric; tier <= runtime.VectorTier(); tier++ {
		forced := runtime.TierVariable + "=" + tier.String()
		whole, shards := f.hashes(t, []string{native}, []string{forced}, "0"), f.hashes(t, []string{native}, []string{forced}, "1")
		if other, ok := seen[untiered(whole)]; ok {
			t.Errorf("%v and %v have the same weights: then why name the tier", other, tier)
		}
		seen[untiered(whole)] = tier
		for _, processors := range []string{"1", "2", "4"} {
			got := f.hashes(t, []string{native}, []string{forced, "GOMAXPROCS=" + processors}, "0", "1", "2", "3", "8")
			if want := whole + strings.Repeat(shards, 4); got != want {
				t.Errorf("%v on %s processors: got\n%swant\n%s", tier, processors, got, want)
			}
		}
		for line := range strings.Lines(whole + shards) {
			if !strings.HasSuffix(line, " "+tier.String()+"\n") {
				t.Errorf("saved %q, want the tier %v", line, tier)
			}
		}
		if tier == runtime.TierGeneric {
			if got := f.hashes(t, []string{f.build(t, nil, "-tags=purego")}, nil, "0", "1"); got != whole+shards {
				t.Errorf("without vector code: got\n%swant\n%s", got, whole+shards)
			}
		}
	}
	t.Logf("%d tiers", len(seen))
}

// untiered returns the lines of a program without the tiers.
func untiered(lines string) string {
	var s strings.Builder
	for line := range strings.Lines(lines) {
		s.WriteString(line[:strings.LastIndexByte(line, ' ')] + "\n")
	}
	return s.String()
}
