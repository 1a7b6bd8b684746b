package foreign

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/chainrule-go/chainrule/runtime"
)

const mostDims = 64 // as in npy

// number is a type of a safetensors file that is read.
type number struct {
	size int
	at   func(data []byte) float64
}

// numbers are these types by their names.
var numbers = map[string]number{
	"F16": {2, func(b []byte) float64 { return half(binary.LittleEndian.Uint16(b)) }},
	"BF16": {2, func(b []byte) float64 {
		return float64(math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16))
	}},
	"F32": {4, func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }},
	"F64": {8, func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }},
}

// half returns the value of an IEEE 754 binary16 number: a sign, 5 bits of exponent, 10 of mantissa.
func half(bits uint16) float64 {
	exponent, mantissa := int(bits>>10&31), float64(bits&1023)
	v := math.Ldexp(1024+mantissa, exponent-25)
	switch {
	case exponent == 0:
		v = math.Ldexp(mantissa, -24)
	case exponent == 31 && mantissa != 0:
		return math.NaN()
	case exponent == 31:
		v = math.Inf(1)
	}
	if bits>>15 == 1 {
		return -v
	}
	return v
}

// safetensors returns the tensors of a file in that format.
func safetensors(name string, data []byte) ([]Tensor, map[string]string, error) {
	stored, metadata, err := runtime.ParseSafetensors(name, data)
	if err != nil {
		return nil, nil, err
	}
	tensors := make([]Tensor, len(stored))
	for i, s := range stored {
		tensors[i] = Tensor{Name: s.Name, Shape: s.Shape, Type: s.Dtype}
		if len(s.Shape) > mostDims {
			return nil, nil, fmt.Errorf("%s: tensor %.60q: has %d dimensions, want at most %d", name, s.Name, len(s.Shape), mostDims)
		}
		n, ok := numbers[s.Dtype]
		if !ok {
			continue
		}
		if !fills(s.Shape, n.size, len(s.Data)) {
			return nil, nil, fmt.Errorf("%s: tensor %.60q: has %d bytes, which are not those of %s %v", name, s.Name, len(s.Data), s.Dtype, s.Shape)
		}
		tensors[i].At = func(i int) float64 { return n.at(s.Data[n.size*i:]) }
	}
	return tensors, metadata, nil
}

// fills tells whether a tensor of the shape has so many bytes; the product of a hostile shape may be of any size.
func fills(shape []int, size, bytes int) bool {
	for _, d := range shape {
		if d == 0 {
			return bytes == 0
		}
		if size > bytes/d {
			return false
		}
		size *= d
	}
	return size == bytes
}
