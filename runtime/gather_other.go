//go:build !amd64 || purego

package runtime

// copiesWide tells that this build copies rows one by one.
func copiesWide[X any]() bool { return false }

// copyWide is not called.
func copyWide[X any]([]X, []X, []int) {}
