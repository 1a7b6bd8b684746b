package emit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
)

// normalizer is how the inputs or the targets are normalised, and where in the parameters that is kept: behind what is
// trained.
type normalizer struct {
	runtime.Normalizer
	Accessor string // Input or Output
	Size     int
	Folded   bool // into the first or the last layer; else it is a step of its own
	methods  []string
}

// normalizers returns those of the inputs and of the targets, nil where there is none.
func (n *Network) normalizers() (inputs, targets *normalizer) {
	at := n.plan().Len()
	build := func(name string, methods []string, layer *spec.Layer) *normalizer {
		if methods == nil {
			return nil
		}
		size := len(methods)
		z := &normalizer{Accessor: upper(name), Size: size, Folded: layer != nil, methods: methods}
		z.Offset = runtime.Tensor{Name: name + ".offset", Shape: []int{size}, Offset: at}
		z.Scale = runtime.Tensor{Name: name + ".scale", Shape: []int{size}, Offset: at + size}
		at += 2 * size
		return z
	}
	m := n.Model
	inputs = build("input", m.Input.Normalizations(), n.firstDense())
	targets = build("output", m.Output.Normalizations(), n.lastDense())
	return inputs, targets
}

// firstDense returns the layer into which the normaliser of the inputs folds: a dense layer with a bias, behind nothing
// but dropout, which prediction does not have. Else it is nil.
func (n *Network) firstDense() *spec.Layer {
	for i := range n.Model.Layers {
		switch l := &n.Model.Layers[i]; {
		case l.Dropout != nil:
		case l.Dense != nil && l.Dense.Bias:
			return l
		default:
			return nil
		}
	}
	return nil
}

// lastDense returns the layer into which the normaliser of the targets folds: a dense layer with a bias, before nothing
// but linear activations. Else it is nil.
func (n *Network) lastDense() *spec.Layer {
	for i := len(n.Model.Layers) - 1; i >= 0; i-- {
		switch l := &n.Model.Layers[i]; {
		case l.Activation != nil && l.Activation.Name == "linear":
		case l.Dense != nil && l.Dense.Bias && l.Dense.Activation.Name == "linear":
			return l
		default:
			return nil
		}
	}
	return nil
}

// length is the number of elements of Params.
func (n *Network) length() int {
	total := n.plan().Len()
	inputs, targets := n.normalizers()
	for _, z := range []*normalizer{inputs, targets} {
		if z != nil {
			total += 2 * z.Size
		}
	}
	return total
}

// trainedPart prints parameters, or their gradient, as an array of what is trained: without normalizers.
func (n *Network) trainedPart(p *printer, name string) *jen.Statement {
	part := jen.Id(name)
	if size := n.plan().Len(); size < n.length() {
		part.Index(jen.Id(fmt.Sprintf(":%d", size)))
	}
	return jen.Parens(p.array(n.plan().Len())).Parens(part)
}

// Stored describes all of Params: what is trained, and what rows are normalised by.
func (n *Network) Stored() []runtime.Tensor {
	stored := n.Tensors()
	inputs, targets := n.normalizers()
	for _, z := range []*normalizer{inputs, targets} {
		if z != nil {
			stored = append(stored, z.Offset, z.Scale)
		}
	}
	return stored
}

// Constants prints the methods as constants of the runtime.
func (z *normalizer) Constants() string {
	var list []string
	for _, m := range z.short() {
		list = append(list, map[string]string{
			spec.None: "runtime.NormalizeNone", spec.Standard: "runtime.NormalizeStandard",
			spec.MinMax: "runtime.NormalizeMinMax", spec.Robust: "runtime.NormalizeRobust",
		}[m])
	}
	return strings.Join(list, ", ")
}

// short returns one method where all are the same.
func (z *normalizer) short() []string {
	if all := slices.Compact(slices.Clone(z.methods)); len(all) == 1 {
		return all
	}
	return z.methods
}

