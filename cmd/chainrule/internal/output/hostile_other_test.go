//go:build !unix

package output

// special is empty: these systems have no pipes, sockets or permissions among files.
var special = hostile[:0:0]
