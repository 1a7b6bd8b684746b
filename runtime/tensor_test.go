package runtime

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTensorAt(t *testing.T) {
	for _, test := range []struct {
		name   string
		tensor Tensor
		want   []int // positions of the canonical elements
	}{
		{"canonical", Tensor{Shape: []int{2, 3}, Offset: 5}, []int{5, 6, 7, 8, 9, 10}},
		{"transposed", Tensor{Shape: []int{2, 3}, Layout: Transposed(2, 3)}, []int{0, 2, 4, 1, 3, 5}},
		{"lanes of two with padding", Tensor{
			Shape:  []int{3, 2},
			Offset: 1,
			Layout: Layout{{Dim: 0, Div: 2, Size: 2}, {Dim: 1, Div: 1, Size: 2}, {Dim: 0, Div: 1, Size: 2}},
		}, []int{1, 3, 2, 4, 5, 7}},
	} {
		var got []int
		for i := range test.tensor.Len() {
			got = append(got, test.tensor.At(i))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
		params := make([]float32, 20)
		want := []float32{1, 2, 3, 4, 5, 6}
		CopyTo(params, want, test.tensor)
		back := make([]float32, 6)
		CopyFrom(back, params, test.tensor)
		if !slices.Equal(back, want) {
			t.Errorf("%s: got %v back, want %v", test.name, back, want)
		}
	}
}

// A layout made of the digits of the indices, in any order, gives every element
// its own place within Extent.
func TestLayoutIsInjective(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tensor := Tensor{Name: "w", Offset: rapid.IntRange(0, 9).Draw(t, "offset")}
		for dim := range rapid.IntRange(1, 3).Draw(t, "dims") {
			tensor.Shape = append(tensor.Shape, rapid.IntRange(1, 9).Draw(t, "size"))
			for reach := 1; reach < tensor.Shape[dim]; {
				digit := rapid.IntRange(2, 5).Draw(t, "digit")
				tensor.Layout = append(tensor.Layout, Axis{Dim: dim, Div: reach, Size: digit})
				reach *= digit
			}
		}
		if len(tensor.Layout) > 0 {
			tensor.Layout = rapid.Permutation(tensor.Layout).Draw(t, "layout")
		}
		if err := tensor.check(tensor.Offset + tensor.Extent()); err != nil {
			t.Fatal(err)
		}
		seen := make([]bool, tensor.Offset+tensor.Extent())
		for i := range tensor.Len() {
			at := tensor.At(i)
			if at < tensor.Offset || seen[at] {
				t.Fatalf("%+v: element %d is at %d, which is outside or taken", tensor, i, at)
			}
			seen[at] = true
		}
	})
}

func TestTensorCheck(t *testing.T) {
	for _, test := range []struct {
		tensor Tensor
		want   string
	}{
		{Tensor{Shape: []int{2, 0}}, "shape is [2 0]"},
		{Tensor{Shape: []int{4}, Offset: 7}, "takes parameters 7 to 11, want them within 10"},
		{Tensor{Shape: []int{4}, Layout: Layout{{Dim: 1, Div: 1, Size: 4}}}, "want Dim below 1"},
		{Tensor{Shape: []int{4}, Layout: Layout{{Dim: 0, Div: 1, Size: 3}}}, "its own place"},
		{Tensor{Shape: []int{4}, Layout: Layout{{Dim: 0, Div: 1, Size: 2}, {Dim: 0, Div: 1, Size: 2}}}, "its own place"},
		{Tensor{Shape: []int{2, 2}, Layout: Layout{{Dim: 0, Div: 1, Size: 2}}}, "its own place"},
	} {
		if err := test.tensor.check(10); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: got %v, want %q", test.tensor, err, test.want)
		}
	}
}
