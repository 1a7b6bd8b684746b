package pass

import (
	"slices"
	"strings"
	"testing"
)

// TestOrder breaks each line of order, which must be noticed.
func TestOrder(t *testing.T) {
	for _, o := range order {
		table := slices.Clone(Table)
		i := slices.IndexFunc(table, func(p Pass) bool { return p.Name == o.first })
		j := slices.IndexFunc(table, func(p Pass) bool { return p.Name == o.second })
		table[i], table[j] = table[j], table[i]
		if err := checkOrder(table); err == nil || !strings.Contains(err.Error(), "must come before") {
			t.Errorf("%s after %s: error %v", o.first, o.second, err)
		}
	}
}
