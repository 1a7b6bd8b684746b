package spec

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// Schema returns the table of keys as a JSON Schema, draft-07, for editors:
// every key with its description, its default and what it may be. What concerns
// more than one key, or only how a value is written, is beyond a schema.
func Schema() []byte {
	root := specForm.schema()
	root.Schema, root.Title = "http://json-schema.org/draft-07/schema#", "A neural network for chainrule"
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		panic(err) // the table holds what JSON cannot say
	}
	return text.Bytes()
}

// schema is a JSON Schema, or one for a part of a value.
type schema struct {
	Schema      string          `json:"$schema,omitempty"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description,omitempty"`
	Type        any             `json:"type,omitempty"` // a word, or a list of them
	Const       string          `json:"const,omitempty"`
	Enum        []string        `json:"enum,omitempty"`
	Default     json.RawMessage `json:"default,omitempty"`

	Minimum          *json.Number `json:"minimum,omitempty"`
	Maximum          *json.Number `json:"maximum,omitempty"`
	ExclusiveMinimum *json.Number `json:"exclusiveMinimum,omitempty"`
	ExclusiveMaximum *json.Number `json:"exclusiveMaximum,omitempty"`

	MinLength int    `json:"minLength,omitempty"`
	MaxLength int    `json:"maxLength,omitempty"`
	Pattern   string `json:"pattern,omitempty"`

	Items       *schema `json:"items,omitempty"`
	MinItems    int     `json:"minItems,omitempty"`
	MaxItems    int     `json:"maxItems,omitempty"`
	UniqueItems bool    `json:"uniqueItems,omitempty"`

	Properties properties `json:"properties,omitempty"`
	Required   []string   `json:"required,omitempty"`
	Others     any        `json:"additionalProperties,omitempty"` // false, or the schema of all keys

	AnyOf []*schema `json:"anyOf,omitempty"`
	OneOf []*schema `json:"oneOf,omitempty"`
}

// properties are the keys of a mapping, in the order of the table.
type properties []property

type property struct {
	name  string
	value *schema
}

// MarshalJSON returns a JSON object, whose order encoding/json would lose.
func (p properties) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	before := byte('{')
	for _, v := range p {
		text.WriteByte(before)
		before = ','
		if err := e.Encode(v.name); err != nil {
			return nil, err
		}
		text.WriteByte(':')
		if err := e.Encode(v.value); err != nil {
			return nil, err
		}
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}

func (o object) schema() *schema {
	s := &schema{Type: "object", Others: false}
	for _, k := range o.keys {
		if k.reserved != "" {
			continue
		}
		v := k.form.schema()
		v.Description = k.doc
		if k.absent != "" {
			v.Default = value(k.absent)
		}
		s.Properties = append(s.Properties, property{k.name, v})
		if k.required {
			s.Required = append(s.Required, k.name)
		}
	}
	for _, name := range o.one {
		s.OneOf = append(s.OneOf, &schema{Required: []string{name}})
	}
	return s
}

// value returns a value of a spec as JSON: what is no JSON is a word.
func value(text string) json.RawMessage {
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	word, _ := json.Marshal(text) // of a string, cannot fail
	return word
}

func (s sequence) schema() *schema {
	return &schema{Type: "array", Items: s.of.schema(), MinItems: s.least, MaxItems: s.most, UniqueItems: s.noRepeats}
}

func (f table) schema() *schema { return &schema{Type: "object", Others: f.of.schema()} }

func (b byKind) schema() *schema {
	s := &schema{}
	for _, f := range b.forms() {
		if f != nil {
			s.AnyOf = append(s.AnyOf, f.schema())
		}
	}
	return s
}

// A variant without parameters that must be given is its name alone; one with
// parameters is a mapping of its name to them.
func (v variant) schema() *schema {
	s := &schema{}
	for _, m := range v.methods {
		params := m.form().schema()
		for i, p := range m.Params {
			if !p.Required {
				params.Properties[i].value.Default = value(decimal(p.Default))
			}
		}
		if len(params.Required) == 0 {
			s.AnyOf = append(s.AnyOf, &schema{Const: m.Name, Description: m.Doc})
		}
		if len(m.Params) > 0 {
			params.Description = m.Doc
			s.AnyOf = append(s.AnyOf, &schema{Type: "object", Required: []string{m.Name},
				Properties: properties{{m.Name, params}}, Others: false})
		}
	}
	return s
}

func (f integer) schema() *schema {
	low, high := json.Number(strconv.FormatUint(f.min, 10)), json.Number(strconv.FormatUint(f.max, 10))
	return &schema{Type: "integer", Minimum: &low, Maximum: &high}
}

func (f number) schema() *schema {
	s := &schema{Type: "number"}
	s.Minimum, s.ExclusiveMinimum = bound(f.bounds.Min, f.bounds.MinOpen)
	s.Maximum, s.ExclusiveMaximum = bound(f.bounds.Max, f.bounds.MaxOpen)
	return s
}

// bound returns a limit as the one that is allowed or the one that is not.
func bound(x float64, open bool) (closed, exclusive *json.Number) {
	if math.IsInf(x, 0) {
		return nil, nil
	}
	n := json.Number(decimal(x))
	if open {
		return nil, &n
	}
	return &n, nil
}

func (f boolean) schema() *schema { return &schema{Type: "boolean"} }

// In YAML, names made of digits are integers.
func (f text) schema() *schema {
	return &schema{Type: []string{"string", "integer"}, MinLength: 1, MaxLength: maxTextLength}
}

func (f shaped) schema() *schema {
	return &schema{Type: "string", MaxLength: maxTextLength, Pattern: f.shape.String()}
}

func (f choice) schema() *schema { return &schema{Enum: f.words} }

func (f cell) schema() *schema { return &schema{Type: []string{"string", "number", "boolean"}} }
