package runtime

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Every row is in exactly one part, the parts have their sizes, and every part
// has every class in proportion, within one row.
func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		classes := rapid.IntRange(1, 6).Draw(t, "classes")
		class := rapid.SliceOfN(rapid.IntRange(0, classes-1), 2, 300).Draw(t, "class")
		c := &Config{
			Validation: rapid.Float64Range(0, 0.45).Draw(t, "validation"),
			Test:       rapid.Float64Range(0, 0.45).Draw(t, "test"),
			Seed:       rapid.Uint64().Draw(t, "seed"),
		}
		rows := len(class)
		if rapid.Bool().Draw(t, "regression") {
			class = nil
		}
		s, err := splitRows(rows, class, c)
		if err != nil {
			if rows > 10 {
				t.Fatal(err)
			}
			return // two parts of at least one row each may be all there is
		}
		all := slices.Concat(s.train, s.validation, s.test)
		slices.Sort(all)
		for i, row := range all {
			if i != row {
				t.Fatalf("row %d is missing or there twice", i)
			}
		}
		checkPart(t, "test", class, s.test, all, c.Test*float64(rows))
		checkPart(t, "validation", class, s.validation, slices.Concat(s.train, s.validation), c.Validation*float64(rows))
	})
}

// checkPart checks part, which was taken from the rows in from and should have about size rows.
func checkPart(t *rapid.T, name string, class, part, from []int, size float64) {
	if want := max(size, math.Ceil(min(size, 1))); math.Abs(float64(len(part))-want) > 0.5 {
		t.Fatalf("%s has %d rows, want %v", name, len(part), want)
	}
	if class == nil {
		return
	}
	count := func(rows []int) []int {
		n := make([]int, 6)
		for _, row := range rows {
			n[class[row]]++
		}
		return n
	}
	got, have := count(part), count(from)
	for c := range got {
		quota := float64(len(part)) * float64(have[c]) / float64(len(from))
		if math.Abs(float64(got[c])-quota) >= 1 {
			t.Fatalf("%s has %d rows of class %d, want about %v", name, got[c], c, quota)
		}
	}
}

func TestSplitDependsOnSeedAlone(t *testing.T) {
	class := make([]int, 100)
	first, _ := splitRows(100, class, &Config{Test: 0.2, Validation: 0.1, Seed: 1})
	again, _ := splitRows(100, class, &Config{Test: 0.2, Validation: 0.1, Seed: 1, Batch: 7, Epochs: 9})
	other, _ := splitRows(100, class, &Config{Test: 0.2, Validation: 0.1, Seed: 2})
	if !reflect.DeepEqual(first, again) {
		t.Error("same seed, other split")
	}
	if reflect.DeepEqual(first, other) {
		t.Error("other seed, same split")
	}
}

func TestSplitTooSmall(t *testing.T) {
	_, err := splitRows(2, nil, &Config{Test: 0.2, Validation: 0.1})
	if err == nil || !strings.Contains(err.Error(), "2 rows: 1 for test and 1 for validation leave none to train on") {
		t.Errorf("got %v", err)
	}
}
