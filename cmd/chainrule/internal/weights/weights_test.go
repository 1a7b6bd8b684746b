package weights

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/foreign"
	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
)

// network is one of three layers, whose second matrix is square.
const network = `
name: three
input: {features: [a, b], normalize: standard}
layers: [dense: {units: 3, activation: relu}, dense: {units: 3, activation: relu}, dense: {units: 1}]
output: {targets: [y]}
loss: mean_squared_error
`

func model(t *testing.T, text string) *spec.Model {
	t.Helper()
	m, err := spec.Parse("three.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// tensor is one whose element i is i plus begin.
func tensor(name string, begin float64, shape ...int) foreign.Tensor {
	return foreign.Tensor{Name: name, Shape: shape, Type: "F32", At: func(i int) float64 { return begin + float64(i) }}
}

// file is one of tensors that are given as name and shape, like fc1.weight[3,2]; element i of tensor k is 100·k + i + 1.
func file(text string) *foreign.File {
	f := &foreign.File{Name: "f"}
	for k, word := range strings.Fields(text) {
		name, dims, _ := strings.Cut(strings.TrimSuffix(word, "]"), "[")
		var shape []int
		for d := range strings.FieldsFuncSeq(dims, func(r rune) bool { return r == ',' }) {
			var n int
			fmt.Sscan(d, &n)
			shape = append(shape, n)
		}
		f.Tensors = append(f.Tensors, tensor(name, float64(100*k+1), shape...))
	}
	return f
}

// imported fills the parameters of a network, and tells where the tensors come from, without shapes.
func imported(t *testing.T, m *spec.Model, f *foreign.File, o Options) (params []float32, from string, err error) {
	t.Helper()
	tensors, _, err := gen.Weights(m)
	if err != nil {
		t.Fatal(err)
	}
	params, err = gen.Initial[float32](m, 1)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := fill(params, tensors, f, o)
	if err != nil {
		return params, "", err
	}
	var list []string
	for _, r := range rows {
		name, rest, _ := strings.Cut(r.From, " ")
		if strings.HasSuffix(rest, "transposed") {
			name += "ᵀ"
		}
		list = append(list, name)
	}
	return params, strings.Join(list, " "), nil
}

func TestMatching(t *testing.T) {
	m := model(t, network)
	for _, test := range []struct {
		name string
		file string
		o    Options
		want string // "" for the order of the file
	}{
		{"PyTorch's Sequential, sorted as text", "0.bias[3] 0.weight[3,2] 10.bias[1] 10.weight[1,3] 2.bias[3] 2.weight[3,3]", Options{},
			"0.weight 0.bias 2.weight 2.bias 10.weight 10.bias nothing: nothing:"},
		{"PyTorch's names", "net.fc1.weight[3,2] net.fc1.bias[3] net.fc2.weight[3,3] net.fc2.bias[3] net.fc3.weight[1,3] net.fc3.bias[1]", Options{},
			"net.fc1.weight net.fc1.bias net.fc2.weight net.fc2.bias net.fc3.weight net.fc3.bias nothing: nothing:"},
		{"Keras 2", "dense/kernel:0[2,3] dense/bias:0[3] dense_1/kernel:0[3,3] dense_1/bias:0[3] dense_2/kernel:0[3,1] dense_2/bias:0[1]", Options{},
			"dense/kernel:0ᵀ dense/bias:0 dense_1/kernel:0ᵀ dense_1/bias:0 dense_2/kernel:0 dense_2/bias:0 nothing: nothing:"},
		{"scikit-learn with a scaler", "coefs_0[2,3] coefs_1[3,3] coefs_2[3,1] intercepts_0[3] intercepts_1[3] intercepts_2[1] mean_[2] scale_[2]", Options{},
			"coefs_0ᵀ intercepts_0 coefs_1ᵀ intercepts_1 coefs_2 intercepts_2 mean_ scale_"},
		{"a list", "arr_0[2,3] arr_1[3] arr_2[3,3] arr_3[3] arr_4[3,1] arr_5[1]", Options{},
			"arr_0ᵀ arr_1 arr_2ᵀ arr_3 arr_4 arr_5 nothing: nothing:"},
		{"letters, biases as rows", "W1[3,2] b1[1,3] W2[3,3] b2[1,3] W3[1,3] b3[1,1]", Options{},
			"W1 b1 W2 b2 W3 b3 nothing: nothing:"},
		{"shapes leave no choice", "out.weight[3] out.bias[] in.weight[3,2] in.bias[3] mid.weight[3,3] mid.bias[3]", Options{},
			"in.weight in.bias mid.weight mid.bias out.weight out.bias nothing: nothing:"},
		{"layers by hand", "b.weight[3,2] b.bias[3] a.weight[3,3] a.bias[3] c.weight[1,3] c.bias[1]", Options{Names: map[string]string{"dense2": "a", "dense1": "b", "dense3": "c"}},
			"b.weight b.bias a.weight a.bias c.weight c.bias nothing: nothing:"},
		{"tensors by hand", "u[3,2] v[3] 2.weight[3,3] 2.bias[3] 4.weight[1,3] 4.bias[1] m[2] s[2]",
			Options{Names: map[string]string{"dense1.weight": "u", "dense1.bias": "v", "input.offset": "m", "input.scale": "s"}},
			"u v 2.weight 2.bias 4.weight 4.bias m s"},
		{"something left out", "0.weight[3,2] 0.bias[3] 2.weight[3,3] 2.bias[3] 4.weight[1,3] 4.bias[1] steps[7]", Options{Ignore: []string{"steps"}},
			"0.weight 0.bias 2.weight 2.bias 4.weight 4.bias nothing: nothing:"},
		{"the user knows better", "0.weight[2,3] 0.bias[3] 2.weight[3,3] 2.bias[3] 4.weight[3,1] 4.bias[1]", Options{Layout: InOut},
			"0.weightᵀ 0.bias 2.weightᵀ 2.bias 4.weight 4.bias nothing: nothing:"},
		{"part of it", "dense1.weight[4,2] dense1.bias[4] dense2.weight[3,4] dense2.bias[3] dense3.weight[1,3] dense3.bias[1] more[1]", Options{Partial: true},
			"initialised: initialised: initialised: dense2.bias dense3.weight dense3.bias nothing: nothing:"},
	} {
		params, from, err := imported(t, m, file(test.file), test.o)
		if err != nil || from != test.want {
			t.Errorf("%s: from %s (%v), want %s", test.name, from, err, test.want)
			continue
		}
		if test.name == "Keras 2" {
			// element [i,o] of the second kernel is 200 + 3·i + o + 1
			if want := []float32{201, 204, 207, 202, 205, 208, 203, 206, 209}; !slices.Equal(params[9:18], want) {
				t.Errorf("the square matrix is %v, want %v", params[9:18], want)
			}
		}
	}
}

// The coef_ of scikit-learn's linear models is [out,in], without a dimension where there is one output.
func TestLinearModels(t *testing.T) {
	linear := func(targets string, units int) *spec.Model {
		return model(t, fmt.Sprintf("name: linear\ninput: {features: [a, b]}\nlayers: [dense: {units: %d}]\noutput: {targets: [%s]}\nloss: mean_squared_error\n", units, targets))
	}
	for _, test := range []struct {
		m    *spec.Model
		file string
		want []float32
	}{
		{linear("x, y", 2), "coef_[2,2] intercept_[2]", []float32{1, 2, 3, 4, 101, 102}},
		{linear("x, y, z", 3), "scaled.coef_[3,2] scaled.intercept_[3]", []float32{1, 2, 3, 4, 5, 6, 101, 102, 103}},
		{linear("y", 1), "coef_[2] intercept_[]", []float32{1, 2, 101}},
		{linear("y", 1), "coefs_0[2,1] intercepts_0[1]", []float32{1, 2, 101}},
	} {
		if params, _, err := imported(t, test.m, file(test.file), Options{}); err != nil || !slices.Equal(params, test.want) {
			t.Errorf("%s: %v (%v), want %v", test.file, params, err, test.want)
		}
	}
}

func TestErrors(t *testing.T) {
	const layers = "0.weight[3,2] 0.bias[3] 2.weight[3,3] 2.bias[3] 4.weight[1,3] 4.bias[1] "
	m := model(t, network)
	for _, test := range []struct {
		name string
		file *foreign.File
		o    Options
		want []string // lines
	}{
		{"both shapes, all at once", file("0.weight[3,4] 0.bias[3] 2.weight[3,3] 2.bias[5] 4.weight[1,3] 4.bias[1]"), Options{}, []string{
			"f: tensor dense1.weight: shape of 0.weight is [3,4], want [3,2]",
			"f: tensor dense2.bias: shape of 2.bias is [5], want [3]"}},
		{"missing and too many", file("0.weight[3,2] 0.bias[3] 2.weight[3,3] 2.bias[3] 4.weight[1,3] 4.rest[1]"), Options{}, []string{
			"f: tensor dense3.bias: is missing, want [1]", "f: tensor 4.rest [1]: is not used; want --map or --ignore for it"}},
		{"no order", file("a.weight[3,3] a.bias[3] b.weight[3,3] b.bias[3] c.weight[1,3] c.bias[1]"), Options{Ignore: []string{"c.weight", "c.bias"}, Partial: true}, []string{
			"f: has nothing that fits the network, want a tensor of it at least"}},
		{"turned", file("0.weight[2,3] 0.bias[3] 2.weight[3,3] 2.bias[3] 4.weight[1,3] 4.bias[1]"), Options{}, []string{
			"f: tensor dense1.weight: 0.weight [2,3] is kept as [out,in], want [3,2]; it fits with --transpose"}},
		{"half a scaler", file(layers + "m[2]"), Options{Names: map[string]string{"input.offset": "m"}}, []string{
			"f: tensor input.scale: is missing, want [2] beside input.offset"}},
		{"one for two", file(layers + "m[2]"), Options{Names: map[string]string{"input.offset": "m", "input.scale": "m"}}, []string{
			"f: --map input.scale=m: is used already", "f: tensor input.scale: is missing, want [2] beside input.offset"}},
		{"no scale", &foreign.File{Name: "f", Tensors: append(file(layers).Tensors, tensor("mean_", 0, 2), tensor("scale_", -1, 2))}, Options{}, []string{
			"f: tensor input.scale: element 0 of scale_ is -1, want scales above 0"}},
		{"no number", &foreign.File{Name: "f", Tensors: append(file(layers).Tensors, tensor("mean_", math.NaN(), 2), tensor("scale_", 1e300, 2))}, Options{}, []string{
			"f: tensor input.offset: element 0 of mean_ is NaN, want a finite number of this precision",
			"f: tensor input.scale: element 0 of scale_ is 1e+300, want a finite number of this precision"}},
		{"no numbers", &foreign.File{Name: "f", Tensors: append(file(layers).Tensors, tensor("mean_", 0, 2), foreign.Tensor{Name: "scale_", Shape: []int{2}, Type: "I64"})}, Options{}, []string{
			"f: tensor input.scale: scale_ is of type I64, want floating-point numbers"}},
		{"what the user names is not there", file(layers), Options{Names: map[string]string{"dense1": "9", "dense2.bias": "x"}, Ignore: []string{"y"}}, []string{
			"f: --ignore y: is not in the file", "f: --map dense1=9: want a tensor or a layer of both; the network has dense1.weight, dense1.bias, " +
				"dense2.weight, dense2.bias, dense3.weight, dense3.bias, input.offset, input.scale", "f: --map dense2.bias=x: is not in the file"}},
		{"kept the other way", file("0.kernel[3,2] 0.bias[3] 2.kernel[3,4] 2.bias[3] 4.kernel[1,3] 4.bias[1]"), Options{}, []string{
			"f: tensor dense1.weight: 0.kernel [3,2] is kept as [in,out], want [3,2]; it fits with --transpose=false",
			"f: tensor dense2.weight: shape of 2.kernel is [3,4], want [3,3] ([in,out])"}},
		{"no order in large numbers", file("l99999999999999999999.weight[3,2] l99999999999999999999.bias[3] l99999999999999999998.weight[3,3] l99999999999999999998.bias[3] l1.weight[3,3] l1.bias[3]"),
			Options{Ignore: []string{"l1.weight", "l1.bias"}, Partial: true}, []string{"f: has nothing that fits the network, want a tensor of it at least"}},
		{"hostile names", &foreign.File{Name: "f", Tensors: append(file(layers).Tensors, tensor("a\x1b[1m", 0, 1), tensor("", 0))}, Options{}, []string{
			`f: tensor "a\x1b[1m" [1]: is not used; want --map or --ignore for it`, `f: tensor "" []: is not used; want --map or --ignore for it`}},
		{"own files by name only", &foreign.File{Name: "f", Metadata: map[string]string{"spec": "0", "network": "three"}, Tensors: file("old1.weight[3,2] old1.bias[3] dense2.weight[3,3] dense2.bias[3] dense3.weight[1,3] dense3.bias[1] input.offset[2] input.scale[2]").Tensors}, Options{}, []string{
			"f: tensor dense1.weight: is missing, want [3,2]", "f: tensor dense1.bias: is missing, want [3]",
			"f: tensor old1.weight [3,2]: is not used; want --map or --ignore for it", "f: tensor old1.bias [3]: is not used; want --map or --ignore for it"}},
	} {
		_, _, err := imported(t, m, test.file, test.o)
		if err == nil || err.Error() != strings.Join(test.want, "\n") {
			t.Errorf("%s: error is\n%v\nwant\n%s", test.name, err, strings.Join(test.want, "\n"))
		}
	}
}

// Square matrices alone do not tell how they are kept, and layers alone of one shape not which is which.
func TestDoubt(t *testing.T) {
	m := model(t, strings.Replace(network, "[a, b], normalize: standard", "[a, b, c]", 1))
	const square = "arr_0[3,3] arr_1[3] arr_2[3,3] arr_3[3] arr_4[3,1] arr_5[1]"
	_, _, err := imported(t, m, file(square), Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "f: tensor dense1.weight: arr_0 [3,3] may be [out,in] or [in,out]; want --transpose, or --transpose=false\n") {
		t.Errorf("error is %v", err)
	}
	for layout, want := range map[Layout]string{OutIn: "arr_0 arr_1 arr_2 arr_3 arr_4 arr_5", InOut: "arr_0ᵀ arr_1 arr_2ᵀ arr_3 arr_4 arr_5"} {
		if _, from, err := imported(t, m, file(square), Options{Layout: layout}); err != nil || from != want {
			t.Errorf("layout %d: from %s (%v), want %s", layout, from, err, want)
		}
	}
	_, _, err = imported(t, m, file("decoder.weight[3,3] decoder.bias[3] encoder.weight[3,3] encoder.bias[3] head.weight[1,3] head.bias[1]"), Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "f: the order of its layers does not follow from their names or shapes, want --map for them\n") {
		t.Errorf("error is %v", err)
	}
}

// TestImport writes a file that the network loads, in both precisions, and nothing after an error.
func TestImport(t *testing.T) {
	for _, precision := range []string{"float32", "float64"} {
		m := model(t, network+"precision: "+precision)
		path := filepath.Join(t.TempDir(), "three.safetensors")
		if _, err := Import(path, m, file("0.weight[3,2]"), Options{}); err == nil {
			t.Error("no error")
		}
		if _, err := foreign.Read(path); err == nil {
			t.Error("a file after an error")
		}
		if _, err := Import(path, m, file("0.weight[3,2] 0.bias[3] 2.weight[3,3] 2.bias[3] 4.weight[1,3] 4.bias[1]"), Options{}); err != nil {
			t.Fatal(err)
		}
		written, err := foreign.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		tensors, notes, err := gen.Weights(m)
		if err != nil {
			t.Fatal(err)
		}
		if written.Metadata["spec"] != notes["spec"] || len(written.Tensors) != len(tensors) || written.Tensors[2].At(8) != 209 {
			t.Errorf("%s: wrote %v", precision, written)
		}
		params := make([]float64, 100)
		if _, err := runtime.ReadSafetensors(path, params, tensors); (err == nil) != (precision == "float64") {
			t.Errorf("%s: %v", precision, err)
		}
	}
}
