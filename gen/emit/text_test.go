package emit

import (
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// TestWrap checks that lines are short where words allow it, and that no word is lost.
func TestWrap(t *testing.T) {
	text := strings.Repeat("∂L/∂W of a layer ", 40) + strings.Repeat("x", 50) + "\nsecond  paragraph"
	for _, width := range []int{10, 40, 110} {
		lines := wrap(text, width)
		for _, line := range lines {
			if len([]rune(line)) > width && strings.Contains(line, " ") {
				t.Errorf("width %d: %q", width, line)
			}
		}
		if got, want := strings.Fields(strings.Join(lines, " ")), strings.Fields(text); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("width %d: words are lost: %q", width, lines)
		}
	}
}

// TestNames checks how names of a spec become names of Go.
func TestNames(t *testing.T) {
	for name, want := range map[string]string{"dense1": "dense1", "hidden_1": "hidden1", "first_hidden_layer": "firstHiddenLayer"} {
		if got := goName(name); got != want {
			t.Errorf("%s becomes %s, want %s", name, got, want)
		}
	}
	if got := (names{prefix: "Net7"}).top("relu"); got != "Net7Relu" {
		t.Errorf("relu of Net7 is %s", got)
	}
}

// TestPosition checks how the layout of a weight is told.
func TestPosition(t *testing.T) {
	for want, a := range map[string]*kernel.Array{
		"weight, row-major: w[4*o+i] = W[o,i]":     {Name: "w", Dims: []int{16, 4}, Layout: "oi"},
		"weight, column-major: w[16*i+o] = W[o,i]": {Name: "w", Dims: []int{4, 16}, Layout: "io"},
		"bias": {Name: "b", Dims: []int{16}, Layout: "o"},
	} {
		if got := meaning(a); got != want {
			t.Errorf("%s: %q, want %q", a.Name, got, want)
		}
	}
}

// TestLibrary checks that a copy of an elementary function has all that it needs, under local names.
func TestLibrary(t *testing.T) {
	lib, err := loadLibrary()
	if err != nil {
		t.Fatal(err)
	}
	text := lib.copyOf(map[string]bool{"sigmoid": true}, names{float: "float32"})
	for _, part := range []string{"func sigmoid(x float32) float32", "func exp2Split(", "var exp2Table"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in\n%s", part, text)
		}
	}
	for _, part := range []string{"Sigmoid32", "func tanh", "func log"} {
		if strings.Contains(text, part) {
			t.Errorf("%q is in\n%s", part, text)
		}
	}
	if text := lib.copyOf(map[string]bool{"exp": true, "tanh": true}, names{float: "float64"}); text != "" {
		t.Errorf("math has exp and tanh, but copied is\n%s", text)
	}
}
