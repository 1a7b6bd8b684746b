package npy

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
)

// file is an npy file of format 1.0 as NumPy lays it out.
func file(descr, order, shape string, payload []byte) []byte {
	head := "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n"
	data := binary.LittleEndian.AppendUint16([]byte(magic+"\x01\x00"), uint16(len(head)))
	return append(append(data, head...), payload...)
}

func float32s(values ...float32) (data []byte) {
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return data
}

// values returns all values of an array.
func values(a Array) []float64 {
	n := 1
	for _, size := range a.Shape {
		n *= size
	}
	list := make([]float64, n)
	for i := range list {
		list[i] = a.At(i)
	}
	return list
}

func TestDecode(t *testing.T) {
	six := float32s(1, 2, 3, 4, 5, 6)
	for _, c := range []struct {
		data   []byte
		shape  []int
		values []float64
	}{
		{file("<f4", "False", "(2, 3)", six), []int{2, 3}, []float64{1, 2, 3, 4, 5, 6}},
		{file("<f4", "True", "(2, 3)", six), []int{2, 3}, []float64{1, 3, 5, 2, 4, 6}},
		{file("<f4", "False", "()", six[:4]), nil, []float64{1}},
		{file("<f8", "False", "(1,)", binary.LittleEndian.AppendUint64(nil, math.Float64bits(0.1))), []int{1}, []float64{0.1}},
	} {
		a, err := Decode(c.data)
		if err != nil || !slices.Equal(a.Shape, c.shape) || !slices.Equal(values(a), c.values) {
			t.Errorf("Decode(%q) = %v, %v, want %v %v", c.data, a, err, c.shape, c.values)
		}
	}
}

var refused = []struct {
	data []byte
	want string
}{
	{nil, "starts with"},
	{[]byte(magic + "\x04\x00\x00\x00"), "format 4.0"},
	{[]byte(magic + "\x02\x00\x00\x00"), "10 bytes, want 12"},
	{[]byte(magic + "\x01\x00\xff\xff"), "header of 65535 bytes"},
	{file(">f4", "False", "(1,)", float32s(1)), `type ">f4"`},
	{file("<i8", "False", "(1,)", float32s(1, 2)), `type "<i8"`},
	{file("|O", "False", "(1,)", float32s(1)), `type "|O"`},
	{file("<f4", "False", "(1)", float32s(1)), "header"},
	{file("<f4", "False", "(2,)", float32s(1)), "shape (2,)"},
	{file("<f4", "False", "(0,)", nil), "shape (0,)"},
	{file("<f4", "False", "(4294967296, 4294967296)", float32s(1)), "shape (4294967296"},
	{file("<f4", "True", "("+strings.Repeat("1, ", 99)+"1)", float32s(1)), "99 dimensions"},
	{file("<f4", "False", "(1,)", float32s(1, 2)), "8 bytes of values, want 4"},
}

func TestDecodeErrors(t *testing.T) {
	for _, c := range refused {
		if _, err := Decode(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Decode(%q): %v, want %q", c.data, err, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, c := range refused {
		f.Add(c.data)
	}
	f.Add(file("<f4", "True", "(2, 1)", float32s(1, 2)))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Decode(data)
		if err != nil {
			return
		}
		if got := len(values(a)); 4*got > len(data) {
			t.Errorf("shape %v with %d values from %d bytes", a.Shape, got, len(data))
		}
	})
}
