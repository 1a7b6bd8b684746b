package gen_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// licenses are phrases that a license has and the others have not.
var licenses = map[string]string{
	"MIT": "Permission is hereby granted, free of charge", "Apache-2.0": "Apache License", "BSD-3-Clause": "Neither the name of",
	"MPL-2.0": "Mozilla Public License Version 2.0",
}

// TestDependencies compares the modules of go.mod, and the licenses that lie in them, with the table of DEPENDENCIES.md.
func TestDependencies(t *testing.T) {
	table, err := os.ReadFile(filepath.Join("..", "DEPENDENCIES.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\S+/\S+) \| ([^|]+) \| [^|]+ \|$`).FindAllSubmatch(table, -1) {
		listed[string(row[1])] = string(row[2])
	}
	mod, err := os.ReadFile(filepath.Join("..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, require := range regexp.MustCompile(`(?m)^\t(\S+) v`).FindAllSubmatch(mod, -1) {
		module := string(require[1])
		names := listed[module]
		delete(listed, module)
		if names == "" {
			t.Errorf("%s is in go.mod, but not in DEPENDENCIES.md", module)
			continue
		}
		text := licenseOf(t, module)
		if text == "" {
			continue // not downloaded: nothing here needs it
		}
		checked++
		for license, phrase := range licenses {
			if want := strings.Contains(names, license); want != strings.Contains(text, phrase) {
				t.Errorf("%s: DEPENDENCIES.md says %s, but the license file says otherwise of %s", module, names, license)
			}
		}
	}
	for module := range listed {
		t.Errorf("%s is in DEPENDENCIES.md, but not in go.mod", module)
	}
	if checked < 9 {
		t.Errorf("found the license files of %d modules, want those of the tool at least", checked)
	}
}

// licenseOf returns the license of a module, with single spaces; "" where the module is not there.
func licenseOf(t *testing.T, module string) string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "LICENSE*"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(dir)) == "" || len(files) == 0 {
		return ""
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}
