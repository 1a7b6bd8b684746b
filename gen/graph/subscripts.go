package graph

import (
	"fmt"
	"slices"
	"strings"
)

// ParseSub splits subscripts into the letters of each argument and of the out:
// "ni,oi->no" is [ni oi] and no. Without an arrow there are no arguments; an
// argument without axes has no letters, as in "->n".
func ParseSub(sub string) (args []string, out string) {
	before, after, arrow := strings.Cut(sub, "->")
	if !arrow {
		return nil, before
	}
	return strings.Split(before, ","), after
}

// JoinSub is the inverse of ParseSub.
func JoinSub(args []string, out string) string {
	if len(args) == 0 {
		return out
	}
	return strings.Join(args, ",") + "->" + out
}

// verifySub reports whether the letters of sub fit the axes of out and args:
// one letter per axis, no letter twice, one size per letter, n for samples.
func verifySub(sub string, out *Value, args []*Value) error {
	subs, outSub := ParseSub(sub)
	if len(subs) != len(args) {
		return fmt.Errorf("subscripts of %d arguments, %d given", len(subs), len(args))
	}
	sizes := map[rune]int{}
	for k, v := range append(slices.Clone(args), out) {
		letters := append(slices.Clone(subs), outSub)[k]
		if len(letters) != len(v.Axes) {
			return fmt.Errorf("%d letters %q for the %d axes of %s", len(letters), letters, len(v.Axes), v.Ref())
		}
		for i, c := range letters {
			size := v.Axes[i].Size
			switch known, seen := sizes[c]; {
			case c < 'a' || c > 'z':
				return fmt.Errorf("%q is no letter", c)
			case strings.ContainsRune(letters[:i], c):
				return fmt.Errorf("letter %c twice in %q", c, letters)
			case (c == 'n') != (size == 0):
				return fmt.Errorf("letter %c for axis %v of %s: n is for samples, and for nothing else", c, v.Axes[i], v.Ref())
			case seen && known != size:
				return fmt.Errorf("letter %c is %d and, in %s, %d", c, known, v.Ref(), size)
			}
			sizes[c] = size
		}
	}
	return nil
}

// contains reports whether every letter of part is in letters.
func contains(letters, part string) bool { return without(part, letters) == "" }

// without returns the letters that are not in drop, in their order.
func without(letters, drop string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(drop, c) {
			return -1
		}
		return c
	}, letters)
}

// Letters returns subscripts for axes: their names, where these are single
// letters, else letters that are free.
func Letters(axes []Axis) string {
	letters := make([]byte, len(axes))
	for i, a := range axes {
		if len(a.Name) == 1 && !slices.Contains(letters[:i], a.Name[0]) && (a.Name == "n") == (a.Size == 0) {
			letters[i] = a.Name[0]
		}
	}
	for i := range letters {
		for c := byte('a'); letters[i] == 0; c++ {
			if c != 'n' && !slices.Contains(letters, c) {
				letters[i] = c
			}
		}
	}
	return string(letters)
}

// indexed writes name with its letters: x[n,i]; a value without axes has none.
func indexed(name, letters string) string {
	if letters == "" {
		return name
	}
	return name + "[" + strings.Join(strings.Split(letters, ""), ",") + "]"
}

// over writes the letters of a big operator as subscripts: Σ over i is Σᵢ.
func over(operator, letters string) string {
	const plain, small = "aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
	if !contains(plain, letters) {
		return operator + "_" + letters
	}
	for _, c := range letters {
		operator += string([]rune(small)[strings.IndexRune(plain, c)])
	}
	return operator
}

// each calls f for every index over letters, the last letter fastest, with the
// offset of that element in each of ts, whose letters are subs. A tensor that
// lacks a letter stays where it is along it.
func each(letters string, subs []string, ts []Tensor, f func(at []int)) {
	sizes := make([]int, len(letters))
	strides := make([][]int, len(letters))
	for d := range letters {
		strides[d] = make([]int, len(ts))
		for k, sub := range subs {
			if i := strings.IndexByte(sub, letters[d]); i >= 0 {
				sizes[d] = ts[k].Shape[i]
				strides[d][k] = count(ts[k].Shape[i+1:])
			}
		}
	}
	at := make([]int, len(ts))
	var visit func(d int)
	visit = func(d int) {
		if d == len(letters) {
			f(at)
			return
		}
		for range sizes[d] {
			visit(d + 1)
			for k, stride := range strides[d] {
				at[k] += stride
			}
		}
		for k, stride := range strides[d] {
			at[k] -= sizes[d] * stride
		}
	}
	visit(0)
}

// count returns the number of elements of an array of that shape.
func count(shape []int) int {
	n := 1
	for _, size := range shape {
		n *= size
	}
	return n
}
