package foreign

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// npyOf is an npy file of float32 numbers.
func npyOf(shape string, values ...float32) []byte {
	return npyHeader("<f4", shape, binary.LittleEndian.AppendUint32, values)
}

func npyHeader(descr, shape string, put func([]byte, uint32) []byte, values []float32) []byte {
	head := "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n"
	data := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(head)))
	data = append(data, head...)
	for _, v := range values {
		data = put(data, math.Float32bits(v))
	}
	return data
}

// entry is a file of an archive.
type entry struct {
	name    string
	method  uint16
	content []byte
}

// npz is an archive of files.
func npz(entries ...entry) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		f, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: e.method})
		if err == nil {
			_, err = f.Write(e.content)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// safetensorsFile is a file with a header and bytes behind it.
func safetensorsFile(header string, payload ...byte) []byte {
	data := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(data, header...), payload...)
}

func TestNpz(t *testing.T) {
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		data := npz(entry{"a/b.npy", method, npyOf("(2, 3)", 1, 2, 3, 4, 5, 6)}, entry{"n.npy", method, npyHeader("<i4", "(1,)", binary.LittleEndian.AppendUint32, []float32{1})})
		f, err := Decode("f", data)
		if err != nil {
			t.Fatal(err)
		}
		a := f.Tensors[0]
		if a.Name != "a/b" || !slices.Equal(a.Shape, []int{2, 3}) || a.Type != "f4" || a.At(5) != 6 {
			t.Errorf("read %v", a)
		}
		if n := f.Tensors[1]; n.Name != "n" || n.At != nil || n.Type != "<i4" {
			t.Errorf("read %v", n)
		}
	}
}

func TestSafetensors(t *testing.T) {
	header := `{"__metadata__":{"a":"b"},"z":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[],"data_offsets":[4,6]},` +
		`"d":{"dtype":"F64","shape":[1,1],"data_offsets":[6,14]},"i":{"dtype":"I8","shape":[1],"data_offsets":[14,15]}}`
	payload := []byte{0x00, 0x3c, 0x01, 0x80, 0x80, 0xbf}
	payload = append(binary.LittleEndian.AppendUint64(payload, math.Float64bits(0.1)), 7)
	f, err := Decode("f", safetensorsFile(header, payload...))
	if err != nil {
		t.Fatal(err)
	}
	z, b, d, i := f.Tensors[0], f.Tensors[1], f.Tensors[2], f.Tensors[3]
	if z.Name != "z" || z.At(0) != 1 || z.At(1) != -0x1p-24 || len(b.Shape) != 0 || b.At(0) != -1 || d.At(0) != 0.1 || i.At != nil || f.Metadata["a"] != "b" {
		t.Errorf("read %v", f)
	}
}

// TestHalf checks every number of 16 bits: neighbours differ by the step of their exponent, and the ends are known.
func TestHalf(t *testing.T) {
	for bits, want := range map[uint16]float64{0: 0, 1: 0x1p-24, 0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0400: 0x1p-14, 0x7c00: math.Inf(1), 0xfc00: math.Inf(-1)} {
		if got := half(bits); got != want {
			t.Errorf("%#x is %v, want %v", bits, got, want)
		}
	}
	for bits := uint16(0); bits < 0x7bff; bits++ {
		step := math.Ldexp(1, max(int(bits>>10), 1)-25)
		if half(bits+1)-half(bits) != step || half(bits|0x8000) != -half(bits) {
			t.Fatalf("%#x is %v, before %v", bits, half(bits), half(bits+1))
		}
	}
	for bits := uint16(0x7c01); bits < 0x8000; bits++ {
		if !math.IsNaN(half(bits)) {
			t.Fatalf("%#x is %v, want NaN", bits, half(bits))
		}
	}
}

// What other software writes by default is named, with the way to a file that is read.
func TestOtherFormats(t *testing.T) {
	for _, test := range []struct{ data, want string }{
		{"", `starts with ""`},
		{"\x80\x02}q", "is a pickle, which runs as a program when it is read; want it saved as numbers: safetensors"},
		{"\x89HDF\r\n\x1a\n", "is HDF5; want it saved as npz: numpy.savez"},
		{string(npyOf("(1,)", 1)), "is a single array; want an npz file"},
		{string(npz(entry{"archive/data.pkl", zip.Store, []byte("x")})), "is a file of torch.save; want safetensors"},
		{string(npz(entry{"model.weights.h5", zip.Store, []byte("x")})), "is a file of Keras; want numpy.savez"},
		{string(npz(entry{"readme.txt", zip.Store, []byte("x")})), `has "readme.txt" in it, want arrays *.npy`},
	} {
		if _, err := Decode("f", []byte(test.data)); err == nil || !strings.HasPrefix(err.Error(), "f: ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.20q: error is %v, want %s", test.data, err, test.want)
		}
	}
}

// String makes tensors readable in failures.
func (t Tensor) String() string { return fmt.Sprintf("%s %s %v", t.Name, t.Type, t.Shape) }
