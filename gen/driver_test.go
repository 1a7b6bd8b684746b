package gen_test

import (
	"fmt"
	"runtime"
	"slices"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// driver is what the template below needs to know of a network.
type driver struct {
	N, Float, Target   string
	Inputs, Outputs    int
	Trained            int // parameters that are not those of a normalizer
	Classes, Random    bool
	Weight             string // the argument for the weights of rows, where there are any
	Targets            []string
	DropSeed, DropStep uint64
	InPlace            bool // outputs may take the place of inputs
	Normalized, Folds  bool // in or out; Fold is printed for weights [out][in] alone
	In, Out            bool // what is normalised
	First, Last        bool // into which layers that folds
	Aligned            bool // whether vector code has memory of its own
	Most               int  // rows of the largest batch, of all sizes from 1 on; 0: only that of the subject
}

func (s *subject) driver() driver {
	d := driver{
		N: s.net.Prefix, Float: s.model.Precision, Inputs: count(s.graph.Input), Outputs: count(s.graph.Output), Trained: s.net.Program.Plan.Len(),
		Classes: s.model.Output.Classes != nil, Random: s.random(), DropSeed: dropoutSeed, DropStep: dropoutStep,
	}
	d.Aligned = s.net.Tiers != nil && runtime.GOARCH == "amd64"
	if s.net.Tiers != nil && !d.Random { // the masks of a row depend on its number
		d.Most = 130
		if s.net.Program.Plan.Len() > 1000 {
			d.Most = 50 // blocks of every kind, and two of them
		}
	}
	if s.model.Weighted() {
		d.Weight = "weight, "
	}
	for _, name := range s.model.Output.TargetNames() {
		d.Targets = append(d.Targets, spec.GoName(name))
	}
	in, out := s.model.Input.Normalizations(), s.model.Output.Normalizations()
	d.In, d.Out, d.Normalized = in != nil, out != nil, in != nil || out != nil
	d.Folds = d.Normalized && s.net.Program.Plan.Params[0].Order == ""
	d.First, d.Last = d.In && s.foldsInputs(), d.Out && s.foldsTargets()
	d.InPlace = d.Inputs == d.Outputs && s.steps() > 1
	d.Target = fmt.Sprintf("[%d]%s", d.Outputs, d.Float)
	if d.Classes {
		d.Target = d.N + "Class"
	}
	return d
}

// foldsInputs tells whether the first layer takes what inputs are normalised by: behind dropout, a dense layer with a bias.
func (s *subject) foldsInputs() bool {
	for _, l := range s.model.Layers {
		if l.Dropout == nil {
			return l.Dense != nil && l.Dense.Bias
		}
	}
	return false
}

// foldsTargets tells whether the last layer takes what targets are normalised by: a linear dense layer with a bias.
func (s *subject) foldsTargets() bool {
	for _, l := range slices.Backward(s.model.Layers) {
		if l.Activation == nil || l.Activation.Name != "linear" {
			return l.Dense != nil && l.Dense.Bias && l.Dense.Activation.Name == "linear"
		}
	}
	return false
}

// steps counts the functions that a forward pass calls one after the other.
func (s *subject) steps() int {
	n := 0
	for _, g := range s.net.Program.Plan.Groups {
		random := slices.ContainsFunc(g.Stages, func(stage schedule.Stage) bool {
			_, ok := stage.Node.Op.(graph.Random)
			return ok
		})
		if g.Phase == schedule.Forward && !random {
			n++
		}
	}
	return n
}
