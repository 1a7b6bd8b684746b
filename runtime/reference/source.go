package reference

import "embed"

// Source holds the source files of this package, without tests: the chainrule
// command assembles a module from them when it compares speeds. The patterns are
// those of the runtime's Source.
//
//go:embed *[^t].go *[^s]t.go
var Source embed.FS
