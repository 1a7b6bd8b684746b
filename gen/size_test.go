package gen_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// mostCode is the number of bytes of assembly that a network may have, over both packages and all tiers.
const mostCode = 64 << 10

// TestCodeSize assembles the kernels of the committed networks and adds up their code.
func TestCodeSize(t *testing.T) {
	t.Parallel()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	include := filepath.Join(strings.TrimSpace(string(root)), "pkg", "include")
	for name, text := range committed() {
		dir, size := t.TempDir(), 0
		for k, f := range generate(t, name, text) {
			if !strings.HasSuffix(f.Path, "_amd64.s") {
				continue
			}
			source, object := filepath.Join(dir, strconv.Itoa(k)+".s"), filepath.Join(dir, strconv.Itoa(k)+".o")
			if err := os.WriteFile(source, f.Content, 0o644); err != nil {
				t.Fatal(err)
			}
			assemble := exec.Command("go", "tool", "asm", "-p", "x", "-I", include, "-o", object, source)
			assemble.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64")
			if out, err := assemble.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", f.Path, err, out)
			}
			list, err := exec.Command("go", "tool", "nm", "-size", object).Output()
			if err != nil {
				t.Fatalf("%s: %v", f.Path, err)
			}
			size += textSize(t, list)
		}
		t.Logf("%s: %d bytes of code", name, size)
		if size > mostCode {
			t.Errorf("%s: %d bytes of code, want at most %d", name, size, mostCode)
		}
	}
}

// textSize adds up the functions in what go tool nm -size prints.
func textSize(t *testing.T, list []byte) int {
	sum := 0
	for line := range bytes.Lines(list) {
		if fields := strings.Fields(string(line)); len(fields) == 4 && fields[2] == "T" {
			size, err := strconv.Atoi(fields[1])
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			sum += size
		}
	}
	return sum
}
