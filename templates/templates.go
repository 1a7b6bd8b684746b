// Package templates holds the text of generated files whose lines do not depend on the sizes of a network: how the
// training package is joined to the runtime, the loader of weights, tests, benchmarks, the programs that train and predict,
// first specs and the report. The library that draws the report's curves, uPlot, comes with its license in a folder.
package templates

import "embed"

// Files are the templates, for text/template.
//
//go:embed *.tmpl uplot
var Files embed.FS
