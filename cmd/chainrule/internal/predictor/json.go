package predictor

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/chainrule-go/chainrule/runtime"
)

// read reads the rows, as CSV or as JSON lines: their first character tells.
func read(a *Arguments, columns runtime.Columns) (table *runtime.Table, isJSON bool, err error) {
	name, file := a.Data, io.ReadCloser(os.Stdin)
	if name == Stdin {
		name = "standard input"
	} else if file, err = runtime.OpenCSV(name); err != nil {
		return nil, false, err
	}
	defer file.Close()
	r := bufio.NewReader(file)
	if isJSON = beginsJSON(r); isJSON {
		table, err = readJSON(r, name, columns)
		return table, true, err
	}
	table, err = runtime.ReadCSV(r, name, columns)
	return table, false, err
}

// beginsJSON looks at the first character that is no space.
func beginsJSON(r *bufio.Reader) bool {
	for n := 1; ; n++ {
		head, err := r.Peek(n)
		if err != nil {
			return false
		}
		switch c := head[n-1]; c {
		case ' ', '\t', '\r', '\n', 0xef, 0xbb, 0xbf: // or of a byte order mark
		default:
			return c == '{' || c == '['
		}
	}
}

// maxLineBytes bounds a line, as that of a CSV file is bounded.
const maxLineBytes = 4 << 20

// readJSON reads a JSON object per line, whose keys are the columns, or an array
// where the inputs have no names. The lines become those of a CSV file, which has
// one more: its header.
func readJSON(r io.Reader, name string, c runtime.Columns) (*runtime.Table, error) {
	wanted, asArray := c.Targets, c.Features == nil
	if c.Label != "" {
		wanted = append(wanted, c.Label)
	}
	if asArray && wanted != nil {
		return nil, fmt.Errorf("%s: has JSON lines, want CSV to evaluate a network whose inputs have no names", name)
	}
	for _, f := range c.Features {
		wanted = append(wanted, f.Name)
	}
	for i := range c.Size {
		if asArray {
			wanted = append(wanted, fmt.Sprintf("x[%d]", i))
		}
	}
	problems := &runtime.CSVErrors{File: name}
	var text bytes.Buffer
	writeLine(&text, wanted)
	s := bufio.NewScanner(r)
	s.Buffer(nil, maxLineBytes)
	for line := 1; s.Scan(); line++ {
		fields, column, err := fieldsOf(bytes.TrimPrefix(s.Bytes(), []byte("\ufeff")), wanted, asArray)
		if err != nil {
			problems.Errors = append(problems.Errors, &runtime.CSVError{File: name, Line: line, Col: 1, Column: column, Problem: err.Error()})
			if len(problems.Errors) == 10 {
				break
			}
		}
		writeLine(&text, fields)
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if problems.Errors != nil {
		return nil, problems
	}
	table, err := runtime.ReadCSV(&text, name, c)
	if errors.As(err, &problems) {
		for _, e := range problems.Errors {
			e.Line, e.Col = max(1, e.Line-1), 1
		}
	}
	return table, err
}

// fieldsOf returns the values of a line in the order of the wanted columns; none
// for a blank line.
func fieldsOf(line []byte, wanted []string, asArray bool) (fields []string, column string, err error) {
	if len(bytes.TrimSpace(line)) == 0 {
		return nil, "", nil
	}
	values := make([]json.RawMessage, len(wanted))
	if asArray {
		if err := json.Unmarshal(line, &values); err != nil {
			return nil, "", fmt.Errorf("is no JSON array: %w", err)
		}
		if len(values) != len(wanted) {
			return nil, "", fmt.Errorf("has %d elements, want %d", len(values), len(wanted))
		}
	} else {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(line, &object); err != nil {
			return nil, "", fmt.Errorf("is no JSON object: %w", err)
		}
		for i, name := range wanted {
			values[i] = object[name]
		}
	}
	for i, v := range values {
		field, err := fieldOf(v)
		if err != nil {
			return nil, wanted[i], err
		}
		fields = append(fields, field)
	}
	return fields, "", nil
}

// fieldOf returns a JSON value as a field of a CSV file.
func fieldOf(v json.RawMessage) (string, error) {
	if v == nil {
		return "", errors.New("is missing, want a value")
	}
	switch v[0] {
	case '{', '[', 'n':
		return "", fmt.Errorf("is %.40s, want a number, a word, true or false", v)
	case '"':
		var text string
		if err := json.Unmarshal(v, &text); err != nil {
			return "", err
		}
		if strings.ContainsAny(text, "\r\n\x00") {
			return "", fmt.Errorf("is %.40q, want text of one line", text)
		}
		return text, nil
	}
	return string(v), nil
}

// writeLine writes a line of CSV.
func writeLine(w *bytes.Buffer, fields []string) {
	for i, field := range fields {
		if i > 0 {
			w.WriteByte(',')
		}
		w.WriteString(`"` + strings.ReplaceAll(field, `"`, `""`) + `"`)
	}
	w.WriteByte('\n')
}
