package gen_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/emit"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// TestSourceLimit generates a network that may have as many bytes of source as it has, and one that may have one less.
func TestSourceLimit(t *testing.T) {
	m, err := spec.Parse("small.yaml", []byte("name: small\ninput: {features: [a, b]}\nlayers: [dense: {units: 2}]\noutput: {classes: [c, d]}\nloss: softmax_cross_entropy\n"))
	if err != nil {
		t.Fatal(err)
	}
	files := func(most int) (bytes int, err error) {
		n, err := gen.Network(m)
		if err != nil {
			t.Fatal(err)
		}
		n.Source, n.Import, n.MostSource = "small.yaml", "example.com/small", most
		list, err := n.Files()
		for _, f := range list {
			bytes += len(f.Content)
		}
		return bytes, err
	}
	whole, err := files(0)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := files(whole); got != whole || err != nil {
		t.Errorf("%d bytes, %v; want %d", got, err, whole)
	}
	for _, most := range []int{whole - 1, whole / 2, 1} {
		if got, err := files(most); !errors.Is(err, emit.ErrTooLarge) || got > whole {
			t.Errorf("%d bytes for a limit of %d: %v", got, most, err)
		}
	}
}

// TestLargestSpecsTogether generates what two limits at once would allow: very many long names, and layers whose vector code is long.
func TestLargestSpecsTogether(t *testing.T) {
	if !*long {
		t.Skip("takes seconds: -long")
	}
	names := make([]string, 16_384)
	for i := range names {
		names[i] = fmt.Sprintf("a_feature_that_has_a_name_of_fifty_characters_%d", i)
	}
	text := "name: large\nprecision: float64\ninput: {features: [" + strings.Join(names, ", ") + "]}\nlayers:\n" +
		strings.Repeat("  - dense: {units: 63, activation: gelu}\n", 31) + "  - dense: {units: 1}\noutput: {targets: [y]}\nloss: huber\n"
	m, err := spec.Parse("large.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	_, err = gen.Generate(m, gen.Options{ImportPath: "example.com", Source: "large.yaml"})
	if want := "large.yaml:1:1: has too much source: more than 25165824 bytes, want fewer layers, or fewer and shorter names"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
