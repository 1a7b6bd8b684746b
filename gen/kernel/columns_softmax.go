package kernel

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/graph"
)

// target returns the target of an output, with label smoothing in it.
func (c *columnLoss) target(at Index) Expr { return smooth(Load{"t", at}, c.smoothing(), c.size) }

// where returns x where the target of a sample is the class of an output, else 0.
func (c *columnLoss) where(k, v int, x Expr) Expr {
	label, number := c.class(k, v)
	return Apply{elementary("where"), []Expr{label, Num{number}, x}}
}

// smoothing is the share of a target that is spread evenly over the classes.
func (c *columnLoss) smoothing() float64 {
	return c.crossEntropyNode().Op.(graph.SoftmaxCrossEntropy).Smoothing
}

// crossEntropy writes the softmax cross-entropy. The target is a class, which may be none of those that there are, or a row
// of weights.
func (c *columnLoss) crossEntropy() {
	// A NaN among the logits may be missing in m and in the logarithm. It makes s NaN all the same.
	c.add(Comment{"m = maxₒ z[o], so that no exponential overflows"})
	c.let("m", func(v int) Expr { return Load{"z", c.lane(v)} })
	c.outputs(1, func(count int, at func(k, v int) Index) {
		c.all(count, func(k, v int) {
			c.add(Assign{Name: c.reg("m", v).Name, X: Apply{tame("max"), []Expr{c.reg("m", v), Load{"z", at(k, v)}}}})
		})
	})
	sums := []string{"s", "w", "q"}
	text := "w = Σₒ t[o], q = Σₒ t[o]·z[o]"
	switch {
	case c.classes && c.smoothing() > 0:
		sums, text = []string{"s", "r", "q"}, "r = Σₒ (z[o] − m), q = Σₒ t[o]·z[o]"
	case c.classes:
		sums, text = []string{"s", "q"}, "q = Σₒ t[o]·z[o]"
	}
	if c.classes {
		c.add(Comment{"t[o] = 1 for the class of a sample, else 0"})
	}
	if c.differentiated {
		c.add(Comment{"dz[o] = exp(z[o] − m), s = Σₒ dz[o], " + text})
	} else {
		c.add(Comment{"s = Σₒ exp(z[o] − m), " + text})
	}
	for _, name := range sums {
		c.let(name, func(int) Expr { return Num{0} })
	}
	c.outputs(0, c.exponentials)
	if c.differentiated {
		c.probabilities()
	}
	c.crossEntropies()
}

// crossEntropies writes the losses, given the sums over the outputs.
func (c *columnLoss) crossEntropies() {
	log := func(v int) Expr { return Apply{tame("log"), []Expr{c.reg("s", v)}} }
	switch e := c.smoothing(); {
	case c.classes && e > 0:
		c.add(Comment{"L = log s + (1 − ε)·m − ε/classes·r − (1 − ε)·q"})
		c.let("logS", log)
		c.let("L", func(v int) Expr {
			part := func(name string, share float64) Expr { return Binary{'*', c.reg(name, v), Num{share}} }
			whole := Binary{'+', c.reg("logS", v), part("m", 1-e)}
			return Binary{'-', Binary{'-', whole, part("r", e/float64(c.size))}, part("q", 1-e)}
		})
	case c.classes:
		c.add(Comment{"L = log s + ((m + 0·s) − q), NaN if s is"})
		c.let("logS", log)
		c.let("L", func(v int) Expr {
			m := Binary{'+', c.reg("m", v), Binary{'*', c.reg("s", v), Num{0}}}
			return Binary{'+', c.reg("logS", v), Binary{'-', m, c.reg("q", v)}}
		})
	default:
		c.add(Comment{"L = w·(log s + m) − q"})
		c.let("logS", log)
		c.let("L", func(v int) Expr {
			whole := Binary{'+', c.reg("logS", v), c.reg("m", v)}
			return Binary{'-', Binary{'*', c.reg("w", v), whole}, c.reg("q", v)}
		})
	}
}

// probabilities writes the gradient of a softmax cross-entropy, given the exponentials in its place.
func (c *columnLoss) probabilities() {
	scale := func(v int) Expr { return c.reg("scale", v) }
	p := func(k, v int, at Index) Expr { return Binary{'*', Load{"dz", at}, c.reg("k", v)} }
	gradient := func(k, v int, at Index) Expr { return Binary{'-', p(k, v, at), c.where(k, v, scale(v))} }
	switch e := c.smoothing(); {
	case !c.classes:
		c.add(Comment{"dz[o] = (dz[o]·w/s − t[o])·scale"})
		c.let("k", func(v int) Expr { return Binary{'/', c.reg("w", v), c.reg("s", v)} })
		gradient = func(k, v int, at Index) Expr {
			return Binary{'*', Binary{'-', p(k, v, at), c.target(at)}, scale(v)}
		}
	case e > 0:
		c.add(Comment{"dz[o] = (dz[o]/s − ε/classes − (1 − ε)·t[o])·scale"})
		c.let("k", func(v int) Expr { return Binary{'/', scale(v), c.reg("s", v)} })
		c.let("each", func(v int) Expr { return Binary{'*', scale(v), Num{e / float64(c.size)}} })
		c.let("rest", func(v int) Expr { return Binary{'*', scale(v), Num{1 - e}} })
		gradient = func(k, v int, at Index) Expr {
			return Binary{'-', Binary{'-', p(k, v, at), c.reg("each", v)}, c.where(k, v, c.reg("rest", v))}
		}
	default:
		c.add(Comment{"dz[o] = (dz[o]/s − t[o])·scale"})
		c.let("k", func(v int) Expr { return Binary{'/', scale(v), c.reg("s", v)} })
	}
	c.outputs(0, func(count int, at func(k, v int) Index) {
		c.all(count, func(k, v int) { c.add(Store{Of: "dz", At: at(k, v), X: gradient(k, v, at(k, v))}) })
	})
}

// exponentials writes one turn of the sums of a softmax.
func (c *columnLoss) exponentials(count int, at func(k, v int) Index) {
	e := func(k, v int) Var { return Var{fmt.Sprintf("e%d_%d", k, v)} }
	c.all(count, func(k, v int) {
		c.set(e(k, v).Name, Apply{tame("exp"), []Expr{Binary{'-', Load{"z", at(k, v)}, c.reg("m", v)}}})
	})
	c.all(count, func(k, v int) {
		if c.differentiated {
			c.add(Store{Of: "dz", At: at(k, v), X: e(k, v)})
		}
		c.add(Assign{Name: c.reg("s", v).Name, X: e(k, v), Add: true})
		z := Load{"z", at(k, v)}
		if !c.classes {
			c.add(Assign{Name: c.reg("w", v).Name, X: c.target(at(k, v)), Add: true})
			c.add(Assign{Name: c.reg("q", v).Name, X: Binary{'*', c.target(at(k, v)), z}, Add: true})
			return
		}
		if c.smoothing() > 0 {
			c.add(Assign{Name: c.reg("r", v).Name, X: Binary{'-', z, c.reg("m", v)}, Add: true})
		}
		c.add(Assign{Name: c.reg("q", v).Name, X: c.where(k, v, z), Add: true})
	})
}
