package runtime

import (
	"cmp"
	"fmt"
	"slices"
)

// Stored is a tensor of a safetensors file, of any type.
type Stored struct {
	Name  string
	Dtype string // as the file calls it: F32, BF16
	Shape []int
	Data  []byte // its bytes in the file
}

// ParseSafetensors takes a file of that name apart, whatever its tensors are: they come as they lie one behind the other.
// What their types and shapes make of their bytes is for the caller to check. Where the metadata has a checksum, it is
// checked, and left out.
func ParseSafetensors(name string, data []byte) (tensors []Stored, metadata map[string]string, err error) {
	places, payload, metadata, err := parseFile(name, data)
	if err != nil {
		return nil, nil, err
	}
	if err := checkSum(name, metadata, payload); err != nil {
		return nil, nil, err
	}
	for key, p := range places {
		tensors = append(tensors, Stored{key, p.Dtype, p.Shape, payload[p.Offsets[0]:p.Offsets[1]]})
	}
	slices.SortFunc(tensors, func(a, b Stored) int {
		p, q := places[a.Name].Offsets, places[b.Name].Offsets
		return cmp.Or(p[0]-q[0], p[1]-q[1], cmp.Compare(a.Name, b.Name))
	})
	return tensors, metadata, nil
}

// parseFile returns what the header of a file says, and the bytes behind it, in which every tensor has its place.
func parseFile(name string, data []byte) (places map[string]place, payload []byte, metadata map[string]string, err error) {
	header, payload, err := cutHeader(data)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	places, metadata, err = parseHeader(header)
	if err == nil {
		err = checkPlaces(places, len(payload))
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%s: header: %w", name, err)
	}
	return places, payload, metadata, nil
}

// checkSum reports a payload that has not the checksum of the metadata, if there is one, and removes it from there.
func checkSum(name string, metadata map[string]string, payload []byte) error {
	want := metadata[checksumKey]
	tier, named := metadata[TierKey]
	if want == "" {
		return nil
	}
	if !wordOf(tier) {
		return fmt.Errorf("%s: %s is %s: the file is damaged", name, TierKey, quoted(tier))
	}
	field := "" // somebody else's file has none
	if named {
		field = tierField(tier)
	}
	if sum := checksumOf(field, payload); sum != want {
		return fmt.Errorf("%s: checksum is %s, want %s: the file is damaged", name, sum, quoted(want))
	}
	delete(metadata, checksumKey)
	return nil
}
