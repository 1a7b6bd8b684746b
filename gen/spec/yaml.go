package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3" // only here, so that another parser is a change of one file
)

// readYAML parses src into a tree. What YAML offers beyond lists, mappings and
// scalars is refused: anchors, aliases, merge keys, tags and a second document
// each make a spec say something else than it seems to.
func readYAML(file string, src []byte) (*node, ErrorList) {
	if errs := checkText(file, src); errs != nil {
		return nil, errs
	}
	r := &yamlReader{file: file, src: src, lines: lineReader{rest: src}}
	decoder := yaml.NewDecoder(&r.lines)
	document, err := decode(decoder)
	switch {
	case errors.Is(err, io.EOF):
		r.errors.add(Pos{file, 1, 1}, "", "is empty, want %s", specForm.want())
		return nil, r.errors
	case err != nil:
		r.syntaxError(err)
		return nil, r.errors
	}
	root := r.node(document.Content[0], nil, 1)
	second, err := decode(decoder)
	switch {
	case err == nil:
		r.errors.add(r.pos(second), "", "starts a second document, want one per file")
	case !errors.Is(err, io.EOF):
		r.syntaxError(err)
	}
	return root, r.errors
}

// decode returns the next document. Versions of the parser have panicked on
// malformed input (go-yaml/yaml#666, mikefarah/yq#2481); to a user that is a
// syntax error like others.
func decode(d *yaml.Decoder) (n *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	n = new(yaml.Node)
	return n, d.Decode(n)
}

// checkText refuses what is no text, with a position, before the parser sees
// it. That includes the line breaks which YAML knows and editors do not count.
func checkText(file string, src []byte) ErrorList {
	if len(src) > maxBytes {
		return ErrorList{{Pos{file, 1, 1}, "", fmt.Sprintf("has %d bytes, want at most %d", len(src), maxBytes)}}
	}
	text := bytes.TrimPrefix(src, []byte("\ufeff"))
	pos := Pos{file, 1, 1}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return ErrorList{{pos, "", fmt.Sprintf("holds the byte %#02x, want UTF-8 text", text[i])}}
		case r == '\r' && !bytes.HasPrefix(text[i+1:], []byte("\n")),
			r < ' ' && r != '\t' && r != '\n' && r != '\r',
			0x7f <= r && r <= 0x9f, r == '\u2028', r == '\u2029', r == '\ufeff':
			return ErrorList{{pos, "", fmt.Sprintf("holds the control character %U, want plain text", r)}}
		case r == '\n':
			pos.Line, pos.Col = pos.Line+1, 0
		}
		pos.Col++
		i += size
	}
	return nil
}

// A yamlReader turns the parser's nodes into ours.
type yamlReader struct {
	file   string
	src    []byte
	lines  lineReader
	errors ErrorList
}

func (r *yamlReader) pos(y *yaml.Node) Pos { return Pos{r.file, y.Line, y.Column} }

func (r *yamlReader) refuse(y *yaml.Node, n *node, format string, args ...any) {
	r.errors.add(r.pos(y), n.path(), format, args...)
}

// node converts y, whose depth counts from 1, and leaves out what is refused.
func (r *yamlReader) node(y *yaml.Node, parent *node, depth int) *node {
	n := &node{parent: parent, pos: r.pos(y)}
	r.fill(n, y, depth)
	return n
}

