// Package scaffold writes the first spec of a network: from a CSV file, whose
// columns say what can be learned, or without one an example to change.
package scaffold

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/templates"
)

// Schema is the file with the JSON Schema of specs, which the first line of a
// spec names.
const Schema = "chainrule.schema.json"

// draft is what the template of a spec is filled with.
type draft struct {
	Schema, Name string
	CSV          string // as the spec has it: relative, with slashes
	Rows         int
	Features     []feature
	Omitted      []omitted
	Hidden       int
	Label        string   // the column of the class; "" for a number to predict
	Classes      []string // in YAML
	Target       string
	Batch        int
	SetAside     bool // rows for validation and test
}

// feature is a column that the network reads, in YAML.
type feature struct{ Text, Note string }

// omitted is a column that it does not read.
type omitted struct{ Name, Why string }

// Outputs is the number of outputs of the last layer.
func (d *draft) Outputs() int { return max(1, len(d.Classes)) }

// Spec returns the text of a spec for file: for the data of a CSV file, or "".
// label names the column to predict; "" for the likely one.
func Spec(file, csvFile, label string) ([]byte, error) {
	d := &draft{Schema: Schema, Name: name(file)}
	if csvFile == "" {
		text, err := d.render("init_example.yaml.tmpl")
		if err == nil {
			_, err = spec.Parse(file, text)
		}
		return text, err
	}
	t, err := readTable(csvFile)
	if err != nil {
		return nil, err
	}
	if d.CSV, err = relative(file, csvFile); err != nil {
		return nil, err
	}
	target, err := t.target(csvFile, label)
	if err != nil {
		return nil, err
	}
	if err := d.predict(csvFile, target); err != nil {
		return nil, err
	}
	features := d.features(t, target)
	return d.settle(file, csvFile, t.rows, features)
}

// name makes the name of a network of that of a file.
func name(file string) string {
	base := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	return strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(base), "_"), "_")
}

// relative returns the path of the data as the spec in file names it.
func relative(file, csvFile string) (string, error) {
	from, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(csvFile)
	if err != nil {
		return "", err
	}
	path, err := filepath.Rel(from, to)
	if err != nil {
		path = to // on another drive
	}
	return quoted(filepath.ToSlash(path)), nil
}

// labels are what the column to predict is often called.
var labels = []string{"class", "label", "target", "y", "species", "outcome", "diagnosis", "category"}

// target returns the column to predict: the one with the name or, without one,
// one that is called so, else the last.
func (t *table) target(file, label string) (*column, error) {
	if label != "" {
		i := slices.IndexFunc(t.columns, func(c *column) bool { return c.name == label })
		if i < 0 {
			return nil, fmt.Errorf("%s:1:1: has no column %q, want --label with one of: %s", file, label, strings.Join(t.names(), ", "))
		}
		return t.columns[i], nil
	}
	for _, l := range labels {
		for _, c := range t.columns {
			if strings.EqualFold(c.name, l) {
				return c, nil
			}
		}
	}
	return t.columns[len(t.columns)-1], nil
}

func (t *table) names() []string {
	var names []string
	for _, c := range t.columns {
		names = append(names, c.name)
	}
	return names
}

// predict sets what the network predicts.
func (d *draft) predict(file string, c *column) error {
	switch {
	case c.empty > 0:
		return fmt.Errorf("%s: column %s, to be predicted, is empty in %d rows, want a value in each, or --label with another column", file, c.name, c.empty)
	case !c.isClass():
		d.Target = quoted(c.name)
		return nil
	case c.values == nil:
		return fmt.Errorf("%s: column %s, to be predicted, has more than %d different words, want classes, or --label with another column", file, c.name, maxValues)
	case len(c.values) < 2:
		return fmt.Errorf("%s: column %s, to be predicted, is the same in all rows, want --label with another column", file, c.name)
	}
	d.Label = quoted(c.name)
	for _, class := range c.sorted() {
		d.Classes = append(d.Classes, quoted(class))
	}
	return nil
}

