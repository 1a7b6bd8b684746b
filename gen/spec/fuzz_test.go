package spec

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzParse checks that no text makes Parse panic, that every error has a
// position in the text, and that what is accepted prints as itself.
func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	for _, pattern := range []string{"../../specs/*.yaml", "testdata/bad/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || files == nil {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			for _, chunk := range chunks(string(text)) {
				f.Add([]byte(chunk))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := Parse("fuzz.yaml", text)
		if err == nil {
			roundTrip(t, m)
			return
		}
		list, ok := err.(ErrorList)
		if !ok || len(list) == 0 {
			t.Fatalf("error of type %T: %v", err, err)
		}
		for _, e := range list {
			if e.Pos.Line < 1 || e.Pos.Col < 1 {
				t.Errorf("%v has no position", e)
			}
		}
	})
}
