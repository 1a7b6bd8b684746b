package runtime

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// csvParser turns the lines of a file into a table.
type csvParser struct {
	columns  Columns
	errors   *CSVErrors
	hopeless bool     // the header is wrong: the rows would only repeat it
	header   []string // nil before the first line
	features []int    // where in a line the features are, and so on
	width    int      // elements of x that named features make
	targets  []int
	label    int
	weight   []int // one column, or none
	byIndex  bool  // the labels are indices, not names
	rows     int
	table    Table
	fields   []field   // of the last row
	unwanted []float64 // numbers of the last row, after an error
}

// line takes the next line. Blank lines are ignored.
func (p *csvParser) line(number int, text string) {
	if number == 1 {
		text = strings.TrimPrefix(text, "\ufeff") // byte order mark
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
			p.errors.add(&CSVError{Line: 1, Col: 1, Problem: "file is not text in UTF-8"})
			p.hopeless = true
			return
		}
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	fields, bad := splitFields(p.fields[:0], text)
	p.fields = fields
	if bad != nil {
		bad.Line = number
		p.errors.add(bad)
		p.hopeless = p.header == nil
		return
	}
	if p.header == nil {
		p.readHeader(number, fields)
		return
	}
	p.rows++
	if len(fields) != len(p.header) {
		last := fields[len(fields)-1]
		p.errors.add(&CSVError{Line: number, Col: last.col, Problem: fmt.Sprintf("row has %d fields, want %d as in the header", len(fields), len(p.header))})
		return
	}
	p.row(number, fields)
}

// row reads a row with as many fields as the header.
func (p *csvParser) row(number int, fields []field) {
	x, y, class, weight := p.inputs(number, fields), []float64(nil), 0, 0.0
	if len(p.targets) > 0 {
		y = p.numbers(number, fields, p.targets)
	}
	if p.columns.Label != "" {
		class = p.class(number, fields[p.label])
	}
	if len(p.weight) > 0 {
		if weight = p.numbers(number, fields, p.weight)[0]; weight < 0 {
			f := fields[p.weight[0]]
			p.errors.add(&CSVError{Line: number, Col: f.col, Column: p.columns.Weight, Problem: "is " + quote(f.text) + ", want at least 0"})
		}
	}
	if p.errors.Errors != nil {
		p.table = Table{} // is not wanted any more: it may not grow with the rest of the file
		return
	}
	p.table.X = append(p.table.X, x)
	if y != nil {
		p.table.Y = append(p.table.Y, y)
	}
	if p.columns.Label != "" {
		p.table.Class = append(p.table.Class, class)
	}
	if len(p.weight) > 0 {
		p.table.Weight = append(p.table.Weight, weight)
	}
}

// namesWanted tells whether the header has every column that is wanted by its name, and there is one: then it is a
// header, even if the names are numbers.
func (p *csvParser) namesWanted() bool {
	wanted := slices.Clone(p.columns.Targets)
	for _, f := range p.columns.Features {
		wanted = append(wanted, f.Name)
	}
	if p.columns.Label != "" {
		wanted = append(wanted, p.columns.Label)
	}
	if p.columns.Weight != "" {
		wanted = append(wanted, p.columns.Weight)
	}
	missing := func(name string) bool { return !slices.Contains(p.header, name) }
	return len(wanted) > 0 && !slices.ContainsFunc(wanted, missing)
}

// readHeader finds the columns by their names.
func (p *csvParser) readHeader(line int, fields []field) {
	for _, f := range fields {
		p.header = append(p.header, f.text)
	}
	c := p.columns
	complain := func(col int, column, problem string, missing bool) {
		p.errors.add(&CSVError{Line: line, Col: col, Column: column, Problem: problem, missing: missing})
	}
	if !p.namesWanted() && !slices.ContainsFunc(p.header, func(name string) bool { _, bad := parseNumber(name); return bad != "" }) {
		complain(1, "", "first line is a row of numbers, want the names of the columns", false)
		p.hopeless = true
		return
	}
	find := func(name string) int {
		at := slices.Index(p.header, name)
		if at < 0 {
			complain(1, name, "column is missing, the header has "+list(p.header), true)
			return 0
		}
		if again := slices.Index(p.header[at+1:], name); again >= 0 {
			complain(fields[at+1+again].col, name, "column is there twice", false)
		}
		return at
	}
	taken := make([]bool, len(p.header))
	if c.Label != "" {
		p.label = find(c.Label)
		taken[p.label] = true
	}
	if c.Weight != "" {
		at := find(c.Weight)
		p.weight, taken[at] = []int{at}, true
	}
	for _, name := range c.Targets {
		at := find(name)
		p.targets, taken[at] = append(p.targets, at), true
	}
	for _, f := range c.Features {
		p.features = append(p.features, find(f.Name))
		p.width += f.width()
	}
	if p.hopeless = p.errors.Errors != nil; p.hopeless || c.Features != nil {
		return
	}
	for at := range p.header {
		if !taken[at] {
			p.features = append(p.features, at)
		}
	}
	if c.Size > 0 && len(p.features) != c.Size {
		complain(1, "", fmt.Sprintf("header has %d columns for features, want %d", len(p.features), c.Size), false)
		p.hopeless = true
	}
}

// room returns room for the numbers of a row; after an error it is the same for all rows.
func (p *csvParser) room(n int) []float64 {
	if p.errors.Errors == nil {
		return make([]float64, n)
	}
	p.unwanted = slices.Grow(p.unwanted[:0], n)
	return p.unwanted[:n]
}

// numbers parses the fields at the given columns.
func (p *csvParser) numbers(line int, fields []field, at []int) []float64 {
	values := p.room(len(at))
	for i, column := range at {
		values[i] = p.number(line, fields[column], column)
	}
	return values
}

// number parses one field.
func (p *csvParser) number(line int, f field, column int) float64 {
	v, bad := parseNumber(f.text)
	if bad == "" && p.columns.Float32 && !finite(float32(v)) {
		bad = "is " + quote(f.text) + ", too large for float32"
	}
	p.complain(line, f, column, bad)
	return v
}

// complain adds the error that a field is, if it is one.
func (p *csvParser) complain(line int, f field, column int, problem string) {
	if problem != "" {
		p.errors.add(&CSVError{Line: line, Col: f.col, Column: p.header[column], Problem: problem})
	}
}

// class finds the class of a label. The first row decides whether the labels of
// the file are names or indices.
func (p *csvParser) class(line int, f field) int {
	classes := p.columns.Classes
	class := slices.Index(classes, f.text)
	index, err := strconv.ParseUint(f.text, 10, 31)
	if p.rows == 1 {
		p.byIndex = class < 0 && err == nil
	}
	if p.byIndex {
		if err == nil && index < uint64(len(classes)) {
			return int(index)
		}
		problem := fmt.Sprintf("is %s, want the index of a class, 0 to %d, as in the first row", quote(f.text), len(classes)-1)
		p.errors.add(&CSVError{Line: line, Col: f.col, Column: p.columns.Label, Problem: problem})
		return 0
	}
	if class < 0 {
		p.errors.add(&CSVError{Line: line, Col: f.col, Column: p.columns.Label, Problem: "is " + quote(f.text) + ", want one of " + list(classes)})
	}
	return class
}
