package scaffold

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/chainrule-go/chainrule/runtime"
)

// column is what the rows of a file say about one of its columns.
type column struct {
	name     string
	rows     int // with a value
	empty    int // without
	low      float64
	high     float64
	numbers  bool           // all values are numbers
	integers bool           // all are written in digits alone
	values   map[string]int // how many rows have a value; nil when there are too many different ones
}

// maxValues bounds the different values of a column that are remembered.
const maxValues = 1000

// table is a file with columns and rows.
type table struct {
	columns []*column
	rows    int
}

// readTable reads a .csv or .csv.gz file.
func readTable(file string) (*table, error) {
	f, err := runtime.OpenCSV(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.TrimLeadingSpace, r.ReuseRecord = true, true
	header, err := r.Read()
	if err != nil {
		return nil, tableError(file, err)
	}
	t := &table{}
	for i, name := range header {
		if i == 0 {
			name = strings.TrimPrefix(name, "\ufeff")
		}
		t.columns = append(t.columns, newColumn(strings.TrimSpace(name)))
	}
	if !slices.ContainsFunc(t.columns, func(c *column) bool { _, ok := number(c.name); return !ok }) {
		return nil, fmt.Errorf("%s:1:1: first line is a row of numbers, want the names of the columns", file)
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, tableError(file, err)
		}
		t.rows++
		for i, value := range record {
			t.columns[i].add(strings.TrimSpace(value))
		}
	}
	if t.rows == 0 {
		return nil, fmt.Errorf("%s:2:1: no rows follow the header", file)
	}
	return t, nil
}

// tableError says where a file is wrong.
func tableError(file string, err error) error {
	parse := (*csv.ParseError)(nil)
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s:1:1: file is empty, want a header and rows", file)
	case errors.As(err, &parse):
		return fmt.Errorf("%s:%d:%d: %w", file, parse.Line, parse.Column, parse.Err)
	}
	return fmt.Errorf("%s: %w", file, err)
}

func newColumn(name string) *column {
	return &column{name: name, low: math.Inf(1), high: math.Inf(-1), numbers: true, integers: true, values: map[string]int{}}
}

// add takes the value of one row.
func (c *column) add(value string) {
	if value == "" {
		c.empty++
		return
	}
	c.rows++
	x, isNumber := number(value)
	c.numbers = c.numbers && isNumber
	c.integers = c.integers && isNumber && strings.Trim(value, "0123456789") == ""
	c.low, c.high = min(c.low, x), max(c.high, x)
	if c.values == nil {
		return
	}
	if c.values[value]++; len(c.values) > maxValues {
		c.values = nil
	}
}

// number parses a decimal number; NaN, infinities and other notations are text.
func number(value string) (float64, bool) {
	if value == "" || strings.Trim(value, "0123456789+-.eE") != "" {
		return 0, false
	}
	x, err := strconv.ParseFloat(value, 64)
	return x, err == nil
}

// maxClasses bounds the classes that are guessed of a column of integers.
const maxClasses = 20

// isClass tells whether a column looks like the classes of the rows, not like a number to predict.
func (c *column) isClass() bool {
	return !c.numbers || c.integers && c.values != nil && len(c.values) <= maxClasses
}

// sorted returns the different values in order: of size for numbers, of the alphabet for words.
func (c *column) sorted() []string {
	values := make([]string, 0, len(c.values))
	for v := range c.values {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int {
		x, aOK := number(a)
		y, bOK := number(b)
		if aOK && bOK && x != y {
			return int(math.Copysign(1, x-y))
		}
		return strings.Compare(a, b)
	})
	return values
}
