package runtime

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// twoTensors is a [2,3] weight, kept [in][out] with room for 4 outputs, and a bias.
func twoTensors() []Tensor {
	return []Tensor{
		{Name: "dense1.weight", Shape: []int{2, 3}, Layout: Layout{{Dim: 1, Div: 1, Size: 3}, {Dim: 0, Div: 1, Size: 4}}},
		{Name: "dense1.bias", Shape: []int{2}, Offset: 12},
	}
}

// twoParams are their parameters: element [o,i] of the weight is 10·o+i+1.
func twoParams[F Float]() []F {
	return []F{1, 11, 0, 0, 2, 12, 0, 0, 3, 13, 0, 0, -0.5, F(math.Inf(1))}
}

const twoHeader = `{"dense1.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},` +
	`"dense1.bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]}}`

// rawFile joins a header and as many bytes as a file.
func rawFile(header string, payload int) []byte {
	data := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	data = append(data, header...)
	return append(data, make([]byte, payload)...)
}

func TestSafetensorsBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "two.safetensors")
	if err := WriteSafetensors(path, twoParams[float32](), twoTensors(), map[string]string{"b": "<é>", "tier": "avx2", "a": ""}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	header := `{"__metadata__":{"crc32":"7554a548",   "tier":"avx2","a":"","b":"\u003cé\u003e"},` + twoHeader[1:]
	header += strings.Repeat(" ", -len(header)&7)
	want := rawFile(header, 0)
	for _, v := range []float32{1, 2, 3, 11, 12, 13, -0.5, float32(math.Inf(1))} {
		want = binary.LittleEndian.AppendUint32(want, math.Float32bits(v))
	}
	if string(got) != string(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestSafetensorsRoundTrip(t *testing.T) {
	t.Run("F32", roundTrip[float32])
	t.Run("F64", roundTrip[float64])
}

func roundTrip[F Float](t *testing.T) {
	path := filepath.Join(t.TempDir(), "two.safetensors")
	for _, metadata := range []map[string]string{{}, {"tier": "strict"}, {"spec": "0123", "network": "two"}, {"spec": "0123", "tier": "avx512"}} {
		if err := WriteSafetensors(path, twoParams[F](), twoTensors(), metadata); err != nil {
			t.Fatal(err)
		}
		params := make([]F, 14)
		params[2] = 7 // padding, left alone
		got, err := ReadSafetensors(path, params, twoTensors())
		if err != nil {
			t.Fatal(err)
		}
		metadata[TierKey] = cmp.Or(metadata[TierKey], TrainedUnknown)
		want := twoParams[F]()
		want[2] = 7
		if !slices.Equal(params, want) || !maps.Equal(got, metadata) {
			t.Errorf("got %v and %v, want %v and %v", params, got, want, metadata)
		}
	}
}

func TestSafetensorsErrors(t *testing.T) {
	replace := strings.NewReplacer
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "has 0 bytes, want at least 8 for the length of the header"},
		{"zip", []byte("PK\x03\x04 something else"), "want at most 1048576: is this a safetensors file?"},
		{"cut header", rawFile(twoHeader, 0)[:50], "length of the header is 134, but only 42 bytes follow"},
		{"no header", rawFile("", 32), `header: begins with "", want {`},
		{"space before", rawFile(" "+twoHeader, 32), `header: begins with " ", want {`},
		{"not UTF-8", rawFile("{\"\xff\":1}", 0), "header: is not UTF-8"},
		{"not JSON", rawFile("{'a':1}", 0), "header: is not JSON at byte "},
		{"unfinished", rawFile(twoHeader[:100], 0), "header: \"dense1.bias\": is not JSON at byte "},
		{"comma", rawFile(twoHeader[:len(twoHeader)-1]+",}", 32), "header: is not JSON at byte "},
		{"more", rawFile(twoHeader+"  {}", 32), `header: goes on with "{}", want nothing but spaces`},
		{"name twice", rawFile(twoHeader[:len(twoHeader)-1]+","+twoHeader[1:], 32), `header: "dense1.weight": is there twice, want it once`},
		{"escaped twice", rawFile(`{"__metadata__":{"a":"","\u0061":""}}`, 0), `header: "__metadata__": "a": is there twice, want it once`},
		{"key twice", edited(`"shape":[2],`, `"shape":[2],"shape":[2],`), `header: "dense1.bias": "shape": is there twice, want it once`},
		{"unknown key", edited(`"shape":[2],`, `"shape":[2],"strides":[1],`), `"dense1.bias": "strides": is unknown, want dtype, shape and data_offsets`},
		{"no shape", edited(`"shape":[2],`, ``), `"dense1.bias": has no shape`},
		{"no object", rawFile(`{"a":[]}`, 0), `"a": is "[", want {`},
		{"metadata", rawFile(`{"__metadata__":{"a":1}}`, 0), `"__metadata__": "a": is "1", want a string`},
		{"dtype null", edited(`"dtype":"F32","shape":[2]`, `"dtype":null,"shape":[2]`), `"dtype": is "<nil>", want a string`},
		{"fraction", edited(`[2]`, `[2.0]`), `"shape": contains "2.0", want integers from 0 to 2147483647`},
		{"negative", edited(`[2]`, `[-2]`), `"shape": contains "-2", want integers`},
		{"exponent", edited(`[2]`, `[2e0]`), `"shape": contains "2e0", want integers`},
		{"too large", edited(`[2]`, `[2147483648]`), `"shape": contains "2147483648", want integers`},
		{"text in shape", edited(`[2]`, `["2"]`), `"shape": contains "2", want integers`},
		{"one offset", edited(`[24,32]`, `[24]`), `"data_offsets": has 1 numbers, want 2`},
		{"backwards", edited(`[24,32]`, `[32,24]`), `tensor "dense1.bias": data_offsets are [32 24], want them ascending`},
		{"overlap", edited(`[24,32]`, `[20,32]`), `tensor "dense1.bias": begins at byte 20 inside another tensor, want 24`},
		{"hole", edited(`[24,32]`, `[28,32]`), `tensor "dense1.bias": begins at byte 28 behind a hole, want 24`},
		{"hole in front", edited(`[0,24]`, `[4,24]`), `tensor "dense1.weight": begins at byte 4 behind a hole, want 0`},
		{"cut", rawFile(twoHeader, 31), "header: tensors take 32 bytes, but 31 bytes follow"},
		{"too long", rawFile(twoHeader, 33), "header: tensors take 32 bytes, but 33 bytes follow"},
		{"dtype", edited(`"F32","shape":[2]`, `"BF16","shape":[2]`), `tensor dense1.bias: dtype is "BF16", want F32`},
		{"shape", edited(`[2,3]`, `[3,2]`), "tensor dense1.weight: shape is [3 2], want [2 3]"},
		{"length", rawFile(replace(`[0,24]`, `[0,20]`, `[24,32]`, `[20,32]`).Replace(twoHeader), 32),
			"tensor dense1.weight: has 20 bytes, want 24\n" + "f: tensor dense1.bias: has 12 bytes, want 8"},
		{"other names", rawFile(replace("dense1.bias", "dense1.b", "dense1.weight", "dense1.w").Replace(twoHeader), 32),
			"tensor dense1.weight: is missing, want F32 [2 3]\nf: tensor dense1.bias: is missing, want F32 [2]\n" +
				"f: tensor \"dense1.b\": is not part of the network\nf: tensor \"dense1.w\": is not part of the network"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			params := twoParams[float32]()
			_, err := DecodeSafetensors("f", test.data, params, twoTensors())
			if err == nil || !strings.HasPrefix(err.Error(), "f: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v\nwant %q", err, test.want)
			}
			if !slices.Equal(params, twoParams[float32]()) {
				t.Error("parameters changed")
			}
		})
	}
}

