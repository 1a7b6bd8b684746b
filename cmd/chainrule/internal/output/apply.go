package output

import (
	"fmt"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff returns the change as a unified diff.
func (c *Change) Diff() []byte {
	path := filepath.ToSlash(c.Path)
	from, to := path, path
	switch {
	case c.Kind == Missing:
		from = os.DevNull
	case c.Kind == Orphaned:
		to = os.DevNull
	}
	if !utf8.Valid(c.Old) || !utf8.Valid(c.New) {
		return fmt.Appendf(nil, "Binary files %s and %s differ\n", from, to)
	}
	return diff.Diff(from, c.Old, to, c.New)
}

// Apply makes the changes, each file at once: a reader, or a crash, never meets
// half a file.
func Apply(changes []Change) error {
	// Orphans go last: until then, what imports them still compiles.
	for _, c := range changes {
		if c.Kind == Orphaned {
			continue
		}
		if err := write(c.Path, c.New); err != nil {
			return err
		}
	}
	for _, c := range changes {
		if c.Kind != Orphaned {
			continue
		}
		if err := os.Remove(c.Path); err != nil {
			return err
		}
		// Folders that are empty now go, too; the others refuse to.
		dir := filepath.Dir(c.Path)
		if os.Remove(dir) == nil {
			_ = os.Remove(filepath.Dir(dir))
		}
	}
	return nil
}

// write sets the content of a file by renaming a finished one over it.
func write(path string, content []byte) error {
	dir, name := filepath.Split(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	// The Go command skips names that begin with a dot. Not os.CreateTemp,
	// which would leave the file readable to its owner only.
	temp := fmt.Sprintf("%s.%s.%d", dir, name, os.Getpid())
	err := os.WriteFile(temp, content, 0o666)
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		_ = os.Remove(temp)
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}
