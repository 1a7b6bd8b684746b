package runtime

import "fmt"

// Float is the type of a network's parameters and arithmetic.
type Float interface{ float32 | float64 }

// Version names the contract between generated code and this package.
type Version int

// GeneratedCodeNeedsRuntime1 is what generated training packages put into
// [Network.Version]. When generated code and this package no longer fit, the
// compiler says that this name is undefined: generate again with the chainrule
// command of the same version.
const GeneratedCodeNeedsRuntime1 Version = 1

// Tensor says where a weight or a bias lies in the flat parameters.
//
// Files, accessors and initializers speak canonical order: row-major over
// Shape, [out,in] for weights and [out] for biases. Memory may differ, as the
// network's schedule likes; Layout describes it.
type Tensor struct {
	Name   string // "dense1.weight"
	Shape  []int  // canonical: [out,in] or [out]
	Offset int    // of the first element in the flat parameters
	Frozen bool   // never changed by training, not even by weight decay
	Layout Layout // nil: memory is in canonical order
}

// Layout lists the axes of a tensor in memory, outermost first. The layout
// {o/8, i, o%8} of a [16,4] weight is
//
//	Layout{{Dim: 0, Div: 8, Size: 2}, {Dim: 1, Div: 1, Size: 4}, {Dim: 0, Div: 1, Size: 8}}
//
// Elements of memory that no index reaches are padding; they are zero.
type Layout []Axis

// Axis is the digit (index[Dim] / Div) % Size of a canonical index.
type Axis struct{ Dim, Div, Size int }

// Transposed is the layout [in][out] of a weight [out,in].
func Transposed(out, in int) Layout {
	return Layout{{Dim: 1, Div: 1, Size: in}, {Dim: 0, Div: 1, Size: out}}
}

// Len returns the number of elements, without padding.
func (t Tensor) Len() int {
	n := 1
	for _, s := range t.Shape {
		n *= s
	}
	return n
}

// Extent returns the number of flat parameters that the tensor takes, with padding.
func (t Tensor) Extent() int {
	if t.Layout == nil {
		return t.Len()
	}
	n := 1
	for _, a := range t.Layout {
		n *= a.Size
	}
	return n
}

// At returns the position in the flat parameters of canonical element i.
func (t Tensor) At(i int) int {
	if t.Layout == nil {
		return t.Offset + i
	}
	at := 0
	for _, a := range t.Layout {
		inner := 1 // canonical stride of the axis' dimension
		for _, s := range t.Shape[a.Dim+1:] {
			inner *= s
		}
		index := i / inner % t.Shape[a.Dim]
		at = at*a.Size + index/a.Div%a.Size
	}
	return t.Offset + at
}

// CopyFrom sets dst, in canonical order, from the tensor's part of params.
func CopyFrom[F Float](dst, params []F, t Tensor) {
	for i := range dst[:t.Len()] {
		dst[i] = params[t.At(i)]
	}
}

// CopyTo sets the tensor's part of params from src, which is in canonical order.
// Padding is left alone.
func CopyTo[F Float](params, src []F, t Tensor) {
	for i, v := range src[:t.Len()] {
		params[t.At(i)] = v
	}
}

// check reports what is wrong with the tensor's place in n parameters.
func (t Tensor) check(n int) error {
	if len(t.Shape) == 0 {
		return fmt.Errorf("tensor %s: has no shape", t.Name)
	}
	for _, s := range t.Shape {
		if s < 1 {
			return fmt.Errorf("tensor %s: shape is %v, want sizes of at least 1", t.Name, t.Shape)
		}
	}
	if err := t.checkLayout(); err != nil {
		return fmt.Errorf("tensor %s: %w", t.Name, err)
	}
	if t.Offset < 0 || t.Extent() > n-t.Offset {
		return fmt.Errorf("tensor %s: takes parameters %d to %d, want them within %d", t.Name, t.Offset, t.Offset+t.Extent(), n)
	}
	return nil
}

// checkLayout reports whether two elements would share a place: the digits of
// every dimension must chain, the innermost with Div 1 and each next one with
// the Div at which the one before wraps around, and together reach its size.
func (t Tensor) checkLayout() error {
	if t.Layout == nil {
		return nil
	}
	for dim, size := range t.Shape {
		reach, axes := 1, 0
		for range t.Layout {
			for _, a := range t.Layout {
				if a.Dim == dim && a.Div == reach && a.Size > 1 {
					reach *= a.Size
					axes++
				}
			}
		}
		for _, a := range t.Layout {
			if a.Dim < 0 || a.Dim >= len(t.Shape) || a.Div < 1 || a.Size < 1 {
				return fmt.Errorf("layout has the axis %+v, want Dim below %d, Div and Size at least 1", a, len(t.Shape))
			}
			if a.Dim == dim && a.Size > 1 {
				axes--
			}
		}
		if axes != 0 || reach < size {
			return fmt.Errorf("layout %v does not give every element of %v its own place", t.Layout, t.Shape)
		}
	}
	return nil
}