// edited is the right file with one change to its header.
func edited(old, new string) []byte {
	return rawFile(strings.Replace(twoHeader, old, new, 1), 32)
}

func TestSafetensorsManyErrors(t *testing.T) {
	var tensors []Tensor
	for i := range 30 {
		tensors = append(tensors, Tensor{Name: fmt.Sprint("t", i), Shape: []int{1}, Offset: i})
	}
	_, err := DecodeSafetensors("f", rawFile("{}", 0), make([]float64, 30), tensors)
	if lines := strings.Split(fmt.Sprint(err), "\n"); len(lines) != 11 || lines[10] != "f: and 20 more errors" {
		t.Errorf("error is %v, want ten lines and the number of the others", err)
	}
}

func TestWriteSafetensorsErrors(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "old.safetensors")
	if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	blocked := filepath.Join(folder, "folder.safetensors") // a rename cannot replace it
	if err := os.MkdirAll(filepath.Join(blocked, "full"), 0o777); err != nil {
		t.Fatal(err)
	}
	twice := append(twoTensors(), twoTensors()[0])
	reserved := []Tensor{{Name: "__metadata__", Shape: []int{1}}}
	for _, test := range []struct {
		path    string
		tensors []Tensor
		want    string
	}{
		{path, twice, "tensor dense1.weight: its name is taken"},
		{path, reserved, "tensor __metadata__: its name is taken"},
		{path, []Tensor{{Name: "a", Shape: []int{15}}}, "takes parameters 0 to 15, want them within 14"},
		{filepath.Join(folder, "none", "f"), twoTensors(), "no such file"},
		{blocked, twoTensors(), "rename"},
	} {
		err := WriteSafetensors(test.path, twoParams[float64](), test.tensors, nil)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.path) {
			t.Errorf("error is %v, want %s: ... %q", err, test.path, test.want)
		}
	}
	for _, tier := range []string{"a tier", "AVX2", "avx1024x"} {
		err := WriteSafetensors(path, twoParams[float64](), twoTensors(), map[string]string{TierKey: tier})
		if err == nil || !strings.Contains(err.Error(), "metadata: tier is "+quoted(tier)+", want a word of up to 7 letters") {
			t.Errorf("tier %s: error is %v", tier, err)
		}
	}
	if old, err := os.ReadFile(path); string(old) != "old" {
		t.Errorf("the file became %q (%v)", old, err)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*.tmp")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// The checksum is that of the tier, too: of the word, so that the header may be written in another order.
func TestSafetensorsTier(t *testing.T) {
	data, err := EncodeSafetensors(twoParams[float32](), twoTensors(), map[string]string{TierKey: "avx2", "a": "b"})
	if err != nil {
		t.Fatal(err)
	}
	for _, edit := range []struct{ old, new, damage string }{
		{"avx2", "avx4", "checksum is"}, {"avx2", "avx ", "tier is"}, {`",   "tier":"avx2","a":"b"`, `",   "a":"b","tier":"avx2"`, ""}, {`   "tier":"avx2"`, `"tier":   "avx2"`, ""},
		{`"tier"`, `"tear"`, "checksum is"},
	} {
		_, err := DecodeSafetensors("f", []byte(strings.Replace(string(data), edit.old, edit.new, 1)), twoParams[float32](), twoTensors())
		if damaged := edit.damage != ""; (err != nil) != damaged || damaged && !strings.Contains(err.Error(), edit.damage) {
			t.Errorf("%s in place of %s: the error is %v", edit.new, edit.old, err)
		}
	}
}

func TestReadSafetensorsFile(t *testing.T) {
	folder := t.TempDir()
	_, err := ReadSafetensors(filepath.Join(folder, "none"), twoParams[float32](), twoTensors())
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error is %v, want that the file does not exist", err)
	}
	path := filepath.Join(folder, "large")
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 1<<30); err != nil {
		t.Skip(err)
	}
	_, err = ReadSafetensors(path, twoParams[float32](), twoTensors())
	if want := "has 1073741824 bytes, want at most 1048640 for this network"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error is %v, want %q", err, want)
	}
}

