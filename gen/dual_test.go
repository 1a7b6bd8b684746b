package gen_test

import (
	"fmt"
	"math"
	"strings"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
)

// References:
//
//	Wengert: A simple automatic derivative evaluation program, Communications of the ACM 7, 1964.
//
// An oracle for derivatives that shares nothing with those of the compiler: it runs the forward ops of a graph on dual
// numbers, whose rules are written by hand. Where package expr differentiates a formula, this interpreter pushes numbers
// through it; where package graph walks backwards, it walks forwards.

// directions is how many derivatives a dual number carries.
const directions = 8

// dual is a number with its derivatives in some directions.
type dual struct {
	v float64
	d [directions]float64
}

// chain returns f(x), given the value of f and its slope there.
func (x dual) chain(value, slope float64) dual {
	y := dual{v: value}
	for k, d := range x.d {
		if d != 0 { // an infinite slope in no direction is 0
			y.d[k] = slope * d
		}
	}
	return y
}

// combine returns a number that moves with a·x + b·y.
func combine(value, a float64, x dual, b float64, y dual) dual {
	z := dual{v: value}
	for k := range z.d {
		z.d[k] = a*x.d[k] + b*y.d[k]
	}
	return z
}

func (x dual) plus(y dual) dual  { return combine(x.v+y.v, 1, x, 1, y) }
func (x dual) minus(y dual) dual { return combine(x.v-y.v, 1, x, -1, y) }
func (x dual) times(y dual) dual { return combine(x.v*y.v, y.v, x, x.v, y) }
func (x dual) over(y dual) dual  { return combine(x.v/y.v, 1/y.v, x, -x.v/y.v/y.v, y) }

// slopes has the value and the slope of every function of one argument.
var slopes = map[string]func(x float64) (value, slope float64){
	"exp":   func(x float64) (float64, float64) { return math.Exp(x), math.Exp(x) },
	"expm1": func(x float64) (float64, float64) { return math.Expm1(x), math.Exp(x) },
	"log":   func(x float64) (float64, float64) { return math.Log(x), 1 / x },
	"log1p": func(x float64) (float64, float64) { return math.Log1p(x), 1 / (1 + x) },
	"sqrt":  func(x float64) (float64, float64) { return math.Sqrt(x), 0.5 / math.Sqrt(x) },
	"tanh": func(x float64) (float64, float64) {
		c := math.Cosh(x)
		return math.Tanh(x), 1 / (c * c)
	},
	"sigmoid": func(x float64) (float64, float64) {
		c := math.Cosh(x / 2)
		return 0.5 + 0.5*math.Tanh(x/2), 0.25 / (c * c)
	},
	"softplus": func(x float64) (float64, float64) {
		return math.Log1p(math.Exp(-math.Abs(x))) + math.Max(x, 0), 1 / (1 + math.Exp(-x))
	},
	"tanhSoftplus": func(x float64) (float64, float64) { // by t = (e²ˢ − 1)/(e²ˢ + 1), eˢ = 1 + eˣ
		u := (1 + math.Exp(x)) * (1 + math.Exp(x))
		return math.Exp(x) * (2 + math.Exp(x)) / (u + 1), 4 * math.Sqrt(u) * math.Exp(x) / ((u + 1) * (u + 1))
	},
	"normalCDF": func(x float64) (float64, float64) {
		return 0.5 + 0.5*math.Erf(x/math.Sqrt2), math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
	},
	"abs": func(x float64) (float64, float64) { return math.Abs(x), math.Copysign(1, x) },
}

// dualFormula evaluates a formula.
func dualFormula(e expr.Expr, vars map[string]dual) dual {
	eval := func(e expr.Expr) dual { return dualFormula(e, vars) }
	switch e := e.(type) {
	case expr.Const:
		return dual{v: e.Value}
	case expr.Var:
		return vars[e.Name]
	case expr.Negate:
		x := eval(e.X)
		return x.chain(-x.v, -1)
	case expr.Binary:
		x, y := eval(e.X), eval(e.Y)
		switch e.Op {
		case expr.OpAdd:
			return x.plus(y)
		case expr.OpSub:
			return x.minus(y)
		case expr.OpMul:
			return x.times(y)
		case expr.OpDiv:
			return x.over(y)
		}
	case expr.Call:
		x := eval(e.Args[0])
		if f, ok := slopes[e.Fn.Name]; ok {
			return x.chain(f(x.v))
		}
		y := eval(e.Args[1]) // max and min; of equal ones the second
		if x.v > y.v && e.Fn == expr.Max || x.v < y.v && e.Fn == expr.Min {
			return x
		}
		return y
	case expr.Select:
		cond := e.Cond.(expr.Binary)
		x, y := eval(cond.X), eval(cond.Y)
		if x.v < y.v || cond.Op == expr.OpLessEq && x.v == y.v {
			return eval(e.Then)
		}
		return eval(e.Else)
	}
	panic(fmt.Sprintf("no rule for %v", e))
}

// dualRun runs the nodes of a graph that are no gradients, from leaves and their derivatives, which may be missing.
type dualRun struct {
	env    *graph.Env
	move   map[string][]dual // of leaves that move; the others are those of env
	values map[*graph.Value][]dual
}

