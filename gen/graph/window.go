package graph

import (
	"errors"
	"fmt"
	"strings"
)

// Window cuts the axis t of "nt->npk" into windows: out[n,p,k] =
// x[n, Stride·p + k − Pad], or 0 where that lies outside of x. In the order of
// the out's letters the first new one, p, is the position of the window, the
// second, k, the offset in it.
type Window struct {
	Sub               string
	Size, Stride, Pad int
}

// WindowAdd is the pullback of Window: its Sub reads "npk->nt", and it adds up
// what overlaps.
type WindowAdd struct {
	Sub               string
	Size, Stride, Pad int
}

// String implements Op.
func (w Window) String() string {
	return fmt.Sprintf("window %q size %d stride %d pad %d", w.Sub, w.Size, w.Stride, w.Pad)
}

// String implements Op.
func (w WindowAdd) String() string {
	return "windowAdd" + strings.TrimPrefix(Window(w).String(), "window")
}

// reversed returns w with the sides of its Sub exchanged.
func (w Window) reversed() Window {
	subs, out := ParseSub(w.Sub)
	w.Sub = JoinSub([]string{out}, subs[0])
	return w
}

// letters returns the letters of the whole and of the cut array, what they
// share, the letter t that is cut, and the letters p and k it is cut into.
func (w Window) letters() (whole, cut, shared, t, pk string) {
	subs, cut := ParseSub(w.Sub)
	whole = subs[0]
	t, pk = without(whole, cut), without(cut, whole)
	return whole, cut, without(whole, t), t, pk
}

// Equation implements Op: out[n,p,k] = x[n,2·p+k−1].
func (w Window) Equation(name Namer, outs, args []*Value) string {
	whole, cut, _, t, pk := w.letters()
	from := strings.Replace(whole, t, "?", 1) // a letter of the name may be t, too
	return indexed(name(outs[0]), cut) + " = " + strings.Replace(indexed(name(args[0]), from), "?", w.place(pk), 1)
}

// Equation implements Op: dx[n,t] = Σₚₖ dout[n,p,k] where 2·p+k−1 = t.
func (w WindowAdd) Equation(name Namer, outs, args []*Value) string {
	whole, cut, _, t, pk := Window(w).reversed().letters()
	return fmt.Sprintf("%s = %s %s where %s = %s", indexed(name(outs[0]), whole),
		over("Σ", pk), indexed(name(args[0]), cut), Window(w).place(pk), t)
}

// place writes the index in x: 2·p+k−1.
func (w Window) place(pk string) string {
	place := pk[:1] + "+" + pk[1:]
	if w.Stride != 1 {
		place = fmt.Sprintf("%d·%s", w.Stride, place)
	}
	if w.Pad != 0 {
		place += fmt.Sprintf("−%d", w.Pad)
	}
	return place
}

// Verify implements Op.
func (w Window) Verify(outs, args []*Value) error {
	if len(outs) != 1 || len(args) != 1 {
		return errors.New("wants one out and one argument")
	}
	return w.verify(args[0], outs[0])
}

// Verify implements Op.
func (w WindowAdd) Verify(outs, args []*Value) error {
	if len(outs) != 1 || len(args) != 1 {
		return errors.New("wants one out and one argument")
	}
	return Window(w).reversed().verify(outs[0], args[0])
}

func (w Window) verify(x, windows *Value) error {
	if err := verifySub(w.Sub, windows, []*Value{x}); err != nil {
		return err
	}
	whole, cut, _, t, pk := w.letters()
	if len(t) != 1 || len(pk) != 2 || t == "n" {
		return fmt.Errorf("wants one letter, not n, that becomes two, has %q and %q", t, pk)
	}
	if w.Size < 1 || w.Stride < 1 || w.Pad < 0 {
		return fmt.Errorf("size %d stride %d pad %d out of range", w.Size, w.Stride, w.Pad)
	}
	length := x.Axes[strings.Index(whole, t)].Size + 2*w.Pad - w.Size
	positions := windows.Axes[strings.IndexByte(cut, pk[0])].Size
	offsets := windows.Axes[strings.IndexByte(cut, pk[1])].Size
	if length < 0 || positions != length/w.Stride+1 || offsets != w.Size {
		return fmt.Errorf("axes %c and %c are %d and %d, want %d and %d", pk[0], pk[1], positions, offsets, length/w.Stride+1, w.Size)
	}
	return nil
}

// Eval implements Op.
func (w Window) Eval(_ *Env, outs, args []Tensor) {
	w.pairs(args[0], outs[0], func(at, cut int) { outs[0].Elems[cut] = args[0].Elems[at] })
}

// Eval implements Op.
func (w WindowAdd) Eval(_ *Env, outs, args []Tensor) {
	Window(w).reversed().pairs(outs[0], args[0], func(at, cut int) { outs[0].Elems[at] += args[0].Elems[cut] })
}

// pairs calls f with the offsets in x and in windows of what is the same
// element: t = Stride·p + k − Pad.
func (w Window) pairs(x, windows Tensor, f func(at, cut int)) {
	whole, cut, shared, t, pk := w.letters()
	size, step := along(x, whole, t[0])
	positions, pStep := along(windows, cut, pk[0])
	_, kStep := along(windows, cut, pk[1])
	each(shared, []string{whole, cut}, []Tensor{x, windows}, func(at []int) {
		for p := range positions {
			for k := range w.Size {
				if t := p*w.Stride + k - w.Pad; 0 <= t && t < size {
					f(at[0]+t*step, at[1]+p*pStep+k*kStep)
				}
			}
		}
	})
}

// along returns the size of x along a letter, and the distance of neighbors.
func along(x Tensor, letters string, letter byte) (size, stride int) {
	i := strings.IndexByte(letters, letter)
	return x.Shape[i], count(x.Shape[i+1:])
}

// Pullback implements Op.
func (w Window) Pullback(s Section, n *Node, dOuts []*Value, _ []bool) []*Value {
	return []*Value{s.Gradient(WindowAdd(w.reversed()), n.Args[0], dOuts[0])}
}

// Pullback implements Op.
func (w WindowAdd) Pullback(s Section, n *Node, dOuts []*Value, _ []bool) []*Value {
	return []*Value{s.Gradient(Window(w).reversed(), n.Args[0], dOuts[0])}
}
