package gen_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/generated/houses"
	"github.com/chainrule-go/chainrule/generated/houses/housestrain"
	"github.com/chainrule-go/chainrule/generated/mazur"
	"github.com/chainrule-go/chainrule/generated/mazur/mazurtrain"
	"github.com/chainrule-go/chainrule/runtime"
	"github.com/chainrule-go/chainrule/specs"
)

// TestInitial compares with what generated code sets: values that the spec gives, and those that are drawn.
func TestInitial(t *testing.T) {
	given, drawn := mazur.New(), houses.New()
	mazurtrain.Init(given, 7)
	housestrain.Init(drawn, 7)
	sameInitial(t, "mazur.yaml", given[:])
	sameInitial(t, "houses.yaml", drawn[:])
}

func sameInitial[F runtime.Float](t *testing.T, name string, want []F) {
	t.Helper()
	text, err := specs.Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := spec.Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := gen.Initial[F](m, 7)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%s: %v (%v), want %v", name, got, err, want)
	}
}

// TestInitializers draws by every initializer that a spec can name.
func TestInitializers(t *testing.T) {
	for _, init := range spec.Initializers {
		text := strings.Replace(lineSpec, "dense: {units: 1}", "dense: {units: 3, weight_initializer: "+init.Name+"}", 1)
		m, err := spec.Parse("line.yaml", []byte(strings.Replace(text, "[price]", "[a, b, c]", 1)))
		if err != nil {
			t.Fatal(err)
		}
		params, err := gen.Initial[float64](m, 1)
		if err != nil || len(params) != 6 || slices.Equal(params, make([]float64, 6)) == (init.Name != "zeros" && init.Name != "constant") {
			t.Errorf("%s: %v (%v)", init.Name, params, err)
		}
	}
}
