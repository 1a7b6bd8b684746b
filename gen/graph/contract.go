package graph

import (
	"errors"
	"fmt"
)

// Contract sums the products of two values over the letters that are not kept:
// "ni,oi->no" is out[n,o] = Σᵢ a[n,i]·b[o,i]. With a third argument,
// "ni,oi,o->no", the sum starts from it.
type Contract struct{ Sub string }

// String implements Op.
func (c Contract) String() string { return fmt.Sprintf("contract %q", c.Sub) }

// Equation implements Op: z[n,o] = b[o] + Σᵢ x[n,i]·w[o,i].
func (c Contract) Equation(name Namer, outs, args []*Value) string {
	subs, out := ParseSub(c.Sub)
	product := indexed(name(args[0]), subs[0]) + "·" + indexed(name(args[1]), subs[1])
	if summed := c.Summed(); summed != "" {
		product = over("Σ", summed) + " " + product
	}
	if len(args) == 3 {
		product = indexed(name(args[2]), subs[2]) + " + " + product
	}
	return indexed(name(outs[0]), out) + " = " + product
}

// Summed returns the letters that are not kept.
func (c Contract) Summed() string {
	subs, out := ParseSub(c.Sub)
	return without(subs[0], out)
}

// Verify implements Op. Every letter must be in two of a, b and out: then the
// pullbacks are contracts, too.
func (c Contract) Verify(outs, args []*Value) error {
	if len(outs) != 1 || len(args) != 2 && len(args) != 3 {
		return errors.New("wants one out and two or three arguments")
	}
	if err := verifySub(c.Sub, outs[0], args); err != nil {
		return err
	}
	subs, out := ParseSub(c.Sub)
	a, b := subs[0], subs[1]
	switch {
	case !contains(b+out, a):
		return fmt.Errorf("letter %s is in the first argument alone", without(a, b+out))
	case !contains(a+out, b):
		return fmt.Errorf("letter %s is in the second argument alone", without(b, a+out))
	case !contains(a+b, out):
		return fmt.Errorf("letter %s of the out is in neither factor", without(out, a+b))
	case len(args) == 3 && !contains(out, subs[2]):
		return fmt.Errorf("letter %s of the start is not in the out", without(subs[2], out))
	}
	return nil
}

// Eval implements Op.
func (c Contract) Eval(_ *Env, outs, args []Tensor) {
	subs, out := ParseSub(c.Sub)
	y, a, b := outs[0].Elems, args[0].Elems, args[1].Elems
	if len(args) == 3 {
		start := args[2]
		each(out, []string{out, subs[2]}, []Tensor{outs[0], start}, func(at []int) {
			y[at[0]] = start.Elems[at[1]]
		})
	}
	// out = start + Σ a·b
	each(out+c.Summed(), []string{out, subs[0], subs[1]}, []Tensor{outs[0], args[0], args[1]}, func(at []int) {
		y[at[0]] += a[at[1]] * b[at[2]]
	})
}

// Pullback implements Op: the subscripts trade places. Of z = b + Σᵢ x·w it is
//
//	db[o]   = Σₙ dz[n,o]
//	dw[o,i] = Σₙ dz[n,o]·x[n,i]
//	dx[n,i] = Σₒ dz[n,o]·w[o,i]
func (c Contract) Pullback(s Section, n *Node, dOuts []*Value, wanted []bool) []*Value {
	subs, out := ParseSub(c.Sub)
	dy, d := dOuts[0], make([]*Value, len(n.Args))
	if len(n.Args) == 3 && wanted[2] {
		d[2] = s.Gradient(sumTo(out, subs[2]), n.Args[2], dy)
	}
	for _, i := range []int{1, 0} {
		if other := 1 - i; wanted[i] {
			op := Contract{JoinSub([]string{out, subs[other]}, subs[i])}
			d[i] = s.Gradient(op, n.Args[i], dy, n.Args[other])
		}
	}
	return d
}
