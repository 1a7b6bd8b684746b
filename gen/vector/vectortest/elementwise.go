package vectortest

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/kernel"
)

// Map is y = f(x) over n elements, count vectors per turn.
func Map(name string, n, count, lanes int, f func(x kernel.Expr) kernel.Expr) Case {
	var body []kernel.Stmt
	for _, r := range Cover(n, count, lanes) {
		copies, apart := r.Copies()
		var turn []kernel.Stmt
		for k := range copies {
			at := At(k*apart, "o", 1)
			turn = append(turn, Store("y", at, f(Load("x", at))))
		}
		body = append(body, r.Loop("o", turn...))
	}
	return Case{Name: fmt.Sprintf("map %s of %d by %dx%d", name, n, count, lanes), Low: -6, High: 6, Func: &kernel.Func{
		Name: "Map", Body: body, Arrays: []*kernel.Array{Array("y", n, kernel.Set), Array("x", n, kernel.Read)},
	}}
}

// Softmax is the softmax cross-entropy of logits z[out][n] and its gradient, the samples in lanes; the targets are
// one-hot, t[out][n]. The result is the sum of the losses.
func Softmax(outputs, samples, lanes int) Case {
	body := []kernel.Stmt{}
	at := func(o int) kernel.Index { return At(o*samples, "n", 1) }
	for _, r := range Cover(samples, 1, lanes) {
		turn := []kernel.Stmt{Let("m", Load("z", at(0)))}
		for o := 1; o < outputs; o++ {
			turn = append(turn, kernel.Assign{Name: "m", X: Call("max", Var("m"), Load("z", at(o)))})
		}
		for o := range outputs {
			turn = append(turn, Store("dz", at(o), Call("exp", Sub(Load("z", at(o)), Var("m")))))
		}
		turn = append(turn, Let("s", kernel.Num{}))
		for o := range outputs {
			turn = append(turn, Add("s", Load("dz", at(o))))
		}
		turn = append(turn, Let("k", kernel.Binary{Op: '/', X: kernel.Num{Value: 1}, Y: Var("s")}),
			Let("logS", kernel.Binary{Op: '+', X: Call("log", Var("s")), Y: Var("m")}), Let("l", kernel.Num{}))
		for o := range outputs {
			turn = append(turn, Let(fmt.Sprintf("t%d", o), Load("t", at(o))), Add("l", Mul(Var("t%d", o), Sub(Var("logS"), Load("z", at(o))))),
				Store("dz", at(o), Mul(Var("scale"), Sub(Mul(Load("dz", at(o)), Var("k")), Var("t%d", o)))))
		}
		turn = append(turn, Add("loss", kernel.LaneSum{X: Var("l")}))
		body = append(body, r.Loop("n", turn...))
	}
	n := outputs * samples
	return Case{Name: fmt.Sprintf("softmax of %d, %d samples in %d lanes", outputs, samples, lanes), Low: -9, High: 9,
		Own: map[string][2]float64{"t": {0, 1}}, Func: &kernel.Func{
			Name: "Softmax", Result: "loss", Body: body, Scalars: []kernel.Scalar{{Name: "scale", Kind: kernel.Float}},
			Arrays: []*kernel.Array{Array("dz", n, kernel.Set), Array("z", n, kernel.Read), Array("t", n, kernel.Read)},
		}}
}

// Sums is db[o] += Σₙ dz[o][n] with the samples in lanes.
func Sums(outputs, samples, lanes int) Case {
	var turn []kernel.Stmt
	turn = append(turn, Let("s", kernel.Num{}))
	runs := Cover(samples, 1, lanes)
	if runs[0].Lanes == lanes {
		turn = []kernel.Stmt{Let("v", kernel.Num{}), runs[0].Loop("n", Add("v", Load("dz", At(0, "o", samples, "n", 1)))), Let("s", kernel.LaneSum{X: Var("v")})}
		runs = runs[1:]
	}
	for _, r := range runs {
		turn = append(turn, r.Loop("n", Add("s", kernel.LaneSum{X: Load("dz", At(0, "o", samples, "n", 1))})))
	}
	turn = append(turn, kernel.Store{Of: "db", At: At(0, "o", 1), X: Var("s"), Add: true})
	return Case{Name: fmt.Sprintf("sums of %d, %d samples in %d lanes", outputs, samples, lanes), Func: &kernel.Func{
		Name: "Sums", Body: []kernel.Stmt{Run{To: outputs, Step: 1}.Loop("o", turn...)},
		Arrays: []*kernel.Array{Array("db", outputs, kernel.Added), Array("dz", outputs*samples, kernel.Read)},
	}}
}

