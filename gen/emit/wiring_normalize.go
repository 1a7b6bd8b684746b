package emit

import "github.com/chainrule-go/chainrule/gen/spec"

// foldWiring is a dense layer into which a normalizer folds.
type foldWiring struct {
	Weight, Bias string // accessors
	In, Out      int
}

// wireNormalizers collects what the templates need to know of the normalizers.
func (n *Network) wireNormalizers(w *wiring) {
	w.Stored = w.Tensors[:len(w.Tensors):len(w.Tensors)]
	w.In, w.Out = n.normalizers()
	for _, z := range []*normalizer{w.In, w.Out} {
		if z != nil {
			w.Stored = append(w.Stored, tensorWiring{Tensor: z.Offset}, tensorWiring{Tensor: z.Scale})
		}
	}
	fold := func(l *spec.Layer) *foldWiring {
		name := upper(goName(l.Name))
		return &foldWiring{name + "W", name + "B", l.In, l.Out}
	}
	if w.In != nil && w.In.Folded {
		w.First = fold(n.firstDense())
	}
	if w.Out != nil && w.Out.Folded {
		w.Last = fold(n.lastDense())
	}
}

// Normalized tells whether anything is normalised.
func (w *wiring) Normalized() bool { return w.In != nil || w.Out != nil }

// Folds tells whether a layer takes what is normalised.
func (w *wiring) Folds() bool { return w.First != nil || w.Last != nil }

// Trained is how many elements of Params are trained; normalizers lie behind them.
func (w *wiring) Trained() int {
	last := w.Tensors[len(w.Tensors)-1]
	return last.Offset + last.Len()
}
