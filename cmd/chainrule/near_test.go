package main

import (
	"encoding/csv"
	"math"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// near is the command of scripts that compares predictions.
func near(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: near got want most")
	}
	read := func(name string) [][]string {
		table, err := csv.NewReader(strings.NewReader(ts.ReadFile(name))).ReadAll()
		ts.Check(err)
		return table
	}
	got, want := read(args[0]), read(args[1])
	most, err := strconv.ParseFloat(args[2], 64)
	ts.Check(err)
	if len(got) != len(want) || len(want) < 2 {
		ts.Fatalf("%s has %d rows, %s %d", args[0], len(got), args[1], len(want))
	}
	largest := 0.0
	for n := range want {
		if len(got[n]) != len(want[n]) {
			ts.Fatalf("row %d is %q, want %q", n, got[n], want[n])
		}
		for i := range want[n] {
			g, err := strconv.ParseFloat(got[n][i], 64)
			w, wantErr := strconv.ParseFloat(want[n][i], 64)
			if err != nil || wantErr != nil {
				if got[n][i] != want[n][i] {
					ts.Fatalf("row %d is %q, want %q", n, got[n], want[n])
				}
				continue
			}
			largest = max(largest, math.Abs(g-w))
			if !(math.Abs(g-w) <= most) {
				ts.Fatalf("row %d is %q, want %q: they differ by %v", n, got[n], want[n], g-w)
			}
		}
	}
	ts.Logf("differ by %.2g at most", largest)
}
