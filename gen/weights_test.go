package gen_test

import (
	"encoding/base64"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
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

// generateLine generates the network with a weights file of these parameters.
func generateLine[F runtime.Float](t *testing.T, params []F, tensors []runtime.Tensor) (weights []byte, files []gen.File, err error) {
	t.Helper()
	m, err := spec.Parse("line.yaml", []byte(lineSpec))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "line.safetensors")
	if err := runtime.WriteSafetensors(path, params, tensors, nil); err != nil {
		t.Fatal(err)
	}
	if weights, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	files, err = gen.Generate(m, gen.Options{ImportPath: "example.com/generated", Source: "line.yaml", Weights: weights})
	return weights, files, err
}

func TestWeightsAreEmbedded(t *testing.T) {
	weights, files, err := generateLine(t, []float64{0.5, -1}, lineTensors)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Path != "line/trained.go" {
			continue
		}
		if got := embedded(t, f.Content); string(got) != string(weights) {
			t.Errorf("%d bytes are embedded: %q\nwant %d: %q", len(got), got, len(weights), weights)
		}
		return
	}
	t.Error("no trained.go is made")
}

// embedded returns what the constant of a trained.go holds.
func embedded(t *testing.T, source []byte) []byte {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	value := file.Scope.Lookup("weights").Decl.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value
	text, err := strconv.Unquote(value)
	if err != nil {
		t.Fatal(err)
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestWeightsMustFit(t *testing.T) {
	_, _, wrongType := generateLine(t, []float32{1, 2}, lineTensors)
	_, _, missing := generateLine(t, []float64{1, 2}, lineTensors[:1])
	other := []runtime.Tensor{lineTensors[0], {Name: "dense1.bias", Shape: []int{2}, Offset: 1}}
	_, _, wrongShape := generateLine(t, []float64{1, 2, 3}, other)
	for _, test := range []struct {
		got  error
		want string
	}{
		{wrongType, `line.safetensors: tensor dense1.weight: dtype is "F32", want F64`},
		{missing, "line.safetensors: tensor dense1.bias: is missing, want F64 [1]"},
		{wrongShape, "line.safetensors: tensor dense1.bias: shape is [2], want [1]"},
	} {
		if test.got == nil || !strings.Contains(test.got.Error(), test.want) {
			t.Errorf("the error is %v, want %q", test.got, test.want)
		}
	}
}
