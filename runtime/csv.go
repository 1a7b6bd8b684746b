package runtime

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Columns says which columns of a CSV file mean what. Other columns are ignored.
type Columns struct {
	Features []Feature // nil: all columns that are neither label, target nor weight, in the order of the file
	Size     int       // number of features wanted when Features is nil; 0: any
	Label    string    // the column of the class; "" for regression
	Classes  []string  // the classes; a label is one of these, or in a file without them its index
	Targets  []string  // the columns of the targets
	Weight   string    // the column of the weights of rows; "" for none
	Float32  bool      // numbers must fit into a float32
}

// Feature is a column of inputs: of numbers, unless it says otherwise.
type Feature struct {
	Name string
	// Levels are what a categorical column holds. Each is an element of x, 1 where the column has it and 0 elsewhere.
	Levels []string
	// Unknown adds an element for what is none of the levels, which is an error without.
	Unknown bool
	// Boolean is a column of true and false, or 1 and 0: 1 and 0 in x.
	Boolean bool
}

// Table holds the rows of a file.
type Table struct {
	X     [][]float64 // features, as the network reads them
	Class []int       // nil without label
	Y     [][]float64 // targets; nil without

	Weight []float64 // how much the rows count; nil without
}

// maxLineBytes bounds a line: 65,536 features of 64 characters.
const maxLineBytes = 4 << 20

// ReadCSV reads the rows of a CSV file called name: a header with the names of
// the columns, commas, numbers with a decimal point. An error in the contents is
// a [*CSVErrors] with all of them.
func ReadCSV(r io.Reader, name string, c Columns) (*Table, error) {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 64<<10), maxLineBytes)
	p := &csvParser{columns: c, errors: &CSVErrors{File: name}}
	line := 0
	for !p.hopeless && s.Scan() {
		line++
		p.line(line, s.Text())
	}
	if err := s.Err(); errors.Is(err, bufio.ErrTooLong) {
		p.errors.add(&CSVError{Line: line + 1, Col: 1, Problem: fmt.Sprintf("line is longer than %d bytes", maxLineBytes)})
	} else if err != nil {
		return nil, fmt.Errorf("%s:%d: %w", name, line+1, err)
	}
	switch {
	case !p.hopeless && p.header == nil:
		p.errors.add(&CSVError{Line: 1, Col: 1, Problem: "file is empty, want a header and rows"})
	case p.rows == 0 && p.errors.Errors == nil:
		p.errors.add(&CSVError{Line: line, Col: 1, Problem: "no rows follow the header"})
	}
	if p.errors.Errors != nil {
		return nil, p.errors
	}
	return &p.table, nil
}

// ReadCSVFile reads the rows of a .csv or .csv.gz file.
func ReadCSVFile(path string, c Columns) (*Table, error) {
	f, err := OpenCSV(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadCSV(f, path, c)
}

// OpenCSV opens a .csv file, or a .csv.gz file, which it unpacks.
func OpenCSV(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil || !strings.HasSuffix(path, ".gz") {
		return f, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &gzipFile{z, f}, nil
}

// gzipFile closes the file as well as its reader.
type gzipFile struct {
	*gzip.Reader
	file *os.File
}

// Close closes both; the file was only read, so the first error tells it all.
func (g *gzipFile) Close() error { return errors.Join(g.Reader.Close(), g.file.Close()) }
