package weights

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/foreign"
	"github.com/chainrule-go/chainrule/runtime"
)

// squeezed is a shape without the dimensions of 1, which do not change the order of elements.
func squeezed(shape []int) []int {
	return slices.DeleteFunc(slices.Clone(shape), func(d int) bool { return d == 1 })
}

// fit tells whether a tensor of their shape has our elements as they are, and whether its transpose has. What has one
// dimension is its own transpose.
func fit(our, their []int) (straight, turned bool) {
	our, their = squeezed(our), squeezed(their)
	straight = slices.Equal(our, their)
	if len(our) < 2 {
		return straight, straight
	}
	return straight, len(their) == 2 && our[0] == their[1] && our[1] == their[0]
}

// orient decides which matrices are transposed: as the user says, as is usual for tensors of that name, or as their shape
// says. Where a square one fits both ways, the others of the file, if they are all of one kind, say how it is.
func (c *matching) orient() {
	votes := map[Layout]bool{}
	for i, j := range c.of {
		if j >= 0 && c.layout(j) == ByName {
			switch straight, turned := fit(c.ours[i].Shape, c.theirs[j].Shape); {
			case straight && !turned:
				votes[OutIn] = true
			case turned && !straight:
				votes[InOut] = true
				c.transposed[i] = true
			}
		}
	}
	for i, j := range c.of {
		if j < 0 {
			continue
		}
		layout := c.layout(j)
		straight, turned := fit(c.ours[i].Shape, c.theirs[j].Shape)
		flat := len(squeezed(c.ours[i].Shape)) < 2
		switch {
		case flat:
			c.transposed[i] = false
		case layout != ByName:
			c.transposed[i] = layout == InOut
		case straight && turned && len(votes) == 1:
			c.transposed[i] = votes[InOut]
		case straight && turned:
			c.fail("tensor %s: %s %s may be [out,in] or [in,out]; want --transpose, or --transpose=false", c.ours[i].Name,
				Quoted(c.theirs[j].Name), Dims(c.theirs[j].Shape))
		}
	}
}

// layout is how their tensor j is kept, ByName if that is not known.
func (c *matching) layout(j int) Layout {
	switch {
	case c.own:
		return OutIn
	case c.Layout != ByName:
		return c.Layout
	}
	return c.layouts[j]
}

// source says which tensor of the file is our tensor i, or what keeps it from being that. Both are empty for the
// normalizer of a file without one.
func (c *matching) source(i int) (from, problem string) {
	our, j := c.ours[i], c.of[i]
	if j < 0 {
		partner, scales := c.partner(i)
		switch {
		case scales && (partner < 0 || c.of[partner] < 0) && !c.own:
			return "", ""
		case scales && partner >= 0 && c.of[partner] >= 0:
			return "", fmt.Sprintf("is missing, want %s beside %s", Dims(our.Shape), c.ours[partner].Name)
		}
		return "", fmt.Sprintf("is missing, want %s", Dims(our.Shape))
	}
	their := c.theirs[j]
	name := Quoted(their.Name) + " " + Dims(their.Shape)
	shape := "shape of " + Quoted(their.Name)
	if their.Name == our.Name {
		shape = "shape"
	}
	straight, turned := fit(our.Shape, their.Shape)
	switch fits := straight && !c.transposed[i] || turned && c.transposed[i]; {
	case their.At == nil:
		return "", fmt.Sprintf("%s is of type %s, want floating-point numbers", Quoted(their.Name), Quoted(their.Type))
	case fits && c.transposed[i]:
		return name + ", transposed", ""
	case fits:
		return name, ""
	case straight:
		return "", fmt.Sprintf("%s is kept as [in,out], want %s; it fits with --transpose=false", name, Dims(our.Shape))
	case turned:
		return "", fmt.Sprintf("%s is kept as [out,in], want %s; it fits with --transpose", name, Dims(our.Shape))
	case c.transposed[i]:
		wanted := slices.Clone(our.Shape)
		slices.Reverse(wanted)
		return "", fmt.Sprintf("%s is %s, want %s ([in,out])", shape, Dims(their.Shape), Dims(wanted))
	}
	return "", fmt.Sprintf("%s is %s, want %s", shape, Dims(their.Shape), Dims(our.Shape))
}

// partner returns the scale of an offset, or the offset of a scale, and whether tensor i is one of them.
func (c *matching) partner(i int) (partner int, scales bool) {
	name, kind, _ := strings.Cut(c.ours[i].Name, ".")
	switch kind {
	case "offset":
		kind = "scale"
	case "scale":
		kind = "offset"
	default:
		return -1, false
	}
	return slices.Index(names(c.ours), name+"."+kind), true
}

// set sets a tensor of the parameters, in the precision F, from one of the file that has its shape.
func set[F runtime.Float](params []F, t runtime.Tensor, from foreign.Tensor, transposed bool) error {
	positive := strings.HasSuffix(t.Name, ".scale")
	for i := range t.Len() {
		at := i
		if transposed {
			in := t.Shape[1]
			at = i%in*t.Shape[0] + i/in
		}
		v := from.At(at)
		w := F(v)
		switch {
		case math.IsNaN(float64(w)) || math.IsInf(float64(w), 0):
			return fmt.Errorf("element %d of %s is %v, want a finite number of this precision", at, Quoted(from.Name), v)
		case positive && !(w > 0):
			return fmt.Errorf("element %d of %s is %v, want scales above 0", at, Quoted(from.Name), v)
		}
		params[t.At(i)] = w
	}
	return nil
}
