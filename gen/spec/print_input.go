package spec

import "strings"

// field is a key of a mapping with its printed value.
type field struct{ key, value string }

// described writes a list of features or targets: names alone on one line where there is no more to say.
func (p *printer) described(key string, all [][]field) {
	short := func(f []field) string { return f[0].value }
	long := func(f []field) string {
		if len(f) == 1 {
			return short(f)
		}
		return "{" + join(f, func(f field) string { return f.key + ": " + f.value }) + "}"
	}
	line := flow(all, short)
	if line == flow(all, long) {
		p.line(1, "%s: %s", key, line)
		return
	}
	p.line(1, "%s:", key)
	for _, f := range all {
		p.line(2, "- %s", long(f))
	}
}

// fields returns what there is to say about something with these names: the first is that of the column.
func fields(name, unit, description string) []field {
	f := []field{{"name", quoted(name)}}
	for _, more := range []field{{"unit", unit}, {"description", description}} {
		if more.value != "" {
			f = append(f, field{more.key, quoted(more.value)})
		}
	}
	return f
}

// fields returns what there is to say about a feature.
func (in Input) fields(f Feature) []field {
	list := fields(f.Name, f.Unit, f.Description)
	if f.Kind != Number {
		list = append(list, field{"kind", f.Kind})
	}
	if f.Levels != nil {
		list = append(list, field{"levels", flow(f.Levels, quoted)})
	}
	if f.UnknownLevel {
		list = append(list, field{"unknown", "level"})
	}
	if f.Kind == Number && f.Normalize != in.Normalize {
		list = append(list, field{"normalize", f.Normalize})
	}
	return list
}

// fields returns what there is to say about a target.
func (o Output) fields(t Target) []field {
	list := fields(t.Name, t.Unit, t.Description)
	if t.Normalize != o.Normalize {
		list = append(list, field{"normalize", t.Normalize})
	}
	return list
}

// cells returns an inline row as it is written: levels and classes by their names.
func (m *Model) cells(row []float64) string {
	var cells []string
	for i, v := range row {
		switch last := i == len(row)-1; {
		case last && m.Output.Classes != nil:
			cells = append(cells, quoted(m.Output.Classes[int(v)]))
		case i < len(m.Input.Features):
			cells = append(cells, m.Input.Features[i].cell(v))
		default:
			cells = append(cells, decimal(v))
		}
	}
	return "[" + strings.Join(cells, ", ") + "]"
}

// cell returns a value of a feature as it is written.
func (f Feature) cell(v float64) string {
	switch {
	case f.Kind == Boolean && v == 0:
		return "false"
	case f.Kind == Boolean:
		return "true"
	case f.Kind == Categorical && int(v) == len(f.Levels):
		return "unknown" // no level has that name
	case f.Kind == Categorical:
		return quoted(f.Levels[int(v)])
	}
	return decimal(v)
}
