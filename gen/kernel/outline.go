package kernel

import (
	"fmt"
	"strings"
)

// outline shortens a listing: of neighbouring lines that differ in numbers only, the first and the last stay; of
// neighbouring groups of such lines that are alike, the first.
func outline(text string) string {
	var runs []run
	for line := range strings.Lines(text) {
		if k := kindOf(line); len(runs) > 0 && runs[len(runs)-1].kind == k {
			last := &runs[len(runs)-1]
			last.lines = append(last.lines, line)
		} else {
			runs = append(runs, run{k, []string{line}})
		}
	}
	var b strings.Builder
	for i := 0; i < len(runs); {
		period, times := repeats(runs[i:])
		for _, r := range runs[i : i+period] {
			r.print(&b)
		}
		if times > 1 {
			fmt.Fprintf(&b, "%s… and so on, %d times in all\n", indentOf(runs[i].lines[0]), times)
		}
		i += period * times
	}
	return b.String()
}

// run is neighbouring lines that differ in numbers only.
type run struct {
	kind  string
	lines []string
}

func (r run) print(b *strings.Builder) {
	n := len(r.lines)
	b.WriteString(r.lines[0])
	if n > 2 {
		fmt.Fprintf(b, "%s… %d more\n", indentOf(r.lines[0]), n-2)
	}
	if n > 1 {
		b.WriteString(r.lines[n-1])
	}
}

// kindOf is a line without its numbers. What is no plain statement is of its own kind.
func kindOf(line string) string {
	text := strings.TrimSpace(line)
	if strings.HasPrefix(text, "//") || strings.HasPrefix(text, "for ") {
		return line
	}
	return Kind(line)
}

// Kind is a text without its numbers.
func Kind(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, text)
}

func indentOf(line string) string { return line[:len(line)-len(strings.TrimLeft(line, "\t"))] }

// repeats returns how many runs, from the first on, come how often in a row, as many as possible.
func repeats(runs []run) (period, times int) {
	period, times = 1, 1
	for p := 2; 2*p <= len(runs) && p <= 8; p++ {
		n := 1
		for (n+1)*p <= len(runs) && alike(runs[:p], runs[n*p:(n+1)*p]) {
			n++
		}
		if n > 1 && n*p > period*times {
			period, times = p, n
		}
	}
	return period, times
}

func alike(a, b []run) bool {
	for i := range a {
		if a[i].kind != b[i].kind || strings.Contains(a[i].kind, "//") || strings.Contains(a[i].kind, "for ") || len(a[i].lines) != len(b[i].lines) {
			return false
		}
	}
	return true
}
