package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	failure "github.com/santhosh-tekuri/jsonschema/v6/kind"
	"gopkg.in/yaml.v3"
)

// compiled returns the schema for validation.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("spec.json", text); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("spec.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSchemaAccepts validates the specs of this repository, and what they are
// printed as, with all defaults written out.
func TestSchemaAccepts(t *testing.T) {
	s := compiled(t)
	files, err := filepath.Glob("../../specs/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no specs:", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Parse(file, text)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{string(text), m.String()} {
			value, err := decoded(text)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(value); err != nil {
				t.Errorf("%s: %v\n%s", file, err, text)
			}
		}
	}
}

// beyond lists the errors that no schema can find: they compare values, ask what
// the text means to Go, or look at how a value is written.
var beyond = []string{
	// More than one value.
	"which is a feature, too", "which is the label, too", "want a layer that makes the output last", "has no weight or bias to train", "holds . numbers, want .",
	"want .: one per", "want 1: the logit of the second class", "takes logits", "with 3 classes", "with 1 target", "of numbers; want softmax_cross_entropy",
	"has the name same, as", "has the name dense11, as", "is bias, but the layer has none", "but the layer has no bias", "is given beside the first values", "without patience", "but the output has targets",
	"have no columns", "is missing, want the column of the class", "whose column is called class", "warms up for", "sets aside", "want low to be at most high", "want 3: 2 features",
	"has targets from", "has targets that sum", "unknown class", "want a class or its index", "brings the network to",
	"is strict for float64", "becomes the Go name", "for which Go declares", "is given twice, first as number", "want kind: categorical", "which has no levels", "is categorical without levels",
	"unknown level", "only numbers are normalised", "classes are no numbers", "of probabilities; want", `is the text "true", want true or false`, "is yes, want true or false",
	// Numbers as they are written, and as they fit the precision.
	"octal to some readers", "want an integer in plain digits", "too large for the precision", "too small for the precision", "want a finite decimal number", "is True, want true or false",
	// Words.
	"not a text to every reader", "another name", "no letter or digit to make a Go name of", "without space around it", "want printable characters only",
}

// TestSchemaRefuses validates the specs in testdata/bad: every error that the
// parser reports must be one that the schema finds, at its place, or one of
// those beyond it.
func TestSchemaRefuses(t *testing.T) {
	s := compiled(t)
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files:", err)
	}
	used := map[string]bool{}
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, chunk := range chunks(string(text)) {
			value, err := decoded(chunk)
			if err != nil {
				continue // no value, no validation
			}
			at, within := refused(s.Validate(value))
			_, err = Parse(file, []byte(chunk))
			var list ErrorList
			errors.As(err, &list)
			for _, e := range list {
				i := slices.IndexFunc(beyond, func(p string) bool { return regexp.MustCompile(p).MatchString(e.Msg) })
				switch {
				case i >= 0:
					used[beyond[i]] = true
				case at[e.Path] || hasAncestor(within, e.Path):
					found++
				default:
					t.Errorf("the schema accepts %v", e)
				}
			}
		}
	}
	for _, p := range beyond {
		if !used[p] {
			t.Errorf("%q is beyond the schema, and no example has it", p)
		}
	}
	t.Logf("the schema finds %d errors", found)
}

// decoded returns YAML as the values that a schema sees.
func decoded(text string) (any, error) {
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return nil, err
	}
	asJSON, err := json.Marshal(plain(value))
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
}

// plain returns a value without what JSON does not have.
func plain(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
	case map[any]any:
		m := map[string]any{}
		for k := range v {
			m[fmt.Sprint(k)] = plain(v[k])
		}
		return m
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprint(v)
		}
	}
	return value
}

// refused returns the paths of what a validation found, as errors of specs have
// them: at those themselves, and within those that fit none of their choices.
func refused(err error) (at, within map[string]bool) {
	at, within = map[string]bool{}, map[string]bool{}
	var visit func(e *jsonschema.ValidationError)
	visit = func(e *jsonschema.ValidationError) {
		path := specPath(e.InstanceLocation)
		if len(e.Causes) == 0 {
			at[path] = true
		}
		switch k := e.ErrorKind.(type) {
		case *failure.AnyOf, *failure.OneOf, *failure.UniqueItems:
			within[path] = true
		case *failure.Required:
			for _, name := range k.Missing {
				at[strings.TrimPrefix(path+"."+name, ".")] = true
			}
		case *failure.AdditionalProperties:
			for _, name := range k.Properties {
				at[strings.TrimPrefix(path+"."+name, ".")] = true
			}
		}
		for _, c := range e.Causes {
			visit(c)
		}
	}
	if e := (*jsonschema.ValidationError)(nil); errors.As(err, &e) {
		visit(e)
	}
	return at, within
}

// hasAncestor tells whether a path, or one that leads to it, is in the set.
func hasAncestor(set map[string]bool, path string) bool {
	for ; path != ""; path = path[:max(0, strings.LastIndexAny(path, ".["))] {
		if set[path] {
			return true
		}
	}
	return false
}

// specPath returns the path as in errors of specs: layers[0].dense.units.
func specPath(location []string) string {
	path := ""
	for _, part := range location {
		if strings.Trim(part, "0123456789") == "" {
			path += fmt.Sprintf("[%s]", part)
		} else {
			path += "." + part
		}
	}
	return strings.TrimPrefix(path, ".")
}
