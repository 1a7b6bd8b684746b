//go:build unix

package output

import (
	"net"
	"os"
	"syscall"
)

// special are folders with what only some systems have.
var special = []struct {
	name  string
	setUp func(s scene)
	want  string
}{
	{"a named pipe", func(s scene) {
		s.folder("out/iris")
		s.ok(syscall.Mkfifo(s.path("out/iris/iris.go"), 0o666))
	}, "is a named pipe, want a file"},
	{"a socket", func(s scene) {
		s.folder("out/iris")
		short, err := os.MkdirTemp("", "s") // the path of a socket is short
		s.ok(err)
		s.Cleanup(func() { _ = os.RemoveAll(short) })
		listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: short + "/s", Net: "unix"})
		s.ok(err)
		listener.SetUnlinkOnClose(false)
		s.ok(listener.Close())
		s.ok(os.Rename(short+"/s", s.path("out/iris/iris.go")))
	}, "is a socket, want a file"},
	{"a folder that may not be written to", func(s scene) {
		if os.Getuid() == 0 {
			s.Skip("root may write everywhere")
		}
		s.folder("out/iris")
		s.ok(os.Chmod(s.path("out/iris"), 0o555))
		s.Cleanup(func() { _ = os.Chmod(s.path("out/iris"), 0o755) })
	}, "permission denied"},
	{"a file that may not be read", func(s scene) {
		if os.Getuid() == 0 {
			s.Skip("root may read everything")
		}
		s.file("out/iris/iris.go", old)
		s.ok(os.Chmod(s.path("out/iris/iris.go"), 0))
	}, "permission denied"},
}