// apart tells whether a normaliser is a step of its own before or after the layers.
func (n *Network) apart() bool {
	inputs, targets := n.normalizers()
	return inputs != nil && !inputs.Folded || targets != nil && !targets.Folded
}

// forwardName is the name of the function that computes the layers alone.
func (n *Network) forwardName() string {
	if n.apart() {
		return "ForwardNormalized"
	}
	return "Forward"
}

// predictChoice is rowChoice for Predict: a kernel is the layers alone, without what Forward does around them.
func (n *Network) predictChoice(p *printer, pick func(*Row) *kernel.Func, y jen.Code, portable []jen.Code) []jen.Code {
	if n.apart() {
		return portable
	}
	return n.rowChoice(p, pick, y, portable)
}

// forwardApart prints Forward where it normalises: around the layers.
func (n *Network) forwardApart(p *printer) []jen.Code {
	inputs, targets := n.normalizers()
	x, text := jen.Id("x"), " sets y to the output of the network for x."
	var body []jen.Code
	apply := func(z *normalizer, formula string) []jen.Code {
		value := jen.Parens(jen.Id("v").Op("-").Id("offset").Index(jen.Id("i"))).Op("/").Id("scale").Index(jen.Id("i"))
		over, set := jen.Id("x"), jen.Id("normalized")
		if z == targets {
			value = jen.Id("offset").Index(jen.Id("i")).Op("+").Id(p.float).Call(jen.Id("scale").Index(jen.Id("i")).Op("*").Id("v"))
			over, set = jen.Id("y"), jen.Id("y")
		}
		return append(comment(formula), jen.List(jen.Id("offset"), jen.Id("scale")).Op(":=").List(
			jen.Id("p").Dot(z.Accessor+"Offset").Call(), jen.Id("p").Dot(z.Accessor+"Scale").Call()),
			jen.For(jen.List(jen.Id("i"), jen.Id("v")).Op(":=").Range().Add(over)).Block(set.Index(jen.Id("i")).Op("=").Add(value)))
	}
	if inputs != nil && !inputs.Folded {
		body = append(body, jen.Var().Id("normalized").Index(jen.Lit(n.inputs())).Id(p.float))
		body = append(body, jen.Block(apply(inputs, "x′[i] = (x[i] − offset[i]) / scale[i]")...))
		x, text = jen.Op("&").Id("normalized"), text+" The inputs are normalised first."
	}
	body = append(body, jen.Id(p.top("ForwardNormalized")).Call(jen.Id("y"), x, jen.Id("p")))
	if targets != nil && !targets.Folded {
		body = append(body, jen.Block(apply(targets, "y[i] = offset[i] + scale[i]·y′[i]")...))
		text += " The outputs are in the units of the targets."
	}
	decl := comment(p.top("Forward") + text + n.overlapDoc() + " It only reads p, so any number of goroutines may share it.")
	return append(decl, jen.Func().Id(p.top("Forward")).Params(
		jen.Id("y").Add(p.array(n.outputs())), jen.Id("x").Add(p.array(n.inputs())), p.pointer("p"),
	).Block(body...), jen.Line())
}

// normalizerDecl prints the accessors of a normaliser.
func (n *Network) normalizerDecl(p *printer, z *normalizer) []jen.Code {
	var code []jen.Code
	for _, t := range []struct {
		name, what string
		runtime.Tensor
	}{{"Offset", "what is subtracted from", z.Offset}, {"Scale", "what then divides", z.Scale}} {
		of := "the inputs"
		if z.Accessor == "Output" {
			of = "the targets, while training,"
		}
		name, folded := z.Accessor+t.name, ""
		if z.Folded && t.name == "Scale" {
			folded = " It is negative once it has been folded, see Fold."
		}
		code = append(code, comment(fmt.Sprintf("%s is %s %s to normalise them.%s", name, t.what, of, folded))...)
		code = append(code, n.accessor(p, name, t.Tensor)...)
	}
	return code
}
