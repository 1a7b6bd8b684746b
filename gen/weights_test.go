package gen_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
)

const lineSpec = `
name: line
precision: float64
input: {features: [size]}
layers: [dense: {units: 1}]
output: {targets: [price]}
loss: mean_squared_error
`

// lineTensors are the tensors of that network.
var lineTensors = []runtime.Tensor{
	{Name: "dense1.weight", Shape: []int{1, 1}},
	{Name: "dense1.bias", Shape: []int{1}, Offset: 1},
}

// weightsFile returns a weights file of these parameters.
func weightsFile[F runtime.Float](t *testing.T, params []F, tensors []runtime.Tensor, notes map[string]string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "line.safetensors")
	if err := runtime.WriteSafetensors(path, params, tensors, notes); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestWeightsMustFit checks which files a network can load, and what is said of the others.
func TestWeightsMustFit(t *testing.T) {
	m, err := spec.Parse("line.yaml", []byte(lineSpec))
	if err != nil {
		t.Fatal(err)
	}
	notes := map[string]string{"network": "line", "spec": m.NetworkHash()}
	params := []float64{0.5, -1}
	right := weightsFile(t, params, lineTensors, notes)
	damaged := append([]byte(nil), right...)
	damaged[len(damaged)-1] ^= 1
	wide := []runtime.Tensor{lineTensors[0], {Name: "dense1.bias", Shape: []int{2}, Offset: 1}}
	moved := []runtime.Tensor{{Name: "dense1.bias", Shape: []int{1}, Offset: 1}, lineTensors[0]}
	for _, test := range []struct {
		file []byte
		want string // "" for a file that fits
	}{
		{right, ""},
		{damaged, "line.safetensors: checksum is "},
		{weightsFile(t, []float32{1, 2}, lineTensors, notes), `line.safetensors: tensor dense1.weight: dtype is "F32", want F64`},
		{weightsFile(t, params, lineTensors[:1], notes), "line.safetensors: tensor dense1.bias: is missing, want F64 [1]"},
		{weightsFile(t, []float64{1, 2, 3}, wide, notes), "line.safetensors: tensor dense1.bias: shape is [2], want [1]"},
		{weightsFile(t, params, lineTensors, nil), "line.safetensors: holds the weights of another network, or of this one before its spec changed"},
		{weightsFile(t, params, moved, notes), "line.safetensors: holds the right tensors, but not with the header that training writes"},
	} {
		err := gen.Fits(m, "line.safetensors", test.file)
		if text := fmt.Sprint(err); (err == nil) != (test.want == "") || err != nil && !strings.Contains(text, test.want) {
			t.Errorf("the error is %v, want %q", err, test.want)
		}
	}
}

// TestWeightsAreEmbedded checks that weights add one file, and change no other but its test.
func TestWeightsAreEmbedded(t *testing.T) {
	m, err := spec.Parse("line.yaml", []byte(lineSpec))
	if err != nil {
		t.Fatal(err)
	}
	files := map[bool]map[string]string{}
	for _, embed := range []bool{false, true} {
		list, err := gen.Generate(m, gen.Options{ImportPath: "example.com/generated", Source: "line.yaml", Embed: embed})
		if err != nil {
			t.Fatal(err)
		}
		files[embed] = map[string]string{}
		for _, f := range list {
			files[embed][f.Path] = string(f.Content)
		}
	}
	for path, content := range files[true] {
		if files[false][path] != content && path != "line/trained.go" && path != "line/model_test.go" {
			t.Errorf("%s depends on weights", path)
		}
	}
	if trained := files[true]["line/trained.go"]; !strings.Contains(trained, "\n//go:embed line.safetensors\nvar weights string\n") {
		t.Errorf("trained.go is\n%s", trained)
	}
}