// fill sets what n is by y. The place of n in its parent is set already.
func (r *yamlReader) fill(n *node, y *yaml.Node, depth int) {
	if y.Anchor != "" {
		r.refuse(y, n, "has the anchor &%s, want the value written out where it is used", clip(y.Anchor))
	}
	if y.Style&yaml.TaggedStyle != 0 {
		r.refuse(y, n, "has the tag %s, want a value without a tag", clip(y.Tag))
	}
	if depth > maxDepth {
		r.refuse(y, n, "is nested more than %d deep", maxDepth)
		n.refused = true
		return
	}
	switch y.Kind {
	case yaml.AliasNode:
		r.refuse(y, n, "is the alias *%s, want the value written out", clip(y.Value))
		n.refused = true
	case yaml.SequenceNode:
		n.kind = list
		for i, item := range y.Content {
			child := &node{parent: n, pos: r.pos(item), index: i}
			n.items = append(n.items, child)
			r.fill(child, item, depth+1)
			y.Content[i] = nil // so that a large file is not held twice
		}
	case yaml.MappingNode:
		n.kind = mapping
		r.entries(n, y, depth)
	default:
		n.text = y.Value
		const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
		n.plain = y.Style&quoted == 0
	}
}

// entries sets the items of a mapping, leaving out duplicates and keys that are
// no names.
func (r *yamlReader) entries(n *node, y *yaml.Node, depth int) {
	seen := map[string]int{}
	for i := 0; i < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if !r.isName(key, n) {
			n.refused = true
			continue
		}
		child := &node{parent: n, pos: r.pos(value), label: key.Value, keyPos: r.pos(key)}
		if line, ok := seen[key.Value]; ok {
			r.refuse(key, child, "is given twice, first in line %d", line)
			continue
		}
		seen[key.Value] = key.Line
		n.items = append(n.items, child)
		r.fill(child, value, depth+1)
	}
}

// isName reports whether the key is a plain name, and what it is when it is not.
func (r *yamlReader) isName(key *yaml.Node, parent *node) bool {
	switch {
	case key.Tag == "!!merge":
		r.refuse(key, parent, "has the merge key <<, want the keys written out")
	case key.Kind != yaml.ScalarNode:
		r.refuse(key, parent, "has a key that is not a name")
	case key.Anchor != "" || key.Style&yaml.TaggedStyle != 0:
		r.refuse(key, parent, "has a key with an anchor or a tag, want its name alone")
	default:
		return true
	}
	return false
}

// yamlMessage is what the parser says: yaml: line 3: message.
var yamlMessage = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxError reports err, which the parser returned.
func (r *yamlReader) syntaxError(err error) {
	match := yamlMessage.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	if match == nil {
		match = []string{"", "", err.Error()}
	}
	line, _ := strconv.Atoi(match[1])
	r.errors.add(Pos{r.file, r.errorLine(line, match[2]), 1}, "", "is no YAML: %s", match[2])
}

// errorLine returns the line of a syntax error. The scanner reports its line,
// or that of the quote left open. The parser above it reports, counting from 0,
// where the construct starts: right for a list left open, but of a mapping that
// may be the whole file. There it is the first line without which all is well,
// at or a little above the last one that was read.
func (r *yamlReader) errorLine(reported int, message string) int {
	switch {
	case strings.HasSuffix(message, "or ']'"), strings.HasSuffix(message, "or '}'"):
		return reported + 1
	case reported > 0 && !strings.HasPrefix(message, "did not find expected"):
		return reported
	}
	const lookahead = 4
	lines := bytes.SplitAfter(r.src, []byte("\n"))
	line := max(r.lines.read, 1)
	for range lookahead {
		if line == 1 || parses(bytes.Join(lines[:line-1], nil)) {
			break
		}
		line--
	}
	return line
}

// parses reports whether src has no syntax error.
func parses(src []byte) bool {
	decoder := yaml.NewDecoder(bytes.NewReader(src))
	for {
		if _, err := decode(decoder); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

// A lineReader gives its text line by line and counts, so that the line up to
// which the parser came is known.
type lineReader struct {
	rest []byte
	read int
}

// Read sets p to the next line, or to as much of it as fits.
func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	end := bytes.IndexByte(r.rest, '\n') + 1
	if end == 0 {
		end = len(r.rest)
	}
	n := copy(p, r.rest[:end])
	if n == end {
		r.read++
	}
	r.rest = r.rest[n:]
	return n, nil
}