// eval returns the elements of every value.
func (r *dualRun) eval(g *graph.Graph) map[*graph.Value][]dual {
	r.values = map[*graph.Value][]dual{}
	for _, v := range g.Values {
		if v.Node != nil {
			continue
		}
		if r.values[v] = r.move[v.Ref()]; r.values[v] == nil {
			for _, e := range r.env.Leaves[v.Ref()] {
				r.values[v] = append(r.values[v], dual{v: e})
			}
		}
	}
	for _, n := range g.Nodes {
		if n.Outs[0].Role != graph.Gradient {
			r.node(n)
		}
	}
	return r.values
}

// node runs one op.
func (r *dualRun) node(n *graph.Node) {
	size := r.env.Rows
	for _, a := range n.Outs[0].Axes {
		size *= max(1, a.Size)
	}
	if len(n.Outs[0].Axes) == 0 || n.Outs[0].Axes[0] != graph.Samples {
		size /= r.env.Rows
	}
	out := make([]dual, size)
	r.values[n.Outs[0]] = out
	switch op := n.Op.(type) {
	case graph.Contract:
		subs, _ := graph.ParseSub(op.Sub)
		r.each(n, op.Sub, func(to int, at []int, begins bool) {
			if begins && len(subs) == 3 {
				out[to] = out[to].plus(r.values[n.Args[2]][at[2]])
			}
			out[to] = out[to].plus(r.values[n.Args[0]][at[0]].times(r.values[n.Args[1]][at[1]]))
		})
	case graph.Map:
		vars := map[string]dual{}
		r.each(n, op.Sub, func(to int, at []int, _ bool) {
			for i, name := range op.Vars {
				vars[name] = r.values[n.Args[i]][at[i]]
			}
			out[to] = dualFormula(op.Expr, vars)
		})
	case graph.Reduce:
		terms := len(r.values[n.Args[0]]) / size
		r.each(n, op.Sub, func(to int, at []int, begins bool) {
			x := r.values[n.Args[0]][at[0]]
			switch op.Kind {
			case graph.Sum:
				out[to] = out[to].plus(x)
			case graph.Mean:
				out[to] = out[to].plus(x.over(dual{v: float64(terms)}))
			case graph.Max:
				if begins || x.v > out[to].v {
					out[to] = x
				}
			}
		})
	case graph.SoftmaxCrossEntropy:
		r.crossEntropy(n, op.Smoothing, out)
	case graph.Random:
		width := size / r.env.Rows
		for i := range out {
			out[i].v = r.env.Random(op.Stream, i/width, i%width)
		}
	default:
		panic(fmt.Sprintf("no rule for %v", n.Op))
	}
}

// crossEntropy is Σ t·(log Σ exp z − z), with t smoothed; an index that is no class leaves the z of a class away.
func (r *dualRun) crossEntropy(n *graph.Node, smoothing float64, out []dual) {
	z, t := r.values[n.Args[0]], r.values[n.Args[1]]
	classes := len(z) / len(out)
	for row := range out {
		z := z[row*classes:][:classes]
		largest := z[0].v
		for _, v := range z {
			largest = math.Max(largest, v.v)
		}
		var sum dual
		for _, v := range z {
			sum = sum.plus(v.chain(math.Exp(v.v-largest), math.Exp(v.v-largest)))
		}
		log := sum.chain(math.Log(sum.v)+largest, 1/sum.v)
		for o, v := range z {
			weight := 0.0
			if len(n.Args[1].Axes) == 2 {
				weight = t[row*classes+o].v
			} else if int(t[row].v) == o {
				weight = 1
			}
			weight = (1-smoothing)*weight + smoothing/float64(classes)
			out[row] = out[row].plus(log.minus(v).times(dual{v: weight}))
		}
		if len(n.Args[1].Axes) == 1 && int(t[row].v) == classes {
			out[row] = out[row].plus(log.times(dual{v: 1 - smoothing}))
		}
	}
}

// each calls f for every term of every element of a node's out: with the place of the element, those of the arguments, and
// whether the term is the element's first.
func (r *dualRun) each(n *graph.Node, sub string, f func(to int, at []int, begins bool)) {
	subs, out := graph.ParseSub(sub)
	var size, index [128]int
	letters := out
	for i, s := range append([]string{out}, subs...) {
		v := n.Outs[0]
		if i > 0 {
			v = n.Args[i-1]
		}
		for k := range len(s) {
			if size[s[k]] = v.Axes[k].Size; s[k] == 'n' {
				size[s[k]] = r.env.Rows
			}
			if !strings.Contains(letters, s[k:k+1]) {
				letters += s[k : k+1]
			}
		}
	}
	place := func(s string) int {
		at := 0
		for k := range len(s) {
			at = at*size[s[k]] + index[s[k]]
		}
		return at
	}
	at := make([]int, len(subs))
	for more := true; more; {
		begins := true
		for _, c := range letters[len(out):] {
			begins = begins && index[c] == 0
		}
		for i, s := range subs {
			at[i] = place(s)
		}
		f(place(out), at, begins)
		more = false
		for k := len(letters) - 1; k >= 0 && !more; k-- { // the next one, the last letter fastest
			c := letters[k]
			index[c]++
			if more = index[c] < size[c]; !more {
				index[c] = 0
			}
		}
	}
}
