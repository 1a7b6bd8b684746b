package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
)

// readSeeds reads seeds_dataset.txt: seven measurements and the number of the
// variety, counted from 1, with tabs between.
func readSeeds(folder string) (*table, error) {
	rows, err := lines(folder, "seeds_dataset.txt", strings.Fields)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		last := len(row) - 1
		if row[last], err = className(row[last], 1, words("kama rosa canadian")); err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	return &table{words("area perimeter compactness kernel_length kernel_width asymmetry groove_length variety"), rows}, nil
}

// readMNIST reads both parts of the set: 70,000 images of 28×28 pixels. The spec
// makes its own split.
func readMNIST(folder string) (*table, error) {
	const side = 28
	t := &table{header: append(pixels(side), "digit")}
	for _, part := range words("train t10k") {
		images, err := readIDX(folder, part+"-images-idx3-ubyte", side, side)
		if err != nil {
			return nil, err
		}
		labels, err := readIDX(folder, part+"-labels-idx1-ubyte")
		if err != nil {
			return nil, err
		}
		if len(images) != side*side*len(labels) {
			return nil, fmt.Errorf("%s: %d images and %d labels", part, len(images)/(side*side), len(labels))
		}
		for i, label := range labels {
			t.rows = append(t.rows, image(images[i*side*side:(i+1)*side*side], label))
		}
	}
	return t, nil
}

// image returns the row of an image: gray values from 0 to 1, which suit the
// usual initial weights better than 0 to 255, and the label.
func image(gray []byte, label byte) []string {
	row := make([]string, 0, len(gray)+1)
	for _, g := range gray {
		row = append(row, strconv.FormatFloat(float64(g)/255, 'g', 4, 64))
	}
	return append(row, strconv.Itoa(int(label)))
}

// readIDX reads a file in the IDX format of MNIST, packed or not: the bytes 0 0
// 8 and the number of dimensions, each dimension as 4 bytes, big end first, then
// the elements, one byte each. The dimensions behind the first must be sides.
func readIDX(folder, name string, sides ...uint32) ([]byte, error) {
	path := filepath.Join(folder, name)
	file, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		file, err = read(path + ".gz")
	}
	if err != nil {
		return nil, err
	}
	dimensions := 1 + len(sides)
	head := 4 + 4*dimensions
	if len(file) < head || string(file[:4]) != string([]byte{0, 0, 8, byte(dimensions)}) {
		return nil, fmt.Errorf("%s: no IDX file of bytes in %d dimensions", name, dimensions)
	}
	size := uint64(binary.BigEndian.Uint32(file[4:]))
	for i, side := range sides {
		if got := binary.BigEndian.Uint32(file[8+4*i:]); got != side {
			return nil, fmt.Errorf("%s: dimension %d is %d, want %d", name, i+2, got, side)
		}
		size *= uint64(side)
	}
	if uint64(len(file)-head) != size {
		return nil, fmt.Errorf("%s: %d bytes of elements, want %d", name, len(file)-head, size)
	}
	return file[head:], nil
}
