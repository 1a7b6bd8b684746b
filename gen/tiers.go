package gen

import (
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/emit"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/amd64"
)

// cacheLine is the size of what caches hold, in bytes: what lies at a multiple of it is read without crossing two.
const cacheLine = 64

// What the functions of a training step do, for their comments.
const (
	activationsText = "sets the activations of a block and factor times their gradients, and returns the sum of its losses, times scale."
	narrowText      = "does the same for a block whose rows fit into one register."
	gradientsText   = "adds the gradients of the parameters to dp, or sets it to them: keep is a mask of what is there."
	lossesText      = "returns the sum of the losses of a block, each times its scale, without dropout."
)

// machine is one kind of machine with vector registers, and the constant of the runtime that stands for it.
type machine struct {
	*target.Vector
	constant string
}

// machines lists the kinds that there is code for.
func machines(m *spec.Model) []machine {
	list := []machine{{target.AVX2, "TierAVX2"}, {target.AVX512, "TierAVX512"}}
	if m.Strict() {
		for i := range list {
			list[i].Vector = list[i].Strictly()
		}
	}
	return list
}

// elementOf is the type of the numbers of a network.
func elementOf(m *spec.Model) vector.Element {
	if m.Precision == "float64" {
		return vector.Float64
	}
	return vector.Float32
}

// vectorize compiles the training step for vector registers, once per kind of machine, and the losses of calm, the graph
// without dropout and gradients. A network that trains row by row has blocks where they pay: its losses after an epoch are
// those of many rows.
func vectorize(n *emit.Network, g, calm *graph.Graph) error {
	if n.Model.Train.Batch < schedule.FewRows && !schedule.BlocksPay(g) {
		return nil
	}
	element := elementOf(n.Model)
	var step compiled
	var blocks, forward *kernel.Blocks
	for _, t := range machines(n.Model) {
		tier := &emit.Tier{Constant: t.constant, Suffix: strings.ToUpper(t.Name), Lanes: t.Lanes(int(element)), Vectors: t.TileVectors}
		for _, narrow := range []bool{false, true} {
			program := kernel.Lower(schedule.Activations(g, t.Vector, int(element), narrow), "")
			if blocks == nil {
				blocks = kernel.NewBlocks(program, cacheLine/int(element))
				n.Scratch = blocks.Scratch
			}
			if narrow {
				tier.Narrow = blocks.Join("narrow_activations", narrowText, program)
			} else {
				tier.Wide = blocks.Join("activations", activationsText, program)
			}
		}
		tier.Gradients = blocks.Join("parameter_gradients", gradientsText, kernel.Lower(schedule.Updates(g, t.Vector, int(element)), ""))
		if drops(g) { // their masks are missing in the losses
			losses := kernel.Lower(schedule.Losses(calm, t.Vector, int(element)), "")
			if forward == nil {
				forward = kernel.NewBlocks(losses, cacheLine/int(element))
			}
			tier.Losses = forward.Join("losses", lossesText, losses)
		} else {
			tier.Losses = kernel.ReturnAfterLoss(tier.Wide)
		}
		if err := step.add(tier.Suffix, t.Vector, element, tier.Funcs()...); err != nil {
			return err
		}
		n.Tiers = append(n.Tiers, tier)
	}
	n.Kernels = step.printed(n)
	return nil
}

// compiled is kernels on vector registers, with the suffixes of their names: those of the machines that they are for.
type compiled struct {
	suffixes []string
	kernels  []*vector.Func
}

// add compiles kernels for a machine.
func (c *compiled) add(suffix string, t *target.Vector, element vector.Element, funcs ...*kernel.Func) error {
	for _, f := range funcs {
		code, err := vector.Compile(f, t, element)
		if err != nil {
			return err
		}
		c.suffixes, c.kernels = append(c.suffixes, suffix), append(c.kernels, code)
	}
	return nil
}

// printed prints the kernels under the names that they have in the network's packages when that is asked for.
func (c *compiled) printed(n *emit.Network) emit.Kernels {
	named := func() []amd64.Kernel {
		list := make([]amd64.Kernel, len(c.kernels))
		for i, code := range c.kernels {
			list[i] = amd64.Kernel{Name: n.VectorName(code.Kernel, c.suffixes[i]), Class: n.Label(), Func: code}
		}
		return list
	}
	return emit.Kernels{
		Assembly: func(header string) string { return amd64.Assembly(header, named()) },
		Stubs:    func(header, pkg string) string { return amd64.Stubs(header, pkg, named()) },
	}
}

// drops tells whether a network has dropout.
func drops(g *graph.Graph) bool {
	return slices.ContainsFunc(g.Values, func(v *graph.Value) bool { return v.Role == graph.Noise })
}
