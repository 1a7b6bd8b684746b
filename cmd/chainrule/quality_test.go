package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
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
			copyFiles(t, dir, test.name+".yaml", test.data)
			sum := 0.0
			for seed := range seeds {
				lines := trainJSON(t, dir, test.name+".yaml", fmt.Sprintf("--seed=%d", seed+1))
				last := lines[len(lines)-1]
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

// TestFolds cross-validates the examples with typed, normalised features, as
// README.md of the specs says.
func TestFolds(t *testing.T) {
	if testing.Short() {
		t.Skip("trains networks")
	}
	const shuffles = 5
	for _, test := range []struct {
		name, measure string
		want          float64 // at least, as the mean over shuffles and folds
	}{
		{"wine", "accuracy", 0.97},
		{"breast_cancer", "accuracy", 0.965},
		{"diabetes", "r2", 0.45},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			copyFiles(t, dir, test.name+".yaml", test.name+".csv")
			sum := 0.0
			for seed := range shuffles {
				lines := trainJSON(t, dir, test.name+".yaml", "--folds=5", fmt.Sprintf("--seed=%d", seed+1))
				last := lines[len(lines)-1]
				folds, ok := last[test.measure].(map[string]any)
				if !ok || last["folds"] != 5.0 {
					t.Fatalf("seed %d: last line is %v, want %s of 5 folds", seed+1, last, test.measure)
				}
				mean, ok := folds["mean"].(float64)
				if !ok {
					t.Fatalf("seed %d: %v has no mean", seed+1, folds)
				}
				sum += mean
			}
			mean := sum / float64(shuffles)
			t.Logf("%s: mean of %d shuffles %.4f", test.measure, shuffles, mean)
			if !(mean >= test.want) {
				t.Errorf("%s is %.4f, want at least %.3f", test.measure, mean, test.want)
			}
		})
	}
}

// TestMazur compares a training with the numbers of the textbook example.
func TestMazur(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a network")
	}
	dir := t.TempDir()
	copyFiles(t, dir, "mazur.yaml")
	lines := trainJSON(t, dir, "mazur.yaml")
	for _, want := range []struct {
		epoch           int
		loss, tolerance float64 // relative
	}{
		{1, 0.2983711087600027, 1e-12},
		{2, 0.29102777369359933, 1e-12},
		{10001, 3.510187782978859e-05, 1e-9},
	} {
		if len(lines) < want.epoch {
			t.Fatalf("%d lines, want epoch %d", len(lines), want.epoch)
		}
		line := lines[want.epoch-1]
		got, _ := line["loss"].(float64)
		if line["epoch"] != float64(want.epoch) || math.Abs(got-want.loss) > want.tolerance*want.loss {
			t.Errorf("line %d is %v, want loss %v", want.epoch, line, want.loss)
		}
	}
}

// copyFiles copies files of the folder of specs.
func copyFiles(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join("..", "..", "specs", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// trainJSON trains in dir and returns the lines.
func trainJSON(t *testing.T, dir string, args ...string) []map[string]any {
	t.Helper()
	cmd := exec.Command("chainrule", append([]string{"train", "--json"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("chainrule train %q: %v", args, err)
	}
	var lines []map[string]any
	for text := range bytes.Lines(out) {
		var line map[string]any
		if err := json.Unmarshal(text, &line); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		lines = append(lines, line)
	}
	return lines
}
