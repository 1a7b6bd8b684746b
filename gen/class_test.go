package gen_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestClassType checks that the type of classes holds them, NoClass, and what is neither.
func TestClassType(t *testing.T) {
	for _, classes := range []int{2, 252, 253, 254, 255, 256, 257} {
		names := make([]string, classes)
		for i := range names {
			names[i] = fmt.Sprintf("c%d", i)
		}
		text := fmt.Sprintf("name: many\ninput: {shape: [1]}\nlayers: [dense: {units: %d}]\noutput: {classes: [%s]}\nloss: softmax_cross_entropy\n", classes, strings.Join(names, ", "))
		found := false
		for _, f := range generate(t, "many.yaml", text) {
			match := regexp.MustCompile(`(?m)^type Class uint(\d+)$`).FindSubmatch(f.Content)
			if match == nil {
				continue
			}
			found = true
			if bits, err := strconv.Atoi(string(match[1])); err != nil || math.Ldexp(1, bits) <= float64(classes+2) {
				t.Errorf("%d classes have the type uint%d, which does not hold %d numbers more", classes, bits, 2)
			}
		}
		if !found {
			t.Error("there is no type of classes")
		}
	}
}
