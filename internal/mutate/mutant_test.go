package main

import (
	"go/format"
	"slices"
	"testing"
)

const source = `package p

func f(xs []int) (sum int) {
	for i := 0; i < len(xs); i++ {
		if xs[i] > 2 && ok {
			sum += xs[i] - 1
		}
	}
	for _, x := range xs {
		ys = append(ys, x)
	}
	err = f.Sync()
	g(xs[1:], "no,oi->ni")
	return sum
}
`

// TestMutants checks that every kind of change is found, and that each is still Go.
func TestMutants(t *testing.T) {
	found, err := mutantsOf("p.go", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	var what []string
	for _, m := range found {
		what = append(what, m.what)
		changed := m.apply([]byte(source))
		if string(changed) == source {
			t.Errorf("%v changes nothing", m)
		}
		if _, err := format.Source(changed); err != nil {
			t.Errorf("%v: %v\n%s", m, err, changed)
		}
	}
	for _, want := range []string{
		"0 is 1", "< is <=", "statement is missing", "condition is negated", "&& is ||", "> is >=", "+= is =", "- is +", "call is missing",
		"slice begins one later", "result is transposed", "append is missing", "tail is dropped", "sync is missing",
	} {
		if !slices.Contains(what, want) {
			t.Errorf("%q is not among %q", want, what)
		}
	}
}

// TestRules checks that there is enough to choose from in every folder, and that the seed decides the choice.
func TestRules(t *testing.T) {
	for _, r := range rules {
		all, err := mutants("../..", r.dir+"/")
		if err != nil || len(all) < 20 {
			t.Errorf("%s: %d mutants (%v)", r.dir, len(all), err)
		}
	}
	all, err := mutants("../..", "")
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := slices.Clone(all), slices.Clone(all), slices.Clone(all)
	shuffle(a, 1)
	shuffle(b, 1)
	shuffle(c, 2)
	same := func(x, y mutant) bool { return x.String() == y.String() }
	if !slices.EqualFunc(a, b, same) || slices.EqualFunc(a, c, same) {
		t.Error("the order does not follow from the seed")
	}
}

func TestKiller(t *testing.T) {
	for out, want := range map[string]string{
		"--- FAIL: TestA (0.1s)\n    x\nFAIL\n": "TestA", "ok\n    --- FAIL: TestA/b (0s)\n": "TestA/b",
		"panic: test timed out after 2m0s\nFAIL\tp 120s\n": "panic: test timed out after 2m0s", "FAIL\tp [build failed]\n": "FAIL\tp [build failed]",
	} {
		if got := killer([]byte(out)); got != want {
			t.Errorf("%q: %q, want %q", out, got, want)
		}
	}
}
