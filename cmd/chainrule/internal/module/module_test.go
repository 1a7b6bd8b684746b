package module

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestModulePath(t *testing.T) {
	tests := []struct{ mod, want string }{
		{"module example.com/a\n", "example.com/a"},
		{"// a comment\n\nmodule example.com/a // why\ngo 1.25\n", "example.com/a"},
		{"\uFEFFmodule a\r\n\r\ngo 1.25\r\n", "a"},
		{"go 1.25\nmodule \"example.com/a\"\n", "example.com/a"},
		{"module `example.com/a`\n", "example.com/a"},
		{"module\t\"example.com/a\" // Deprecated: use b\n", "example.com/a"},
		{"module (\n\t// here\n\texample.com/a\n)\n", "example.com/a"},
		{"module(\n\"example.com/a\"\n)\n", "example.com/a"},
		{"modules example.com/a\n", ""},
		{"module\n", ""},
		{"module (\n)\n", ""},
		{"module \"\n", ""},
		{"", ""},
	}
	for _, test := range tests {
		got, ok := modulePath([]byte(test.mod))
		if !ok {
			got = ""
		}
		if got != test.want {
			t.Errorf("modulePath(%q) = %q, want %q", test.mod, got, test.want)
		}
	}
}

func TestImportPath(t *testing.T) {
	root := t.TempDir()
	for path, content := range map[string]string{
		"go.mod":             "module example.com/outer\n",
		"inner/go.mod":       "module example.com/inner/v2\n",
		"inner/sub/x.go":     "package sub\n",
		"broken/go.mod":      "go 1.25\n",
		"with space/x.go":    "package x\n",
		"folder/go.mod/x.go": "package x\n",
	} {
		path = filepath.Join(root, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct{ dir, want, err string }{
		{".", "example.com/outer", ""},
		{"generated", "example.com/outer/generated", ""},
		{"a/b/not-there.yet", "example.com/outer/a/b/not-there.yet", ""},
		{"inner", "example.com/inner/v2", ""},
		{"inner/sub", "example.com/inner/v2/sub", ""},
		{"broken/sub", "", "go.mod: has no module line"},
		{"with space", "", "allows no ' '"},
		{"folder", "example.com/outer/folder", ""}, // as the Go command has it
	}
	for _, test := range tests {
		got, err := ImportPath(filepath.Join(root, filepath.FromSlash(test.dir)))
		if got != test.want || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("ImportPath(%q) = %q, %v, want %q, error %q", test.dir, got, err, test.want, test.err)
		}
	}
}

func TestImportPathOutsideAnyModule(t *testing.T) {
	if _, err := ImportPath(string(filepath.Separator)); err == nil || !strings.Contains(err.Error(), "go mod init") {
		t.Errorf("ImportPath(/) = %v, want an error that says what to do", err)
	}
}
