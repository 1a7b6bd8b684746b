package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// timeLimit is that of the tests of a package: a mutant may make something run for ever.
const timeLimit = "300s"

// notGo is what becomes of a mutant that does not compile.
const notGo = "the compiler"

// run tests the mutant and returns the name of a test that kills it, "" if none does.
func (m mutant) run(ctx context.Context, long bool) (by string, err error) {
	src, err := os.ReadFile(m.file)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	path, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	changed, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {path: changed}})
	if err != nil {
		return "", err
	}
	if err := errors.Join(os.WriteFile(changed, m.apply(src), 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		return "", err
	}
	if _, err := goCommand(ctx, "vet", "-overlay", overlay, "./"+filepath.ToSlash(filepath.Dir(m.file))); err != nil {
		return notGo, ctx.Err()
	}
	for _, packages := range m.tests {
		args := []string{"test", "-overlay", overlay, "-failfast", "-timeout", timeLimit}
		if !long {
			args = append(args, "-short")
		}
		if out, err := goCommand(ctx, append(args, strings.Fields(packages)...)...); err != nil {
			return killer(out), ctx.Err()
		}
	}
	return "", nil
}

// goCommand runs the Go command and returns what it printed.
func goCommand(ctx context.Context, args ...string) ([]byte, error) {
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.Bytes(), err
}

var (
	failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	broken = regexp.MustCompile(`(?m)^(?:FAIL|panic:|fatal error:)\s.*$`)
)

// killer names the test that failed, or says how its package ended.
func killer(out []byte) string {
	if m := failed.FindSubmatch(out); m != nil {
		return string(m[1])
	}
	return string(broken.Find(out))
}