// FuzzSafetensors checks that no file makes the reader panic, and that a file
// which it accepts says the same after it is written again.
func FuzzSafetensors(f *testing.F) {
	f.Add(rawFile(twoHeader, 32))
	f.Add(rawFile(`{"__metadata__":{"a":"\ud800"},`+twoHeader[1:]+"  ", 32))
	f.Add(edited(`[2]`, `[2,1]`))
	f.Add(edited(`[24,32]`, `[24,18446744073709551615]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		params := make([]float32, 14)
		metadata, err := DecodeSafetensors("f", data, params, twoTensors())
		if err != nil {
			if len(err.Error()) > 20_000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			return
		}
		path := filepath.Join(t.TempDir(), "f")
		if err := WriteSafetensors(path, params, twoTensors(), metadata); err != nil {
			if wordOf(metadata[TierKey]) {
				t.Fatal(err)
			}
			return
		}
		if metadata == nil {
			metadata = map[string]string{}
		}
		metadata[TierKey] = cmp.Or(metadata[TierKey], TrainedUnknown)
		again := make([]float32, 14)
		metadata2, err := ReadSafetensors(path, again, twoTensors())
		if err != nil || !slices.EqualFunc(params, again, sameBits) || !maps.Equal(metadata, metadata2) {
			t.Errorf("%v and %v, again %v and %v (%v)", params, metadata, again, metadata2, err)
		}
	})
}

func sameBits(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }
