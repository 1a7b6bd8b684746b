package gen_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/chainrule-go/chainrule/gen"
)

// dependent is a module in a temporary folder that depends on this one, as those of users do.
type dependent struct{ dir string }

// newDependent begins a module of that name with its go.mod. What fails here is the disk.
func newDependent(dir, name string) dependent {
	root, err := filepath.Abs("..")
	if err != nil {
		panic(err)
	}
	m, path := dependent{dir}, strings.TrimSuffix(module, "/")
	m.write("go.mod", fmt.Sprintf("module %s\n\ngo 1.25\n\nrequire %s v0.0.0\n\nreplace %s => %s\n", name, path, path, root))
	return m
}

// write writes a file.
func (m dependent) write(name, text string) {
	path := filepath.Join(m.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		panic(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		panic(err)
	}
}

// add writes generated files.
func (m dependent) add(files []gen.File) {
	for _, f := range files {
		m.write(f.Path, string(f.Content))
	}
}

// command prepares the go command in the module. The paths of the folder are trimmed, so that the build cache knows the
// networks when it meets them in another one.
func (m dependent) command(args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Dir = m.dir
	cmd.Env = m.environment()
	return cmd
}

func (m dependent) environment() []string {
	return append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOPROXY=off", "GOWORK=off")
}
