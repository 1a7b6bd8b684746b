package runtime

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"math"
	"slices"
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
// The metadata gets a checksum, and [TrainedUnknown] as its [TierKey] where it has none.
func WriteSafetensors[F Float](path string, params []F, tensors []Tensor, metadata map[string]string) error {
	data, err := EncodeSafetensors(params, tensors, metadata)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return replaceFile(realDisk{}, path, data)
}

// EncodeSafetensors returns what [WriteSafetensors] writes.
func EncodeSafetensors[F Float](params []F, tensors []Tensor, metadata map[string]string) ([]byte, error) {
	before, after, err := SafetensorsHeader[F](len(params), tensors, metadata)
	if err != nil {
		return nil, err
	}
	tier := cmp.Or(metadata[TierKey], TrainedUnknown)
	if !wordOf(tier) {
		return nil, fmt.Errorf("metadata: %s is %s, want a word of up to %d letters", TierKey, quoted(tier), tierWidth)
	}
	payload := appendTensors(nil, params, tensors)
	field := tierField(tier)
	gap := checksumOf(field, payload) + field
	return slices.Concat([]byte(before+gap+after), payload), nil
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

// The keys of the metadata whose values are not those of all files of a network.
const (
	// TierKey says which arithmetic has trained the parameters: see [Network.Tier].
	TierKey = "tier"
	// checksumKey has the checksum of the tier and of all tensors' bytes, CRC-32
	// by the IEEE polynomial, as 8 hexadecimal digits.
	checksumKey = "crc32"
)

// HeaderGap is how many bytes of a weights file lie between what
// [SafetensorsHeader] returns: the checksum and the tier. The checksum is that
// of the bytes behind it up to the end of the gap, and of the parameters.
const HeaderGap = 8 + len(`","tier":""`) + tierWidth

// tierWidth is the length of the longest tier; spaces make up for shorter ones.
const tierWidth = 7

// tierField returns what lies between the checksum and the end of the gap.
func tierField(tier string) string {
	return fmt.Sprintf(`",%*s"%s":"%s"`, tierWidth-len(tier), "", TierKey, tier)
}

// wordOf tells whether a tier is what a header has place for.
func wordOf(tier string) bool {
	other := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }
	return len(tier) <= tierWidth && !strings.ContainsFunc(tier, other)
}

// checksumOf returns the checksum of a file with that field of the tier and these bytes of tensors.
func checksumOf(field string, payload []byte) string {
	return fmt.Sprintf("%08x", crc32.Update(crc32.ChecksumIEEE([]byte(field)), crc32.IEEETable, payload))
}

// SafetensorsHeader returns what a weights file begins with, the length of the
// header and the header: before the gap with checksum and tier, and after it. It
// depends on the network alone, so that a reader can compare bytes. The header is
// padded with spaces so that the tensors begin at a multiple of 8 bytes.
func SafetensorsHeader[F Float](params int, tensors []Tensor, metadata map[string]string) (before, after string, err error) {
	notes := map[string]string{}
	for key, note := range metadata {
		if key != checksumKey && key != TierKey {
			notes[key] = note
		}
	}
	var fields []string
	for _, key := range slices.Sorted(maps.Keys(notes)) {
		fields = append(fields, entry(key, notes[key]))
	}
	before = `{"` + metadataKey + `":{"` + checksumKey + `":"`
	after = strings.Join(append([]string{""}, fields...), ",") + "}"
	places, err := tensorFields[F](params, tensors)
	if err != nil {
		return "", "", err
	}
	after += strings.Join(append([]string{""}, places...), ",") + "}"
	length := len(before) + HeaderGap + len(after)
	pad := -length & 7
	return string(binary.LittleEndian.AppendUint64(nil, uint64(length+pad))) + before, after + strings.Repeat(" ", pad), nil
}

// entry returns a key of the header with its value.
func entry(key string, value any) string {
	k, _ := json.Marshal(key) // strings and integers cannot fail
	v, _ := json.Marshal(value)
	return string(k) + ":" + string(v)
}

// tensorFields returns what the header says of the tensors, one behind the other.
func tensorFields[F Float](params int, tensors []Tensor) ([]string, error) {
	var fields []string
	names := map[string]bool{metadataKey: true}
	name, size := dtype[F]()
	begin := 0
	for _, t := range tensors {
		if err := t.check(params); err != nil {
			return nil, err
		}
		if names[t.Name] {
			return nil, fmt.Errorf("tensor %s: its name is taken, want one of its own", t.Name)
		}
		names[t.Name] = true
		end := begin + size*t.Len()
		fields = append(fields, entry(t.Name, place{name, t.Shape, [2]int{begin, end}}))
		begin = end
	}
	return fields, nil
}