// Dots is dW[i,o] += Σₙ x[i][n]·dz[o][n] with the samples in lanes, some sums at a time; with rate it is a step of SGD.
func Dots(in, out, samples, lanes, abreast int, rate bool) Case {
	var body []kernel.Stmt
	runs := Cover(samples, 1, lanes)[:1] // sums of as many lanes as the first has
	for first := 0; first < in*out; first += abreast {
		count := min(abreast, in*out-first)
		for r, run := range runs {
			var turn []kernel.Stmt
			for k := range count {
				if r == 0 {
					body = append(body, Let(fmt.Sprintf("s%d", first+k), kernel.Num{}))
				}
				i, o := (first+k)/out, (first+k)%out
				turn = append(turn, Add(fmt.Sprintf("s%d", first+k), Mul(Load("x", At(i*samples, "n", 1)), Load("dz", At(o*samples, "n", 1)))))
			}
			body = append(body, run.Loop("n", turn...))
		}
		for k := range count {
			at, sum := At(first+k), kernel.Expr(kernel.LaneSum{X: Var("s%d", first+k)})
			if rate {
				body = append(body, Store("dw", at, Sub(Load("dw", at), Mul(Var("rate"), sum))))
			} else {
				body = append(body, kernel.Store{Of: "dw", At: at, X: sum, Add: true})
			}
		}
	}
	f := &kernel.Func{Name: "Dots", Body: body, Arrays: []*kernel.Array{
		Array("dw", in*out, kernel.Added), Array("x", in*samples, kernel.Read), Array("dz", out*samples, kernel.Read),
	}}
	if rate {
		f.Scalars = []kernel.Scalar{{Name: "rate", Kind: kernel.Float}}
	}
	return Case{Name: fmt.Sprintf("dots %dx%d, %d samples in %d lanes, %d abreast", in, out, samples, lanes, abreast), Func: f}
}

// Transpose transposes a matrix into one with some columns more, which are cleared first.
func Transpose(rows, cols, more int) Case {
	stride := rows + more
	var body []kernel.Stmt
	if more > 0 {
		for c := range cols {
			body = append(body, kernel.Cut{Name: fmt.Sprintf("pad%d", c), Of: "y", Offset: At(c*stride + rows), Len: more}, kernel.Clear{Of: fmt.Sprintf("pad%d", c)})
		}
	}
	body = append(body, kernel.Transpose{Dst: "y", Src: "x", Rows: rows, Cols: cols, DstStride: stride, SrcStride: cols})
	return Case{Name: fmt.Sprintf("transpose %dx%d", rows, cols), Func: &kernel.Func{
		Name: "Transpose", Body: body, Arrays: []*kernel.Array{Array("y", cols*stride, kernel.Set), Array("x", rows*cols, kernel.Read)},
	}}
}

// Turns is y[n,o] += k·x[n,o] for as many rows as an operand says, and once more from the second row of x on.
func Turns(rows, turns, out, lanes int) Case {
	var inner []kernel.Stmt
	for _, r := range Cover(out, 2, lanes) {
		copies, apart := r.Copies()
		var body []kernel.Stmt
		for k := range copies {
			at := At(k*apart, "n", out, "o", 1)
			body = append(body, kernel.Store{Of: "y", At: at, X: Mul(Var("k"), Load("x", at.Times("t", out))), Add: true})
		}
		inner = append(inner, r.Loop("o", body...))
	}
	outer := Run{To: rows, Step: 1}.Loop("n", inner...)
	outer.Turns = "rows"
	// The loop around takes the pointers back by what the operand says.
	around := Run{To: 2, Step: 1}.Loop("t", outer)
	return Case{Name: fmt.Sprintf("%d of %d turns, %d in %d lanes", turns, rows, out, lanes), Counts: map[string]int{"rows": turns}, Func: &kernel.Func{
		Name: "Turns", Body: []kernel.Stmt{Let("k", Mul(Var("rate"), kernel.Num{Value: 3})), around},
		Scalars: []kernel.Scalar{{Name: "rate", Kind: kernel.Float}, {Name: "rows", Kind: kernel.Count}},
		Arrays:  []*kernel.Array{Array("y", rows*out, kernel.Added), Array("x", (rows+1)*out, kernel.Read)},
	}}
}

// Cuts is y[n,o] = w[n,o]·x[n,o] on rows that are cut out of their arrays, with w under a second name.
func Cuts(rows, out, lanes int) Case {
	var inner []kernel.Stmt
	for _, name := range []string{"y", "x", "v"} {
		inner = append(inner, kernel.Cut{Name: name + "n", Of: name, Offset: At(0, "n", out), Len: out})
	}
	for _, r := range Cover(out, 1, lanes) {
		at := At(0, "o", 1)
		inner = append(inner, r.Loop("o", Let("a", Load("xn", at)), Store("yn", at, Mul(Load("vn", at), Var("a")))))
	}
	return Case{Name: fmt.Sprintf("cuts of %d rows of %d in %d lanes", rows, out, lanes), Func: &kernel.Func{
		Name: "Cuts", Body: []kernel.Stmt{kernel.Alias{Name: "v", Of: "w"}, Run{To: rows, Step: 1}.Loop("n", inner...)},
		Arrays: []*kernel.Array{Array("y", rows*out, kernel.Set), Array("x", rows*out, kernel.Read), Array("w", rows*out, kernel.Read)},
	}}
}
