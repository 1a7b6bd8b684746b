// Package npy reads arrays of floating-point numbers in NumPy's npy format.
package npy

import (
	"encoding/binary"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Array is an array of numbers; they stay where they are, in the bytes of a file.
type Array struct {
	Shape   []int
	Type    string // f4 or f8
	payload []byte
	strides []int // between places, by dimension; nil: the last dimension is the fastest
}

// TypeError says that an array has elements that are not read.
type TypeError struct{ Type string }

// Error names the type.
func (e *TypeError) Error() string { return fmt.Sprintf("npy: type %q, want <f4 or <f8", e.Type) }

// At returns value i in C order: the last dimension is the fastest.
func (a Array) At(i int) float64 {
	if a.strides != nil {
		at := 0
		for d := len(a.Shape) - 1; d >= 0; d-- {
			at += i % a.Shape[d] * a.strides[d]
			i /= a.Shape[d]
		}
		i = at
	}
	if a.Type == "f4" {
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(a.payload[4*i:])))
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(a.payload[8*i:]))
}

const (
	magic   = "\x93NUMPY"
	maxDims = 64 // NumPy has no more
)

// header is what NumPy writes for an array without fields: the keys in their order, blanks, a line feed.
var header = regexp.MustCompile(`^\{'descr': '([^']{1,16})', 'fortran_order': (True|False), 'shape': \(((?:\d+,|\d+(?:, \d+)+)?)\), \} *\n$`)

// Decode reads an npy file of type <f4 or <f8, in C or Fortran order.
func Decode(data []byte) (Array, error) {
	head, payload, err := cut(data)
	if err != nil {
		return Array{}, err
	}
	m := header.FindSubmatch(head)
	if m == nil {
		return Array{}, fmt.Errorf("npy: header %.80q, want descr, fortran_order and shape as NumPy writes them", head)
	}
	size := 0
	switch string(m[1]) {
	case "<f4":
		size = 4
	case "<f8":
		size = 8
	default:
		return Array{}, &TypeError{string(m[1])}
	}
	shape, count, err := parseShape(string(m[3]), len(payload)/size)
	if err != nil {
		return Array{}, err
	}
	if count*size != len(payload) {
		return Array{}, fmt.Errorf("npy: %d bytes of values, want %d for shape %v of type %s", len(payload), count*size, shape, m[1])
	}
	a := Array{Shape: shape, Type: string(m[1][1:]), payload: payload}
	if string(m[2]) == "True" {
		a.strides = make([]int, len(shape))
		stride := 1
		for d, n := range shape {
			a.strides[d], stride = stride, stride*n
		}
	}
	return a, nil
}

// cut returns the header and the values of an npy file of format 1, 2 or 3.
func cut(data []byte) (head, payload []byte, err error) {
	if len(data) < 10 || string(data[:6]) != magic {
		return nil, nil, fmt.Errorf("npy: starts with %.10q, want %q, a version and a length", data, magic)
	}
	start, length := 10, uint64(binary.LittleEndian.Uint16(data[8:]))
	switch {
	case data[6] < 1 || data[6] > 3 || data[7] != 0:
		return nil, nil, fmt.Errorf("npy: format %d.%d, want 1.0, 2.0 or 3.0", data[6], data[7])
	case data[6] > 1 && len(data) < 12:
		return nil, nil, fmt.Errorf("npy: %d bytes, want 12 or more", len(data))
	case data[6] > 1:
		start, length = 12, uint64(binary.LittleEndian.Uint32(data[8:]))
	}
	if length > uint64(len(data)-start) {
		return nil, nil, fmt.Errorf("npy: header of %d bytes, want at most the %d that follow", length, len(data)-start)
	}
	end := start + int(length)
	return data[start:end], data[end:], nil
}

// parseShape returns the dimensions and their product, which is at most limit.
func parseShape(text string, limit int) (shape []int, count int, err error) {
	count = 1
	if dims := strings.Count(text, ","); dims > maxDims {
		return nil, 0, fmt.Errorf("npy: shape (%.80s) has %d dimensions or more, want at most %d", text, dims, maxDims)
	}
	for field := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 || n > limit/count {
			return nil, 0, fmt.Errorf("npy: shape (%.80s), want dimensions of 1 or more whose product is at most the %d values there", text, limit)
		}
		shape, count = append(shape, n), count*n
	}
	return shape, count, nil
}
