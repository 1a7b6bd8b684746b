//go:build !amd64 || purego

package peak

import "github.com/chainrule-go/chainrule/runtime"

// vector is not called: the only tier is the portable one.
func vector(runtime.Tier, int, int) (lanes int) { panic("peak: no vector code") }
