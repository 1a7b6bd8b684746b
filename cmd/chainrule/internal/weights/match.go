package weights

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/foreign"
	"github.com/chainrule-go/chainrule/runtime"
)

// matching says which tensor of a file is which of the network.
type matching struct {
	Options
	file   string
	ours   []runtime.Tensor
	theirs []foreign.Tensor
	own    bool // the file is one of this software

	of         []int // for each of ours, the one of theirs; -1: none
	used       []bool
	layouts    []Layout // of theirs, by their names; ByName: unknown
	transposed []bool   // for each of ours
	doubt      string   // why layers could not be told apart
	errs       []error
}

func newMatching(tensors []runtime.Tensor, file *foreign.File, o Options) *matching {
	return &matching{
		Options: o, file: file.Name, ours: tensors, theirs: file.Tensors, own: file.Metadata["spec"] != "" && file.Metadata["network"] != "",
		of: slices.Repeat([]int{-1}, len(tensors)), used: make([]bool, len(file.Tensors)),
		layouts: make([]Layout, len(file.Tensors)), transposed: make([]bool, len(tensors)),
	}
}

// join makes their tensor j be our tensor i.
func (c *matching) join(i, j int) { c.of[i], c.used[j] = j, true }

// match joins by what the user says, then by names that are equal, then by what scalers are called, then by the order of
// layers, or by shapes that leave no choice.
func (c *matching) match() {
	c.matchNamed()
	for i, t := range c.ours {
		if j := c.find(t.Name); c.of[i] < 0 && j >= 0 && !c.used[j] {
			c.join(i, j)
			c.layouts[j] = OutIn
		}
	}
	if !c.own {
		c.matchScaler()
		c.matchLayers()
	}
}

// find returns which tensor of the file has a name, -1 for none.
func (c *matching) find(name string) int {
	return slices.IndexFunc(c.theirs, func(t foreign.Tensor) bool { return t.Name == name })
}

// matchNamed joins and leaves out what the user names.
func (c *matching) matchNamed() {
	for _, name := range c.Ignore {
		if j := c.find(name); j < 0 {
			c.fail("--ignore %s: is not in the file", Quoted(name))
		} else {
			c.used[j] = true
		}
	}
	for _, our := range slices.Sorted(maps.Keys(c.Names)) {
		name := c.Names[our]
		i, j := slices.Index(names(c.ours), our), c.find(name)
		switch {
		case i < 0 && c.matchLayer(our, name):
		case i < 0:
			c.fail("--map %s=%s: want a tensor or a layer of both; the network has %s", Quoted(our), Quoted(name), strings.Join(names(c.ours), ", "))
		case j < 0:
			c.fail("--map %s=%s: is not in the file", our, Quoted(name))
		case c.used[j]:
			c.fail("--map %s=%s: is used already", our, Quoted(name))
		default:
			c.join(i, j)
			_, kind, _ := split(name)
			c.layouts[j] = layoutOf[kind]
		}
	}
}

// matchLayer joins the tensors of two layers that the user names, if there are such layers.
func (c *matching) matchLayer(our, their string) bool {
	ours, theirs := c.ourLayers(), c.theirLayers()
	i := slices.IndexFunc(ours, func(l layer) bool { return l.key == our })
	j := slices.IndexFunc(theirs, func(l layer) bool { return strings.TrimRight(l.key, "./_") == their })
	if i < 0 || j < 0 {
		return false
	}
	c.joinLayers(ours[i], theirs[j])
	return true
}

// scalers are what the attributes of scikit-learn's scalers are called that a network subtracts, and divides by.
var scalers = [][2]string{
	{"mean_", "scale_"},          // StandardScaler
	{"data_min_", "data_range_"}, // MinMaxScaler
	{"center_", "scale_"},        // RobustScaler
}

// matchScaler joins what inputs are normalised by.
func (c *matching) matchScaler() {
	offset, scale := slices.Index(names(c.ours), "input.offset"), slices.Index(names(c.ours), "input.scale")
	if offset < 0 || c.of[offset] >= 0 || c.of[scale] >= 0 {
		return
	}
	for _, s := range scalers {
		if o, d := c.find(s[0]), c.find(s[1]); o >= 0 && d >= 0 && !c.used[o] && !c.used[d] {
			c.join(offset, o)
			c.join(scale, d)
			return
		}
	}
}

// layer is a layer's tensors of which nothing is known yet: indices, -1 for none.
type layer struct {
	key          string
	weight, bias int
}

// matchLayers joins layers that are left on both sides.
func (c *matching) matchLayers() {
	ours, theirs := c.ourLayers(), c.theirLayers()
	if len(ours) == 0 || len(theirs) == 0 {
		return
	}
	switch {
	case len(ours) != len(theirs):
		c.doubt = fmt.Sprintf("has %d layers for %d of the network, want --map for them", len(theirs), len(ours))
	case inOrder(theirs):
		for k := range ours {
			c.joinLayers(ours[k], theirs[k])
		}
	default:
		c.matchShapes(ours, theirs)
	}
}

// joinLayers joins the tensors of two layers.
func (c *matching) joinLayers(our, their layer) {
	for _, pair := range [][2]int{{our.weight, their.weight}, {our.bias, their.bias}} {
		if pair[0] >= 0 && pair[1] >= 0 {
			c.join(pair[0], pair[1])
		}
	}
}

// matchShapes joins as many layers whose names tell no order: as long as the shapes of one of ours are those of one of
// theirs only.
func (c *matching) matchShapes(ours, theirs []layer) {
	for len(ours) > 0 {
		k, at := c.only(ours, theirs)
		if k < 0 {
			c.doubt = "the order of its layers does not follow from their names or shapes, want --map for them"
			return
		}
		c.joinLayers(ours[k], theirs[at])
		ours, theirs = slices.Delete(ours, k, k+1), slices.Delete(theirs, at, at+1)
	}
}

// only returns one of our layers that can be one of theirs only, and which; -1 where there is none.
func (c *matching) only(ours, theirs []layer) (our, their int) {
	for k := range ours {
		var could []int
		for at := range theirs {
			if c.couldBe(ours[k], theirs[at]) {
				could = append(could, at)
			}
		}
		if len(could) == 1 {
			return k, could[0]
		}
	}
	return -1, -1
}

// couldBe tells whether the shapes of two layers fit, one way or the other.
func (c *matching) couldBe(our, their layer) bool {
	if (our.weight < 0) != (their.weight < 0) || (our.bias < 0) != (their.bias < 0) {
		return false
	}
	if our.weight >= 0 {
		straight, turned := fit(c.ours[our.weight].Shape, c.theirs[their.weight].Shape)
		if !straight && !turned {
			return false
		}
	}
	if our.bias < 0 {
		return true
	}
	straight, _ := fit(c.ours[our.bias].Shape, c.theirs[their.bias].Shape)
	return straight
}
