package main

import (
	"slices"
	"testing"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/runtime"
)

func TestParseTiers(t *testing.T) {
	const generic, avx2, avx512 = runtime.TierGeneric, runtime.TierAVX2, runtime.TierAVX512
	for _, test := range []struct {
		names  []string
		widest runtime.Tier
		want   []runtime.Tier // nil: an error
	}{
		{nil, avx512, []runtime.Tier{generic, avx2, avx512}},
		{nil, generic, []runtime.Tier{generic}},
		{[]string{"avx2", "generic"}, avx512, []runtime.Tier{generic, avx2}},
		{[]string{"avx512"}, avx512, []runtime.Tier{avx512}},
		{[]string{"avx512"}, avx2, nil},
		{[]string{"sse"}, avx512, nil},
		{[]string{"avx2", "avx2"}, avx512, nil},
		{[]string{""}, avx512, nil},
	} {
		got, err := parseTiers(test.names, test.widest)
		if !slices.Equal(got, test.want) || (exit.Of(err) == exit.Usage) != (test.want == nil) {
			t.Errorf("%q of %v: got %v, error %v; want %v", test.names, test.widest, got, err, test.want)
		}
	}
}

// TestBenchSpecs reads the examples that are measured without a spec.
func TestBenchSpecs(t *testing.T) {
	all, err := benchSpecs(nil)
	if err != nil || len(all) != len(benchedSpecs) {
		t.Fatalf("%d examples, error %v; want %d", len(all), err, len(benchedSpecs))
	}
	for i, s := range all {
		if s.Base() != benchedSpecs[i] {
			t.Errorf("example %d is %s, want %s", i, s.Base(), benchedSpecs[i])
		}
	}
}
