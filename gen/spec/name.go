package spec

import (
	"fmt"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chainrule-go/chainrule/gen/expr"
)

// lowerName is what packages and layers may be called: they become packages,
// folders, files and parts of identifiers.
var lowerName = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// letterName is what the generated code calls its own values: x, dz3, w0.
var letterName = regexp.MustCompile(`^d?[a-z][0-9]*[nos]?$`)

// packageName returns a complaint about the name of a network. What it refuses
// would be a legal package to Go, but one that its tools skip, that cannot be
// imported, or that hides a name the generated code needs.
func packageName(name string) string {
	what := quote(name)
	switch {
	case nameShape(name) != "":
		return nameShape(name)
	case token.IsKeyword(name):
		return "is " + what + ", a word of the Go language; want another name"
	case types.Universe.Lookup(name) != nil:
		return "is " + what + ", predeclared in Go; want another name"
	case letterName.MatchString(name):
		return "is " + what + ", what generated code calls a value; want a longer name"
	case slices.Contains(localNames, name) || dropoutName.MatchString(name):
		return "is " + what + ", what generated code calls a value; want another name"
	case slices.Contains(specialPackages, name):
		return "is " + what + ", which means something else to the go command; want another name"
	case slices.Contains(importedPackages, name):
		return "is " + what + ", a package that generated code imports; want another name"
	}
	return ""
}

// layerName returns a complaint about the name of a layer.
func layerName(name string) string {
	if complaint := nameShape(name); complaint != "" {
		return complaint
	}
	switch {
	case token.IsKeyword(name) || types.Universe.Lookup(name) != nil:
		return "is " + quote(name) + ", which means something in Go; want another name"
	case letterName.MatchString(name) || reservedForCode(name):
		return "is " + quote(name) + ", which generated code uses itself; want another name"
	}
	return ""
}

// reservedForCode tells whether the Go name of a layer would meet one that generated code declares: of its API, of an
// activation, a loss or an elementary function.
func reservedForCode(name string) bool {
	if slices.Contains(reservedLayers, name) || slices.Contains(importedPackages, name) || strings.HasPrefix(name, "class") {
		return true
	}
	if slices.Contains(expr.ActivationNames(), name) || slices.Contains(expr.LossNames(), name) {
		return true
	}
	return slices.ContainsFunc(expr.Functions, func(f *expr.Fn) bool { return f.Name == name })
}

// reservedLayers are the names of the generated API, and of the arguments of generated functions.
var reservedLayers = []string{
	"forward", "forward_batch", "forward_normalized", "predict", "top", "no_class", "params", "features", "targets", "new", "load", "trained", "weights",
	"gradients", "step_sgd", "step", "loss", "loss_element", "work", "block", "add_block", "init", "network", "config", "train", "save",
	"columns", "sgd", "tier", "row_tier", "row_gradients", "row_sgd", "one_hot", "batch", "order", "class_at", "read_csv", "rows", "target", "scale", "first", "seed",
	"lanes", "block_rows", "label",
}

// nameShape returns a complaint about a name that cannot be that of a Go file
// or folder.
func nameShape(name string) string {
	last := name[strings.LastIndexByte(name, '_')+1:]
	switch {
	case len(name) > maxNameLength:
		return fmt.Sprintf("has %d characters, want at most %d", len(name), maxNameLength)
	case !lowerName.MatchString(name):
		return "is " + quote(name) + ", want lower-case letters and digits, a letter first, words joined by _"
	case last != name && slices.Contains(fileSuffixes, last):
		return "is " + quote(name) + ", but Go skips files that end in _" + last + "; want another name"
	}
	return ""
}

var specialPackages = []string{"init", "main", "internal", "vendor", "testdata", "documentation", "builtin", "std", "cmd", "all", "tool", "work"}

var importedPackages = []string{
	"base64", "binary", "bits", "bufio", "bytes", "cmp", "context", "crc32", "csv", "embed", "errors", "filepath", "flag", "fmt", "gzip", "io",
	"json", "log", "maps", "math", "os", "rand", "reference", "reflect", "runtime", "signal", "slices", "sort", "strconv",
	"strings", "sync", "testing", "time", "unicode", "unsafe",
}

// localNames are what generated training packages and tests call their own values, which would hide the package of the
// network. A test of package gen compares the list with the code.
var localNames = []string{
	"after", "again", "at", "backward", "before", "class", "column", "columns", "ctx", "edited", "element", "err", "factor", "features",
	"fields", "file", "first", "folded", "got", "groups", "head", "header", "huber", "input", "keep", "kept", "label",
	"lanes", "largest", "least", "level", "limit", "loss", "magnitude", "more", "most", "name", "names", "near", "network",
	"normalized", "ok", "old", "omitted", "over", "padded", "params", "part", "prediction",
	"probabilities", "problem", "quads", "rate", "read", "ref", "report", "room", "row", "rows", "same", "scale", "scratch",
	"seed", "settings", "size", "step", "stored", "stream", "sum", "table", "target", "tensor", "text", "tier",
	"twice", "unknown", "value", "values", "vectors", "want", "wanted", "what", "whole",
}

// dropoutName is what the function of a dropout layer is called.
var dropoutName = regexp.MustCompile(`^dropout[0-9]+$`)

// fileSuffixes are the last words of file names that Go compiles on some
// systems only (go/build's list), or in tests.
var fileSuffixes = []string{
	"test",
	"aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
	"openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
	"386", "amd64", "amd64p32", "arm", "arm64", "arm64be", "armbe", "loong64", "mips", "mips64", "mips64le",
	"mips64p32", "mips64p32le", "mipsle", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc",
	"sparc64", "wasm",
}

// GoName returns the exported Go identifier for a name of the spec: its runs of
// letters and digits, each with a capital, joined. sepal_length becomes
// SepalLength, od280/od315 becomes Od280Od315. Numbers stay apart: pixel_1_2
// becomes Pixel1_2. A name that does not start with a letter that has a capital
// gets an X in front, and a name without letters and digits has no Go name: "".
func GoName(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var b strings.Builder
	lastDigit := false
	for _, word := range words {
		runes := []rune(word)
		if lastDigit && unicode.IsDigit(runes[0]) {
			b.WriteByte('_')
		}
		runes[0] = unicode.ToUpper(runes[0])
		if b.Len() == 0 && !unicode.IsUpper(runes[0]) {
			b.WriteByte('X')
		}
		b.WriteString(string(runes))
		lastDigit = unicode.IsDigit(runes[len(runes)-1])
	}
	return b.String()
}

// ConstantName is the name of the constant of a class or a level: ClassSetosa, Class7. The X that starts a Go name in
// front of a digit is not needed behind a word.
func ConstantName(typ, name string) string {
	goName := GoName(name)
	if first, _ := utf8.DecodeRuneInString(name); unicode.IsDigit(first) {
		goName = strings.TrimPrefix(goName, "X")
	}
	return typ + goName
}

// modelNames are what every model package may declare, beside what is named after the spec.
var modelNames = []string{
	"Batch", "Class", "Features", "Forward", "ForwardBatch", "ForwardNormalized", "Load", "New", "NoClass", "Params", "Predict", "Targets", "Top", "Trained",
}

// goNamed returns a complaint about a feature, class or target that has no Go name.
func goNamed(name string) string {
	if GoName(name) == "" {
		return "is " + quote(name) + ", which has no letter or digit to make a Go name of"
	}
	return ""
}
