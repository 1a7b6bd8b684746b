// Package templates holds the text of generated files whose lines do not depend on the sizes of a network: how the
// training package is joined to the runtime, the loader of weights, tests, benchmarks and the program that trains.
package templates

import "embed"

// Files are the templates, for text/template.
//
//go:embed *.tmpl
var Files embed.FS