// features returns the columns that a network can learn from, and notes why it
// leaves out others.
func (d *draft) features(t *table, target *column) []*column {
	var features []*column
	for _, c := range t.columns {
		if c == target {
			continue
		}
		if why := c.unfit(t.rows); why != "" {
			d.Omitted = append(d.Omitted, omitted{c.name, why})
			continue
		}
		features = append(features, c)
	}
	return features
}

// maxLevels bounds the levels of a categorical feature that are guessed.
const maxLevels = 20

// feature returns a column as the spec has it.
func (c *column) feature() feature {
	switch {
	case c.numbers:
		return feature{quoted(c.name), fmt.Sprintf("%v to %v", c.low, c.high)}
	case c.values["true"]+c.values["false"] == c.rows:
		return feature{fmt.Sprintf("{name: %s, kind: boolean}", quoted(c.name)), fmt.Sprintf("true in %d rows", c.values["true"])}
	}
	var levels []string
	for _, level := range c.sorted() {
		levels = append(levels, quoted(level))
	}
	return feature{fmt.Sprintf("{name: %s, kind: categorical, levels: [%s]}", quoted(c.name), strings.Join(levels, ", ")), ""}
}

// unfit says why a column is nothing to learn from, "" if it is.
func (c *column) unfit(rows int) string {
	lower := strings.ToLower(c.name)
	switch {
	case c.empty > 0:
		return fmt.Sprintf("is empty in %d rows", c.empty)
	case len(c.values) == 1:
		return "is the same in all rows"
	case !c.numbers && (c.values == nil || len(c.values) > maxLevels):
		return fmt.Sprintf("has more than %d different words", maxLevels)
	case c.integers && (lower == "" || lower == "id" || lower == "index") && (c.values == nil || len(c.values) == rows):
		return "numbers the rows"
	}
	return ""
}

// settle writes the spec with the features that its parser takes; it is the
// judge of what can be a name in Go.
func (d *draft) settle(file, csvFile string, rows int, features []*column) ([]byte, error) {
	d.Rows, d.SetAside, d.Batch = rows, rows >= 20, 32
	if rows < 1000 {
		d.Batch = 16
	}
	for {
		if len(features) == 0 {
			return nil, fmt.Errorf("%s: has no column to learn from beside the one to predict, want at least one", csvFile)
		}
		d.Features, d.Hidden = nil, 16
		for d.Hidden < len(features) && d.Hidden < 64 {
			d.Hidden *= 2
		}
		for _, c := range features {
			d.Features = append(d.Features, c.feature())
		}
		text, err := d.render("init_csv.yaml.tmpl")
		if err != nil {
			return nil, err
		}
		_, err = spec.Parse(file, text)
		i, why := refusedFeature(err)
		if i < 0 {
			return text, err
		}
		d.Omitted = append(d.Omitted, omitted{features[i].name, why})
		features = slices.Delete(features, i, i+1)
	}
}

var featurePath = regexp.MustCompile(`^input\.features\[(\d+)\](\.|$)`)

// refusedFeature returns the first feature that the parser complains about, −1 if
// that is not what is wrong.
func refusedFeature(err error) (index int, why string) {
	var list spec.ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			if m := featurePath.FindStringSubmatch(e.Path); m != nil {
				i, err := strconv.Atoi(m[1])
				if err == nil {
					return i, e.Msg
				}
			}
		}
	}
	return -1, ""
}

// render fills a template.
func (d *draft) render(file string) ([]byte, error) {
	t, err := template.New(file).ParseFS(templates.Files, file)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = t.Execute(&text, d)
	return text.Bytes(), err
}

// plainWord is a text that every reader of YAML takes for itself.
var plainWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./-]*$`)

// quoted returns a text as YAML.
func quoted(text string) string {
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf":
	default:
		if plainWord.MatchString(text) {
			return text
		}
	}
	return strconv.Quote(text)
}
