package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A table is a data set: a header and its rows. The fields hold no commas and
// no quotes.
type table struct {
	header []string
	rows   [][]string
}

// encode returns the table as CSV.
func (t *table) encode() []byte {
	var b bytes.Buffer
	b.WriteString(strings.Join(t.header, ",") + "\n")
	for _, row := range t.rows {
		b.WriteString(strings.Join(row, ",") + "\n")
	}
	return b.Bytes()
}

// check returns an error for the first row that has not one field per column.
func (t *table) check() error {
	for i, row := range t.rows {
		if len(row) != len(t.header) {
			return fmt.Errorf("row %d has %d fields, want %d", i+1, len(row), len(t.header))
		}
	}
	return nil
}

// write writes the table to path, compressed when that ends in .gz.
func write(path string, t *table) error {
	if err := t.check(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	text := t.encode()
	if strings.HasSuffix(path, ".gz") {
		text = compress(text)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d rows\n", path, len(t.rows))
	return nil
}

// compress returns text in gzip form. The header has neither name nor time, so
// the same text gives the same bytes.
func compress(text []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is right
	}
	z.Write(text) // a bytes.Buffer takes everything
	z.Close()
	return b.Bytes()
}

// lines returns the fields of the lines of a file, cut by split, without empty
// lines. The file may be compressed.
func lines(folder, name string, split func(string) []string) ([][]string, error) {
	text, err := read(filepath.Join(folder, name))
	if err != nil {
		return nil, err
	}
	var all [][]string
	s := bufio.NewScanner(bytes.NewReader(text))
	for s.Scan() {
		if line := strings.TrimSpace(s.Text()); line != "" {
			all = append(all, split(line))
		}
	}
	return all, s.Err()
}

// byCommas cuts a line of CSV.
func byCommas(line string) []string { return strings.Split(line, ",") }

// read returns the contents of a file, unpacked when its name ends in .gz.
func read(path string) ([]byte, error) {
	packed, err := os.ReadFile(path)
	if err != nil || !strings.HasSuffix(path, ".gz") {
		return packed, err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return io.ReadAll(z)
}

// className returns the name of the class whose index, counted from first, is text.
func className(text string, first int, classes []string) (string, error) {
	i, err := strconv.Atoi(text)
	if err != nil || i < first || i-first >= len(classes) {
		return "", fmt.Errorf("class %q, want %d to %d", text, first, first+len(classes)-1)
	}
	return classes[i-first], nil
}
