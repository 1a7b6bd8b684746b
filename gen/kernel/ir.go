// Package kernel holds the loop nests of the generated functions: which loops run in which order, what lies in
// registers, what is read and written where. It is lowered from a schedule, printed as Go by the emitter, and run by
// an interpreter in exactly the emitted order, with lanes simulated.
package kernel

import (
	"fmt"
	"slices"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// Access says what a function does with an operand.
type Access int

// What a function does with an operand: Read leaves it alone, Set overwrites every element, Added accumulates into
// it, InPlace overwrites it with the gradient of the pre-activation, or updates it; Scratch holds what several functions
// leave there for each other: every element is set before it is read.
const (
	Read Access = iota
	Set
	Added
	InPlace
	Scratch
)

// Array is one array operand of a function.
type Array struct {
	Name   string
	Len    int    // elements; of one row when Rows
	Rows   bool   // a slice of rows, [][Len]F, in place of one *[Len]F
	Slice  bool   // a slice of any length, []F, as long as the other slices of the function
	Dims   []int  // extents in memory order, for the documentation
	Layout string // the letters of these axes: "oi" for rows of W[o,i]
	Access Access
	Value  *graph.Value // what it stands for in the network
	Copy   bool         // of a value whose samples lie next to each other, the copy that lies row by row
	Row    int          // of an operand of rows, of which callers have a pointer to the first: its elements; else 0
	Lanes  int          // of the schedule.Samples samples, so many are in use; 0: all
	Bytes  int          // of an element that is the index of a class, an unsigned integer; 0: the elements are numbers of the network's type
}

// uses tells whether an element belongs to a sample that is in use.
func (a *Array) uses(element int) bool {
	switch {
	case a.Lanes == 0:
		return true
	case a.Copy:
		return element/(a.Len/schedule.Samples) < a.Lanes
	}
	return element%schedule.Samples < a.Lanes
}

// ScalarKind is the type of a scalar operand.
type ScalarKind int

// The scalar operands that a function may take.
const (
	Float ScalarKind = iota
	Class
	Seed  // uint64
	Row   // int: the row of the batch
	Count // int: how often a loop turns, or whether something is done at all
)

// Scalar is one scalar operand of a function.
type Scalar struct {
	Name string
	Kind ScalarKind
}

// Func is one generated function.
type Func struct {
	Name    string
	Summary string // what it does, as a sentence that starts with the name
	Title   string // kind and sizes of the layer, for the layer comment
	Reason  string // the schedule and why
	Terms   int    // multiply-adds of one row
	Arrays  []*Array
	Locals  []*Array // memory of the function itself
	Scalars []Scalar
	Result  string // name of the float result, "" when there is none
	Part    bool   // does not do all that its operands are for
	Repeat  Turns  // of a part that is a loop; else zero
	Exact   bool   // every product is rounded by itself on vector registers, too: all tiers have the same bits
	Body    []Stmt
}

// Array returns the operand, or the memory of the function, of that name; nil when there is none.
func (f *Func) Array(name string) *Array {
	for _, a := range f.memory() {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// memory lists the arrays that the statements work on.
func (f *Func) memory() []*Array { return slices.Concat(f.Arrays, f.Locals) }

// Scalar returns the scalar operand of that name, nil when there is none.
func (f *Func) Scalar(name string) *Scalar {
	for i := range f.Scalars {
		if f.Scalars[i].Name == name {
			return &f.Scalars[i]
		}
	}
	return nil
}

// Stmt is a statement of a kernel.
type Stmt interface{ stmt() }

type (
	// Comment is a line of documentation: mostly the equation of what follows.
	Comment struct{ Text string }

	// Blank separates two groups of statements.
	Blank struct{}

	// Loop runs its body for Var = From, From+Step, … below To, which Step divides. With Lanes > 0 the loop is a
	// vector loop: an index that contains Var stands for Lanes neighbouring elements. With Turns it ends after as many
	// turns as the scalar of that name says, which are not more than fit below To; with First it leaves out as many before.
	//
	// With Over it goes over the elements of a slice: as long as Step of them are left, from where the loop over it before
	// ended. With Rest it turns once, if elements are left: fewer than Lanes, in the first lanes.
	Loop struct {
		Var            string
		From, To, Step int
		Lanes          int
		Turns, First   string
		Over           string
		Rest           bool
		Body           []Stmt
	}

	// Rows walks the rows of Arrays, Step at a time, as long as Step rows are left; the next Rows over the same
	// arrays goes on where it ended (Rest marks it). With Lanes > 0 the Step rows lie in lanes.
	Rows struct {
		Arrays []string
		Step   int
		Lanes  int
		Rest   bool
		Body   []Stmt
	}

	// Pointer names row K of those that the surrounding Rows has reached.
	Pointer struct {
		Name, Array string
		K           int
	}

	// Cut names Len elements of an operand from Offset on.
	Cut struct {
		Name, Of string
		Offset   Index
		Len      int
	}

	// Alias gives an operand a second name.
	Alias struct{ Name, Of string }

	// Let defines a register.
	Let struct {
		Name string
		X    Expr
	}

	// Assign sets a register or the result, or adds to it.
	Assign struct {
		Name string
		X    Expr
		Add  bool
	}

	// Store sets an element of an operand, or adds to it.
	Store struct {
		Of  string
		At  Index
		X   Expr
		Add bool
	}

	// Clear sets every element of an operand to zero.
	Clear struct{ Of string }

	// Transpose sets a matrix to the transpose of another: element DstAt + c·DstStride + r of Dst to element
	// SrcAt + r·SrcStride + c of Src, for every row r and column c of Src. The two do not overlap.
	Transpose struct {
		Dst, Src             string
		DstAt, SrcAt         Index
		Rows, Cols           int
		DstStride, SrcStride int
	}

	// Guard runs its body with the index Var set to the class of operand Of, if that is below Size.
	Guard struct {
		Var, Of string
		Size    int
		Body    []Stmt
	}

	// Return ends a function made of calls where the scalar operand Unless is 0.
	Return struct{ Unless string }

	// Draw defines an operand of four elements: the uniform numbers of elements 4·Block … 4·Block+3 of a stream, for the
	// row that the scalar operand row says, or for the one that comes Row later. Where Block or Row is in lanes, so is each
	// element.
	Draw struct {
		Name       string
		Stream     int
		Block, Row Index
	}
)

func (Comment) stmt()   {}
func (Blank) stmt()     {}
func (*Loop) stmt()     {}
func (*Rows) stmt()     {}
func (Pointer) stmt()   {}
func (Cut) stmt()       {}
func (Alias) stmt()     {}
func (Let) stmt()       {}
func (Assign) stmt()    {}
func (Store) stmt()     {}
func (Clear) stmt()     {}
func (Transpose) stmt() {}
func (*Guard) stmt()    {}
func (Return) stmt()    {}
func (Draw) stmt()      {}

// Expr is a value of a statement.
type Expr interface{ fmt.Stringer }

type (
	// Var reads a register or a scalar operand.
	Var struct{ Name string }
	// Num is a constant.
	Num struct{ Value float64 }
	// Load reads an element of an operand.
	Load struct {
		Of string
		At Index
	}
	// Binary is one rounded operation: + - * /.
	Binary struct {
		Op   byte
		X, Y Expr
	}
	// Apply calls a function of the network's table: an elementary one or an activation.
	Apply struct {
		Func *Function
		Args []Expr
	}
	// Pick puts lanes of registers together: lane k is the lane that Lanes[k] tells.
	Pick struct {
		From  []Expr
		Lanes []Lane
	}
	// LaneSum adds the lanes of a vector register.
	LaneSum struct{ X Expr }
	// LaneMax takes the largest lane of a vector register; any, where one is no number.
	LaneMax struct{ X Expr }
)

// Lane is a lane of one of the registers of a Pick.
type Lane struct{ From, At int }

// Function is a scalar function that kernels call: an elementary one (Body nil) or an expression.
type Function struct {
	Name   string
	Doc    string   // what it returns, as a sentence that starts with the name
	Params []string // names in Body
	Body   expr.Expr

	// Tame, of an elementary function, says that its argument needs no care: it is ≤ 0 for exp, ≥ 1 and finite for log; and
	// that max may lose a NaN. An argument NaN of exp gives NaN still.
	Tame bool
}
