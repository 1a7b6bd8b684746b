package runtime

import "slices"

// inputs parses the features of a line.
func (p *csvParser) inputs(line int, fields []field) []float64 {
	if p.columns.Features == nil {
		return p.numbers(line, fields, p.features)
	}
	x := p.room(p.width)[:0]
	for i, feature := range p.columns.Features {
		column := p.features[i]
		f, bad := fields[column], ""
		switch {
		case feature.Levels != nil:
			x, bad = feature.appendLevel(x, f.text)
		case feature.Boolean:
			x, bad = appendBoolean(x, f.text)
		default:
			x = append(x, p.number(line, f, column))
		}
		p.complain(line, f, column, bad)
	}
	return x
}

// width is how many elements of x the feature makes.
func (f *Feature) width() int {
	n := max(1, len(f.Levels))
	if f.Unknown {
		n++
	}
	return n
}

// appendLevel appends an element for every level: 1 for that of the text, 0 for the others.
func (f *Feature) appendLevel(x []float64, text string) (_ []float64, problem string) {
	size := f.width()
	level := slices.Index(f.Levels, text)
	if f.Unknown && level < 0 {
		level = len(f.Levels)
	}
	x = append(x, make([]float64, size)...)
	if level < 0 {
		return x, "is " + quote(text) + ", want one of " + list(f.Levels)
	}
	x[len(x)-size+level] = 1
	return x, ""
}

// appendBoolean appends 1 for true and 0 for false.
func appendBoolean(x []float64, text string) (_ []float64, problem string) {
	switch text {
	case "true", "1":
		return append(x, 1), ""
	case "false", "0":
		return append(x, 0), ""
	}
	return append(x, 0), "is " + quote(text) + ", want true or false"
}
