package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	network := "name: a\ninput: {shape: [1]}\nlayers: []\n"
	for path, content := range map[string]string{
		"model.yaml":            network,
		"docker-compose.yml":    "services: {}\n",
		"specs/a.yaml":          network,
		"specs/b.yml":           "layerz: []\n", // an error that a folder must not hide
		"specs/.hidden.yaml":    network,
		"specs/data.csv":        "x\n",
		"specs/deep/c.yaml":     network,
		"other/go.mod":          "module other\n",
		"other/d.yaml":          network,
		"vendor/e.yaml":         network,
		"testdata/f.yaml":       network,
		"_off/g.yaml":           network,
		".git/h.yaml":           network,
		"empty/readme.txt":      "",
		"config/layers-ci.yaml": "jobs:\n  layers: []\n  input: 1\n",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	folder := func(files ...string) (found []Found) {
		for _, file := range files {
			found = append(found, Found{filepath.FromSlash(file), true})
		}
		return found
	}
	tests := []struct {
		args []string
		want []Found
		err  string
	}{
		{[]string{"model.yaml"}, []Found{{"model.yaml", false}}, ""},
		{[]string{"./model.yaml", "model.yaml"}, []Found{{"model.yaml", false}}, ""},
		{[]string{"docker-compose.yml"}, []Found{{"docker-compose.yml", false}}, ""},
		{[]string{"specs"}, folder("specs/a.yaml", "specs/b.yml"), ""},
		{[]string{"specs/a.yaml", "specs/"}, folder("specs/a.yaml", "specs/b.yml"), ""},
		{[]string{"./..."}, folder("model.yaml", "specs/a.yaml", "specs/deep/c.yaml"), ""},
		{[]string{"specs/..."}, folder("specs/a.yaml", "specs/deep/c.yaml"), ""},
		{[]string{"other/..."}, folder("other/d.yaml"), ""},
		{[]string{"empty"}, nil, "empty: has no specs"},
		{[]string{"empty/..."}, nil, "has no specs"},
		{[]string{"missing.yaml", "model.yaml", "gone"}, []Found{{"model.yaml", false}}, "missing.yaml"},
	}
	for _, test := range tests {
		got, err := Find(test.args)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("Find(%q): %s", test.args, diff)
		}
		if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("Find(%q): error %v, want %q", test.args, err, test.err)
		}
	}
}

func TestComment(t *testing.T) {
	tests := []struct{ text, want string }{
		{"# Head.\n# More.\nname: a\ntrain:\n  # The data\n  #   are here.\n  data: {csv: a.csv}\n", "The data\n  are here."},
		{"# Head.\n#More.\nname: a\ntrain:\n  data: {csv: a.csv}\n", "Head.\nMore."},
		{"name: a\n# Not this.\ntrain:\n  data: {csv: a.csv}\n", ""},
		{"# Head.\nname: a\n", "Head."},
		{"# Above.\ndata: x", "Above."},
		{"", ""},
	}
	for _, test := range tests {
		s := &Spec{Text: []byte(test.text)}
		if got := s.Comment(); got != test.want {
			t.Errorf("Comment of %q is %q, want %q", test.text, got, test.want)
		}
	}
}
