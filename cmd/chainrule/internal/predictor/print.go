package predictor

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// printer prints predictions: a line for each row.
type printer struct {
	*bufio.Writer
	json     bool
	bits     int      // of the precision
	classes  []string // nil for targets
	targets  []string
	elements []float64
}

// printer returns a printer, which has printed the header of a CSV file.
func (n *network[F, X, T]) printer(w io.Writer, asJSON bool) *printer {
	p := &printer{Writer: bufio.NewWriter(w), json: asJSON, bits: reflect.TypeFor[F]().Bits(), classes: n.Classes, targets: n.columns.Targets}
	if !asJSON {
		header := p.targets
		if p.classes != nil {
			header = append([]string{cmp.Or(n.columns.Label, "class")}, p.classes...)
		}
		p.fields(header)
	}
	return p
}

// row prints the prediction for one row: the probabilities of classes, or targets.
func (p *printer) row(y []float64) {
	if len(y) == 1 && len(p.classes) == 2 {
		p.elements = append(p.elements[:0], 1-y[0], y[0])
		y = p.elements
	}
	switch {
	case p.json && p.classes != nil:
		class, _ := json.Marshal(p.class(y))
		fmt.Fprintf(p, `{"class":%s,"probabilities":%s}`+"\n", class, p.object(p.classes, y))
	case p.json:
		fmt.Fprintf(p, "%s\n", p.object(p.targets, y))
	default:
		var fields []string
		if p.classes != nil {
			fields = append(fields, p.class(y))
		}
		for _, v := range y {
			fields = append(fields, p.number(v))
		}
		p.fields(fields)
	}
}

// class returns the most probable class, the first of equals; "" where there is none, because the arithmetic has
// overflown.
func (p *printer) class(y []float64) string {
	best := 0
	for c, v := range y {
		if math.IsNaN(v) {
			return ""
		}
		if v > y[best] {
			best = c
		}
	}
	return p.classes[best]
}

// object returns numbers with their names as JSON.
func (p *printer) object(names []string, y []float64) []byte {
	var text bytes.Buffer
	for i, name := range names {
		key, _ := json.Marshal(name) // of a string, cannot fail
		number := p.number(y[i])
		if math.IsNaN(y[i]) || math.IsInf(y[i], 0) {
			number = "null"
		}
		fmt.Fprintf(&text, ",%s:%s", key, number)
	}
	object := append(text.Bytes(), '}')
	object[0] = '{'
	return object
}

// number returns a number with as many digits as its precision needs.
func (p *printer) number(v float64) string { return strconv.FormatFloat(v, 'g', -1, p.bits) }

// fields prints a line of CSV, with quotes where they are needed.
func (p *printer) fields(fields []string) {
	for i, field := range fields {
		if i > 0 {
			p.WriteByte(',')
		}
		if field == "" || strings.ContainsAny(field, ",\"\r\n") || strings.TrimSpace(field) != field {
			field = `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
		}
		p.WriteString(field)
	}
	p.WriteByte('\n')
}
