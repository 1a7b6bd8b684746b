package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
)

// root is an output folder from which no path leads out: not by "..", not by a
// link. Its names have slashes.
type root struct {
	dir string
	*os.Root
}

// openRoot opens an output folder. One that does not exist is empty.
func openRoot(dir string) (*root, error) {
	r, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return &root{dir, nil}, nil
	}
	return &root{dir, r}, err
}

func (r *root) close() {
	if r.Root != nil {
		_ = r.Close()
	}
}

// failed says which file an error is about: those of os.Root name it relative to the folder.
func (r *root) failed(name string, err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		err = of.Err
	}
	return exit.Errorf(exit.IO, "%s: %w", filepath.Join(r.dir, filepath.FromSlash(name)), err)
}

// kinds name what may lie in the place of a file.
var kinds = map[fs.FileMode]string{
	fs.ModeDir: "a folder", fs.ModeSymlink: "a symbolic link", fs.ModeNamedPipe: "a named pipe", fs.ModeSocket: "a socket",
	fs.ModeDevice: "a device", fs.ModeDevice | fs.ModeCharDevice: "a device",
}

// read returns the content of a file. Anything but a file is an error: a link is
// not followed, a pipe is not waited for.
func (r *root) read(name string) ([]byte, error) {
	if r.Root == nil {
		return nil, fs.ErrNotExist
	}
	name = filepath.FromSlash(name)
	info, err := r.Lstat(name)
	if err != nil {
		return nil, r.failed(name, err)
	}
	if kind := info.Mode().Type(); kind != 0 {
		return nil, exit.Errorf(exit.IO, "%s: is %s, want a file", filepath.Join(r.dir, name), kinds[kind])
	}
	content, err := r.ReadFile(name)
	if err != nil {
		return nil, r.failed(name, err)
	}
	return content, nil
}

// list returns what lies in a folder of the output folder; nothing where there is none.
func (r *root) list(dir string) ([]fs.DirEntry, error) {
	if r.Root == nil {
		return nil, nil
	}
	entries, err := fs.ReadDir(r.FS(), dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, r.failed(dir, err)
	}
	return entries, nil
}

// write sets the content of a file by renaming a finished one over it.
func (r *root) write(name string, content []byte) error {
	dir, file := path.Split(name)
	if dir != "" {
		if err := r.MkdirAll(filepath.FromSlash(path.Clean(dir)), 0o777); err != nil {
			return r.failed(dir, err)
		}
	}
	// The Go command skips names that begin with a dot. Not os.CreateTemp, which would leave the file readable to its
	// owner only.
	temp := filepath.FromSlash(fmt.Sprintf("%s.%s.%d", dir, file, os.Getpid()))
	_ = r.Remove(temp) // whatever it is, a link for instance
	err := r.create(temp, content)
	if err == nil {
		err = r.Rename(temp, filepath.FromSlash(name))
	}
	if err != nil {
		_ = r.Remove(temp)
		return r.failed(name, err)
	}
	return nil
}

// create makes a new file.
func (r *root) create(name string, content []byte) error {
	file, err := r.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}

// remove deletes a file, and the folders that are empty then.
func (r *root) remove(name string) error {
	if err := r.Remove(filepath.FromSlash(name)); err != nil {
		return r.failed(name, err)
	}
	for dir := path.Dir(name); dir != "." && r.Remove(filepath.FromSlash(dir)) == nil; { // others refuse to go
		dir = path.Dir(dir)
	}
	return nil
}
