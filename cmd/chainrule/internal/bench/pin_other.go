//go:build !linux

package bench

import goruntime "runtime"

// pin does nothing: this system has no portable way to stay on one core.
func pin() (core string, unpin func()) { return "not pinned: " + goruntime.GOOS, func() {} }
