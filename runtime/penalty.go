package runtime

// References:
//
//	Hoerl and Kennard, Ridge Regression, 1970.
//	Tibshirani, Regression Shrinkage and Selection via the Lasso, 1996.

// Penalty is added to the loss that training makes small, over the weights of all layers that are trained, but not over
// their biases:
//
//	L1·Σ|w| + ½·L2·Σw²
//
// 0 means none. The losses of a report are without it, so that those of the training and of the validation rows compare.
// The weight_decay of an optimizer pulls biases, too, and that of AdamW is no part of the gradient.
type Penalty struct{ L1, L2 float64 }

// addPenalty adds the gradient of the penalty, L1·sign(w) + L2·w, to g; it is 0 where w is.
func addPenalty[F Float](g, params []F, weights []span, c Penalty) {
	l1, l2 := F(c.L1), F(c.L2)
	for _, s := range weights {
		g, p := g[s.lo:s.hi], params[s.lo:s.hi]
		g = g[:len(p)]
		for i, w := range p {
			d := F(l2 * w)
			switch {
			case w > 0:
				d += l1
			case w < 0:
				d -= l1
			}
			g[i] += d
		}
	}
}
