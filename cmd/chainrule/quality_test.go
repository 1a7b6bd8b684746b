package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestQuality trains the examples that come with data, with five seeds each.
func TestQuality(t *testing.T) {
	if testing.Short() {
		t.Skip("trains networks")
	}
	tests := []struct {
		name, data, measure string
		want                float64 // at least, as the mean
	}{
		{"iris", "iris.csv", "accuracy", 0.95},
		{"digits", "digits.csv.gz", "accuracy", 0.95},
		{"houses", "houses.csv", "r2", 0.95},
	}
	const seeds = 5
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			specs := filepath.Join("..", "..", "specs")
			for _, file := range []string{test.name + ".yaml", test.data} {
				content, err := os.ReadFile(filepath.Join(specs, file))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, file), content, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			sum := 0.0
			for seed := range seeds {
				last := trainJSON(t, dir, test.name+".yaml", fmt.Sprintf("--seed=%d", seed+1))
				value, ok := last[test.measure].(float64)
				if !ok || last["on"] != "test" {
					t.Fatalf("seed %d: last line is %v, want %s on test rows", seed+1, last, test.measure)
				}
				sum += value
			}
			mean := sum / seeds
			t.Logf("%s: mean of %d seeds %.4f", test.measure, seeds, mean)
			if mean < test.want {
				t.Errorf("%s is %.4f, want at least %.2f", test.measure, mean, test.want)
			}
		})
	}
}

// trainJSON trains in dir and returns the last line.
func trainJSON(t *testing.T, dir string, args ...string) map[string]any {
	t.Helper()
	cmd := exec.Command("chainrule", append([]string{"train", "--json"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("chainrule train %q: %v", args, err)
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	var last map[string]any
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil {
		t.Fatal(err)
	}
	return last
}
