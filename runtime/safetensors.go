package runtime

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"math"
	"strings"
)

// Reference: https://huggingface.co/docs/safetensors, "Format". A file is the
// length of its header (8 bytes, little-endian), the header (JSON: where each
// tensor lies), and the tensors' bytes, little-endian, one behind the other.

// metadataKey is the key of a header that does not name a tensor.
const metadataKey = "__metadata__"

// place is what a header says of a tensor.
type place struct {
	Dtype   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"` // first byte, byte behind the last one
}

// dtype returns the name and the number of bytes of F in a file.
func dtype[F Float]() (name string, size int) {
	if _, wide := any(F(0)).(float64); wide {
		return "F64", 8
	}
	return "F32", 4
}

// WriteSafetensors writes the parameters to a weights file, in canonical order,
// as F32 or F64. The file is complete or, after a crash or an error, as it was.
// The metadata gets a checksum.
func WriteSafetensors[F Float](path string, params []F, tensors []Tensor, metadata map[string]string) error {
	before, after, err := SafetensorsHeader[F](len(params), tensors, metadata)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	payload := appendTensors(nil, params, tensors)
	head := fmt.Sprintf("%s%08x%s", before, crc32.ChecksumIEEE(payload), after)
	return replaceFile(realDisk{}, path, append([]byte(head), payload...))
}

// appendTensors appends the elements of the tensors, little-endian.
func appendTensors[F Float](data []byte, params []F, tensors []Tensor) []byte {
	_, size := dtype[F]()
	for _, t := range tensors {
		for i := range t.Len() {
			v := params[t.At(i)]
			if size == 8 {
				data = binary.LittleEndian.AppendUint64(data, math.Float64bits(float64(v)))
			} else {
				data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
			}
		}
	}
	return data
}

// checksumKey is the key of the metadata for the checksum of all tensors' bytes:
// CRC-32 by the IEEE polynomial, as 8 hexadecimal digits.
const checksumKey = "crc32"

// SafetensorsHeader returns what a weights file begins with, the length of the
// header and the header: before the 8 digits of the checksum, and after them. It
// depends on the network alone, so that a reader can compare bytes. The header is
// padded with spaces so that the tensors begin at a multiple of 8 bytes.
func SafetensorsHeader[F Float](params int, tensors []Tensor, metadata map[string]string) (before, after string, err error) {
	const digits = "00000000"
	metadata = maps.Clone(metadata)
	if metadata == nil {
		metadata = map[string]string{}
	}
	metadata[checksumKey] = digits
	header, err := safetensorsHeader[F](params, tensors, metadata)
	if err != nil {
		return "", "", err
	}
	key := `"` + checksumKey + `":"`
	before, after, _ = strings.Cut(header, key+digits)
	length := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return string(length) + before + key, after, nil
}

// safetensorsHeader returns the header with its padding.
func safetensorsHeader[F Float](params int, tensors []Tensor, metadata map[string]string) (string, error) {
	var fields []string
	field := func(key string, value any) {
		k, _ := json.Marshal(key) // strings and integers cannot fail
		v, _ := json.Marshal(value)
		fields = append(fields, string(k)+":"+string(v))
	}
	if len(metadata) > 0 {
		field(metadataKey, metadata)
	}
	names := map[string]bool{metadataKey: true}
	name, size := dtype[F]()
	begin := 0
	for _, t := range tensors {
		if err := t.check(params); err != nil {
			return "", err
		}
		if names[t.Name] {
			return "", fmt.Errorf("tensor %s: its name is taken, want one of its own", t.Name)
		}
		names[t.Name] = true
		end := begin + size*t.Len()
		field(t.Name, place{name, t.Shape, [2]int{begin, end}})
		begin = end
	}
	header := "{" + strings.Join(fields, ",") + "}"
	return header + strings.Repeat(" ", -len(header)&7), nil
}
