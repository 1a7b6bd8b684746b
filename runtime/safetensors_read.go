package runtime

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
)

// maxHeader limits the bytes of a header: enough for 5,000 tensors, where the
// format would allow 100 MB.
const maxHeader = 1 << 20

// ReadSafetensors sets the parameters from a weights file, which must hold
// exactly these tensors in the precision F. It returns the file's metadata, nil
// when it has none. After an error the parameters are as they were. Padding
// between parameters is left alone.
func ReadSafetensors[F Float](path string, params []F, tensors []Tensor) (metadata map[string]string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	// the limit keeps a wrong path from filling the memory
	_, size := dtype[F]()
	if most := int64(8 + maxHeader + size*len(params)); info.Size() > most {
		return nil, fmt.Errorf("%s: has %d bytes, want at most %d for this network", path, info.Size(), most)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return DecodeSafetensors(path, data, params, tensors)
}

// DecodeSafetensors is [ReadSafetensors] for the bytes of a file of that name.
func DecodeSafetensors[F Float](name string, data []byte, params []F, tensors []Tensor) (metadata map[string]string, err error) {
	for _, t := range tensors {
		if err := t.check(len(params)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	places, payload, metadata, err := parseFile(name, data)
	if err != nil {
		return nil, err
	}
	if wrong := mismatches[F](places, tensors); len(wrong) > 0 {
		return nil, fmt.Errorf("%s: %s", name, strings.Join(wrong, "\n"+name+": "))
	}
	if err := checkSum(name, metadata, payload); err != nil {
		return nil, err
	}
	// nothing can fail from here on
	for _, t := range tensors {
		at := places[t.Name].Offsets
		decode(params, payload[at[0]:at[1]], t)
	}
	return metadata, nil
}

// decode sets the tensor's part of the parameters from its bytes.
func decode[F Float](params []F, data []byte, t Tensor) {
	_, size := dtype[F]()
	for i := range t.Len() {
		if size == 8 {
			params[t.At(i)] = F(math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:])))
		} else {
			params[t.At(i)] = F(math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])))
		}
	}
}

// cutHeader takes a file apart.
func cutHeader(data []byte) (header, payload []byte, err error) {
	if len(data) < 8 {
		return nil, nil, fmt.Errorf("has %d bytes, want at least 8 for the length of the header", len(data))
	}
	length, rest := binary.LittleEndian.Uint64(data), data[8:]
	if length > maxHeader {
		return nil, nil, fmt.Errorf("length of the header is %d, want at most %d: is this a safetensors file?", length, maxHeader)
	}
	if length > uint64(len(rest)) {
		return nil, nil, fmt.Errorf("length of the header is %d, but only %d bytes follow", length, len(rest))
	}
	return rest[:length], rest[length:], nil
}

// checkPlaces reports tensors that do not fill the payload one behind the other.
// The format forbids holes and overlaps: bytes that no tensor explains could hide
// another file, and a byte in two tensors is most likely a mistake of the writer.
func checkPlaces(places map[string]place, payload int) error {
	names := slices.SortedFunc(maps.Keys(places), func(a, b string) int {
		p, q := places[a].Offsets, places[b].Offsets
		return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1]), cmp.Compare(a, b))
	})
	end := 0
	for _, name := range names {
		at := places[name].Offsets
		switch {
		case at[0] > at[1]:
			return fmt.Errorf("tensor %s: data_offsets are %v, want them ascending", quoted(name), at)
		case at[0] < end:
			return fmt.Errorf("tensor %s: begins at byte %d inside another tensor, want %d", quoted(name), at[0], end)
		case at[0] > end:
			return fmt.Errorf("tensor %s: begins at byte %d behind a hole, want %d", quoted(name), at[0], end)
		}
		end = at[1]
	}
	if end != payload {
		return fmt.Errorf("tensors take %d bytes, but %d bytes follow", end, payload)
	}
	return nil
}

// mismatches lists where the file and the network differ, at most ten lines: first
// the network's tensors in their order, then what only the file has.
func mismatches[F Float](places map[string]place, tensors []Tensor) []string {
	var wrong []string
	wantType, size := dtype[F]()
	known := map[string]bool{}
	for _, t := range tensors {
		known[t.Name] = true
		p, ok := places[t.Name]
		problem := ""
		switch got := p.Offsets[1] - p.Offsets[0]; {
		case !ok:
			problem = fmt.Sprintf("is missing, want %s %v", wantType, t.Shape)
		case p.Dtype != wantType:
			problem = fmt.Sprintf("dtype is %s, want %s", quoted(p.Dtype), wantType)
		case !slices.Equal(p.Shape, t.Shape):
			problem = fmt.Sprintf("shape is %v, want %v", p.Shape, t.Shape)
		case got != size*t.Len():
			problem = fmt.Sprintf("has %d bytes, want %d", got, size*t.Len())
		default:
			continue
		}
		wrong = append(wrong, fmt.Sprintf("tensor %s: %s", t.Name, problem))
	}
	for _, name := range slices.Sorted(maps.Keys(places)) {
		if !known[name] {
			wrong = append(wrong, fmt.Sprintf("tensor %s: is not part of the network", quoted(name)))
		}
	}
	if more := len(wrong) - maxErrors; more > 0 {
		wrong = append(wrong[:maxErrors], fmt.Sprintf("and %d more errors", more))
	}
	return wrong
}

// quoted returns a text from a file for an error message, in quotes and at most 60 letters of it.
func quoted(s string) string { return fmt.Sprintf("%.60q", s) }
