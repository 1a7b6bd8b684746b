// Package schedule decides how the ops of a graph are computed: which ops share a function, what is written out line by
// line and what is a loop, the register tiles, the order of summation, how many rows are in work at once and where
// every value lives. A schedule is data, a return value; the graph does not change.
package schedule

import (
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/target"
)

// Phase is the part of a training step that a group belongs to.
type Phase int

// The phases, in the order of a step. In vector code the gradients of the parameters have one of their own, Update, behind
// all other gradients; else they belong to Backward.
const (
	Forward Phase = iota
	Loss
	Backward
	Update
)

// String returns the name of the phase.
func (p Phase) String() string { return [...]string{"forward", "loss", "backward", "update"}[p] }

// Form is how the loops of a group are printed.
type Form int

// The forms: every multiply-add on a line of its own, or loops around register tiles.
const (
	Unrolled Form = iota
	Tiled
)

// String returns the name of the form.
func (f Form) String() string { return [...]string{"unrolled", "tiled"}[f] }

// Plan is the schedule of a network.
type Plan struct {
	Graph     *graph.Graph
	Target    target.Target
	Columns   bool                  // the samples of a block lie next to each other in memory: x[i,n]
	Lines     bool                  // one row, whose elements lie in lanes
	Pieces    []Segment             // registers of parameters, in a flat plan: one function, all of whose values are registers
	Lanes     int                   // of a vector, in a plan of columns or lines
	Vectors   int                   // of samples that a tile has, in a plan of columns
	Abreast   int                   // vectors of an elementwise op that advance side by side
	Registers int                   // vector registers of the machine, in a plan of columns
	Strict    bool                  // sums and products have the bits that they have in every strict plan
	Block     int                   // rows in work at once; 1: every function works on one row
	Groups    []*Group              // in order of execution
	Params    []Param               // the flat parameter array
	ByRow     map[*graph.Value]bool // activations that dW reads row by row, in a plan of columns
}

// Group is the ops of one generated function.
type Group struct {
	Name   string
	Layer  string
	Phase  Phase
	Form   Form
	PerRow bool // works on one row; else on a block of rows
	Terms  int  // multiply-adds of one row
	Stages []Stage
	Reason string
	Packed int // gradients of parameters that are made together, in the order of the parameters; 0: each op has its loops
}

// Stage is one op of a group with its loops.
type Stage struct {
	Node     *graph.Node
	Epilogue *graph.Node // an elementwise op applied to the sums while they are in registers
	KeepSum  bool        // the sum is stored too, because the backward phase reads it
	Resident bool        // the result stays in registers
	InPlace  bool        // the result overwrites its first argument
	Nest     Nest
}

// Nest is the loops of a stage, outer to inner, around the register tile that their steps span.
type Nest struct {
	Rows     int // rows per pass of the row loop; 0: no row loop
	RowLanes bool
	Loops    []Loop
	Sums     int   // interleaved sums of one output; 0 or 1: one sum in the order of the index
	Rest     *Nest // the loops over elements that these leave out, in another form; nil: none
}

// Loop runs over one axis. A straight loop is written out.
type Loop struct {
	Axis     byte
	Straight bool
	Segments []Segment
}

// Segment is one run of a loop: From up to To by Step. With Lanes > 0 neighbouring elements lie in lanes. With Turns it
// ends after as many turns as the scalar operand of that name says.
type Segment struct {
	From, To, Step, Lanes int
	Turns                 string
}

// Param is the place of one parameter in the flat array.
type Param struct {
	Value  *graph.Value
	Offset int
	Order  string // the letters of its axes in memory, outermost first; "": as they are, [out][in]
}

// Len returns the number of elements.
func (p Param) Len() int { return Size(p.Value) }

// Size returns the number of elements of a value, for one row.
func Size(v *graph.Value) int {
	n := 1
	for _, a := range v.Axes {
		if a.Size > 0 {
			n *= a.Size
		}
	}
	return n
}

// New schedules the training graph g for target t.
func New(g *graph.Graph, t target.Target) *Plan {
	p := &Plan{Graph: g, Target: t, Block: 1, Strict: t.Strict}
	p.placeParams()
	p.Groups = group(g)
	choose(p.Groups, t)
	for _, gr := range p.Groups {
		stages(g, gr, t)
		if !gr.PerRow {
			p.Block = t.Block
		}
	}
	if err := p.Verify(); err != nil {
		panic(err) // a mistake of this package
	}
	return p
}

// placeParams puts the parameters of the graph one behind the other.
func (p *Plan) placeParams() {
	for _, v := range p.Graph.Parameters() {
		p.Params = append(p.Params, Param{Value: v, Offset: p.Len()})
	}
}

// Len returns the number of parameters.
func (p *Plan) Len() int {
	if len(p.Params) == 0 {
		return 0
	}
	last := p.Params[len(p.Params)-1]
	return last.Offset + last.Len()
}
