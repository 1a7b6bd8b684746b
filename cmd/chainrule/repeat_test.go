package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestGenerateRepeats generates a network a hundred times, each in another place and in other surroundings: the bytes are
// the same.
func TestGenerateRepeats(t *testing.T) {
	runs := 100
	if testing.Short() {
		runs = 10
	}
	spec, err := os.ReadFile(filepath.Join("..", "..", "specs", "seeds.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	zones := []string{"UTC", "Asia/Kathmandu", "America/St_Johns", "", "Nowhere/None"}
	locales := []string{"C", "de_DE.UTF-8", "tr_TR.UTF-8", "ar_EG.UTF-8", ""}
	first := ""
	for run := range runs {
		module := filepath.Join(t.TempDir(), fmt.Sprintf("module %d", run))
		nets := filepath.Join(module, "nets")
		for name, content := range map[string]string{"go.mod": "module example.com/garden\n", "nets/seeds.yaml": string(spec)} {
			path := filepath.Join(module, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		from := []struct{ dir, spec, out string }{
			{module, "nets", "nets"}, {nets, "seeds.yaml", "."}, {nets, ".", ""}, {os.TempDir(), filepath.Join(nets, "seeds.yaml"), nets}, {module, "./nets/...", ""},
		}[run%5]
		args := []string{"generate", from.spec}
		if from.out != "" {
			args = append(args, "--out", from.out)
		}
		cmd := exec.Command("chainrule", args...)
		cmd.Dir = from.dir
		locale := locales[run/5%5]
		cmd.Env = append(os.Environ(), "TZ="+zones[run/7%5], "LANG="+locale, "LC_ALL="+locale, fmt.Sprintf("GOMAXPROCS=%d", 1+run%4),
			fmt.Sprintf("GODEBUG=randseednop=%d", run%2), "HOME="+module, fmt.Sprintf("CHAINRULE_TIER=%s", []string{"generic", "avx2", ""}[run%3]))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd, err, out)
		}
		got := treeHash(t, nets)
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("run %d makes other files than the first: %v in %s", run, cmd, cmd.Dir)
		}
	}
}

// treeHash is a hash of the names and the content of all files below a folder.
func treeHash(t *testing.T, dir string) string {
	t.Helper()
	hash := sha256.New()
	files := 0
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		rel, _ := filepath.Rel(dir, path)
		content, err := os.ReadFile(path)
		fmt.Fprintf(hash, "%s\n%d\n%s", filepath.ToSlash(rel), len(content), content)
		return err
	})
	if err != nil || files < 5 {
		t.Fatalf("%d files: %v", files, err)
	}
	return fmt.Sprintf("%x", hash.Sum(nil))
}
