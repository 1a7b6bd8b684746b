package runtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// parseHeader returns what a header says of the tensors, by name. It reads token
// by token to be strict where json.Unmarshal is not: that keeps the last of two
// equal keys, matches keys in any case, takes null for any value, and lets what
// is missing be zero.
func parseHeader(header []byte) (places map[string]place, metadata map[string]string, err error) {
	switch {
	case !bytes.HasPrefix(header, []byte("{")):
		return nil, nil, fmt.Errorf("begins with %s, want {", quoted(string(header[:min(1, len(header))])))
	case !utf8.Valid(header): // encoding/json would replace what is wrong and so make names equal
		return nil, nil, errors.New("is not UTF-8")
	}
	p := headerParser{json.NewDecoder(bytes.NewReader(header))}
	p.UseNumber()
	places = map[string]place{}
	err = p.object(func(key string) (err error) {
		if key == metadataKey {
			metadata, err = p.metadata()
			return err
		}
		places[key], err = p.place()
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	// the format allows spaces at the end, which align the tensors
	if rest := bytes.Trim(header[p.InputOffset():], " "); len(rest) > 0 {
		return nil, nil, fmt.Errorf("goes on with %s, want nothing but spaces", quoted(string(rest)))
	}
	return places, metadata, nil
}

// headerParser reads the JSON of a header. Its errors say what a value is and
// what was wanted; object puts the key in front.
type headerParser struct{ *json.Decoder }

// object reads an object; value reads the value of a key. Values are read by
// functions for their type, so the depth of the nesting is bounded.
func (p headerParser) object(value func(key string) error) error {
	if err := p.delim('{'); err != nil {
		return err
	}
	seen := map[string]bool{}
	for p.More() {
		key, err := p.text()
		if err != nil {
			return err
		}
		if seen[key] {
			return fmt.Errorf("%s: is there twice, want it once", quoted(key))
		}
		seen[key] = true
		if err := value(key); err != nil {
			return fmt.Errorf("%s: %w", quoted(key), err)
		}
	}
	return p.delim('}')
}

// metadata reads an object of strings.
func (p headerParser) metadata() (map[string]string, error) {
	metadata := map[string]string{}
	err := p.object(func(key string) (err error) {
		metadata[key], err = p.text()
		return err
	})
	return metadata, err
}

// place reads what the header says of one tensor.
func (p headerParser) place() (place, error) {
	var t place
	var offsets []int
	missing := map[string]bool{"dtype": true, "shape": true, "data_offsets": true}
	err := p.object(func(key string) (err error) {
		delete(missing, key)
		switch key {
		case "dtype":
			t.Dtype, err = p.text()
		case "shape":
			t.Shape, err = p.numbers()
		case "data_offsets":
			offsets, err = p.numbers()
			if err == nil && len(offsets) != 2 {
				err = fmt.Errorf("has %d numbers, want 2", len(offsets))
			}
		default:
			err = errors.New("is unknown, want dtype, shape and data_offsets")
		}
		return err
	})
	switch {
	case err != nil:
		return t, err
	case len(missing) > 0:
		return t, fmt.Errorf("has no %s", slices.Sorted(maps.Keys(missing))[0])
	}
	t.Offsets = [2]int(offsets)
	return t, nil
}

// numbers reads an array of integers from 0 to 2³¹-1, which is more than any
// file has bytes. Signs, fractions and exponents are refused.
func (p headerParser) numbers() ([]int, error) {
	if err := p.delim('['); err != nil {
		return nil, err
	}
	list := []int{}
	for p.More() {
		token, err := p.token()
		if err != nil {
			return nil, err
		}
		digits, _ := token.(json.Number) // empty for other tokens, which is no number either
		n, err := strconv.ParseUint(string(digits), 10, 31)
		if err != nil {
			return nil, fmt.Errorf("contains %s, want integers from 0 to 2147483647", quoted(fmt.Sprint(token)))
		}
		list = append(list, int(n))
	}
	return list, p.delim(']')
}

// text reads a string.
func (p headerParser) text() (string, error) {
	token, err := p.token()
	if err != nil {
		return "", err
	}
	s, ok := token.(string)
	if !ok {
		return "", fmt.Errorf("is %s, want a string", quoted(fmt.Sprint(token)))
	}
	return s, nil
}

// delim reads a brace or a bracket.
func (p headerParser) delim(want json.Delim) error {
	token, err := p.token()
	if err == nil && token != want {
		return fmt.Errorf("is %s, want %s", quoted(fmt.Sprint(token)), want)
	}
	return err
}

// token reads the next token; there must be one.
func (p headerParser) token() (json.Token, error) {
	token, err := p.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("is not JSON at byte %d: %w", p.InputOffset(), err)
	}
	return token, nil
}
