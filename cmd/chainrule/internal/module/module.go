// Package module finds the import path of a folder from the go.mod above it,
// without asking the Go command: that would take longer than generating.
package module

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// ImportPath returns the import path of the package in a folder, which need not
// exist yet.
func ImportPath(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	// As the Go command has it: the nearest go.mod counts, and is a file.
	for root := dir; ; root = filepath.Dir(root) {
		file := filepath.Join(root, "go.mod")
		if info, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
			if root == filepath.Dir(root) {
				return "", fmt.Errorf("%s: is in no module (no go.mod in it or above), want one: go mod init example.com/name", dir)
			}
			continue
		}
		mod, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		module, ok := modulePath(mod)
		if !ok {
			return "", fmt.Errorf("%s: has no module line", file)
		}
		rel, err := filepath.Rel(root, dir)
		if err != nil {
			return "", err
		}
		return join(module, filepath.ToSlash(rel))
	}
}

// join appends the folders below a module to its path, if Go can import them.
func join(module, rel string) (string, error) {
	// As golang.org/x/mod/module.CheckImportPath has it.
	for _, c := range rel {
		if !strings.ContainsRune("-._~+/", c) && !('0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') {
			return "", fmt.Errorf("%s: is in the name of an output folder, where Go allows no %q: cannot be imported", rel, c)
		}
	}
	return path.Join(module, rel), nil
}

// modulePath returns the path on the module line of a go.mod, in any of the
// forms that the language of go.mod has: bare, quoted, or in parentheses.
func modulePath(mod []byte) (string, bool) {
	inBlock := false
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(mod, []byte("\uFEFF"))))
	for lines.Scan() {
		line, _, _ := strings.Cut(lines.Text(), "//")
		line = strings.TrimSpace(line)
		if !inBlock {
			rest, ok := strings.CutPrefix(line, "module")
			if !ok || rest != "" && !strings.ContainsAny(rest[:1], " \t(\"`") {
				continue
			}
			line = strings.TrimSpace(rest)
			if line, inBlock = strings.CutPrefix(line, "("); inBlock {
				line = strings.TrimSpace(line)
			}
		}
		if line == "" {
			continue
		}
		// In a block, too, the first line that is not empty is the path.
		if strings.ContainsAny(line[:1], "\"`") {
			unquoted, err := strconv.Unquote(line)
			return unquoted, err == nil && unquoted != ""
		}
		return line, !strings.ContainsAny(line, " \t)")
	}
	return "", false
}
