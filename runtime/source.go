package runtime

import "embed"

// Source holds the source files of this package, without tests: the chainrule
// command assembles a module from them when it trains away from a checkout.
// A binary that does not mention Source does not contain it.
//
// The patterns are all of *.go but *_test.go, as long as no other file ends in st.go.
//
//go:embed *[^t].go *[^s]t.go *.s
var Source embed.FS
