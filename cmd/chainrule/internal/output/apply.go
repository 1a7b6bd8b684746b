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
	path := filepath.ToSlash(c.Name())
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
	for _, orphaned := range []bool{false, true} {
		for _, c := range changes {
			if (c.Kind == Orphaned) != orphaned {
				continue
			}
			if err := c.apply(); err != nil {
				return err
			}
		}
	}
	return nil
}

// apply makes the change.
func (c *Change) apply() error {
	if err := os.MkdirAll(c.Dir, 0o777); err != nil {
		return err
	}
	root, err := openRoot(c.Dir)
	if err != nil {
		return err
	}
	defer root.close()
	if c.Kind == Orphaned {
		return root.remove(c.Path)
	}
	return root.write(c.Path, c.New)
}
