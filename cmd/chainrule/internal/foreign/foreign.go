// Package foreign reads weights as other software writes them: safetensors files and NumPy's npz files.
package foreign

import (
	"bytes"
	"fmt"
	"os"
	"strings"
)

// Tensor is an array of a file. Its numbers stay where they are, in the bytes of the file.
type Tensor struct {
	Name  string
	Shape []int
	Type  string              // as the file calls it
	At    func(i int) float64 // element i, row by row; nil for types that are no floating-point numbers
}

// File is a file of weights.
type File struct {
	Name     string
	Tensors  []Tensor
	Metadata map[string]string // nil for npz
}

// mostBytes is the size of the largest file that is read: what the numbers of a safetensors header can say.
const mostBytes = 1<<31 - 1

// Read reads a file, whose format follows from its first bytes.
func Read(name string) (*File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: is no regular file, want weights in a file .safetensors or .npz", name)
	}
	if info.Size() > mostBytes {
		return nil, fmt.Errorf("%s: has %d bytes, want at most %d", name, info.Size(), mostBytes)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return Decode(name, data)
}

// Decode is [Read] for the bytes of a file of that name.
func Decode(name string, data []byte) (*File, error) {
	f := &File{Name: name}
	var err error
	switch start := string(data[:min(len(data), 8)]); {
	case strings.HasPrefix(start, "PK\x03\x04"):
		if f.Tensors, err = unzip(data); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	case bytes.HasPrefix(data[len(start):], []byte("{")):
		if f.Tensors, f.Metadata, err = safetensors(name, data); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("%s: %s", name, otherFormat(start))
	}
	return f, nil
}

// What to do with files that are not read.
const (
	fromPyTorch = `safetensors.torch.save_file(model.state_dict(), "model.safetensors")`
	fromKeras   = `numpy.savez("model.npz", **{v.path: v.numpy() for v in model.weights})`
)

// otherFormat says what a file is by its start, and what is wanted.
func otherFormat(start string) string {
	switch {
	case strings.HasPrefix(start, "\x80"):
		return "is a pickle, which runs as a program when it is read; want it saved as numbers: " + fromPyTorch
	case strings.HasPrefix(start, "\x89HDF"):
		return "is HDF5; want it saved as npz: " + fromKeras
	case strings.HasPrefix(start, "\x93NUMPY"):
		return "is a single array; want an npz file: numpy.savez(\"model.npz\", **{\"coefs_0\": …, \"intercepts_0\": …})"
	}
	return fmt.Sprintf("starts with %.8q, want a file in the format safetensors or npz", start)
}
