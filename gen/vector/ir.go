// Package vector holds kernels on vector registers: what a kernel does in lanes becomes instructions, an index becomes
// a pointer that advances, a register of the kernel becomes one of the machine. Compile narrates the stages. The form
// knows no machine's instructions; a printer per architecture (package amd64) gives each operation its name there.
//
// Every value is a vector. What is the same in all lanes is broadcast when it is loaded; what has fewer lanes than its
// register (a remainder of 5) is loaded and stored under a mask, so that nothing outside an operand is ever touched.
package vector

import (
	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/target"
)

// Element is the type of the elements; its value is their size in bytes.
type Element int

// The types of elements.
const (
	Float32 Element = 4
	Float64 Element = 8
)

// Func is a kernel on vector registers.
type Func struct {
	Kernel  *kernel.Func
	Target  *target.Vector
	Element Element
	Regs    []Register // by Reg; Regs[0] is none
	Body    []Stmt

	bundles []bundle // by Group − 1
}

// Class is what a register holds.
type Class int

// The classes of registers.
const (
	Vector Class = iota
	Mask
	Pointer // an address or the counter of a loop
)

// Reg is the number of a register in Func.Regs; 0 is none.
type Reg int

// Register describes a virtual register, and after Allocate the register of the machine that it shares with others.
type Register struct {
	Name  string // of what it stands for in the kernel; "" for an intermediate result
	Class Class
	Place int // number among the machine's registers of its class; −1: not allocated
	Bytes int // of the integers that a pointer points to; 0: to elements
}

// Arg is an argument of an instruction: a Reg, a Mem, a Const, a Table, a Scalar, a Word or a Ramp.
type Arg interface{ arg() }

type (
	// Mem is memory: from element At after the pointer on. With Splat every lane is that one element. With Room the rest of
	// a register may be read and written behind the elements, too: it belongs to the function itself.
	Mem struct {
		Base        Reg
		At          int
		Splat, Room bool
	}

	// Const is a constant in every lane, as the bits of an element.
	Const uint64

	// Table is constants, as the bits of an element for each lane.
	Table [16]uint64

	// Scalar is a scalar operand, in every lane; or the result, to be stored.
	Scalar struct{ Name string }

	// Word is a scalar operand that is an integer, in every 8 bytes.
	Word struct{ Name string }

	// Ramp is the integers 0, 2, 4, …, one in every 8 bytes.
	Ramp struct{}
)

func (Reg) arg()    {}
func (Mem) arg()    {}
func (Const) arg()  {}
func (Table) arg()  {}
func (Scalar) arg() {}
func (Word) arg()   {}
func (Ramp) arg()   {}

// Stmt is a statement: an instruction, a loop, or a change of a pointer.
type Stmt interface{ stmt() }

type (
	// Instr is one operation on Lanes lanes. The lanes of Dst above them are zero afterwards.
	Instr struct {
		Op    Op
		Lanes int
		Dst   Reg
		Args  []Arg
		Mask  Reg // Load, Store: the lanes to touch; Keep, Select, AddKept: those that hold; LoadHigh: those to load
		Imm   int // of shifts, comparisons, tails and zips
		Group int // number of the statements that advance side by side with this one; 0: none
	}

	// Loop runs its body Turns times, or as often as the scalar operand Count says. Counter is its register. With Step it
	// runs it as long as the counter is not below Step, by which it falls with every turn; with Rest once, if the counter
	// is not 0.
	Loop struct {
		Turns   int
		Count   string
		Step    int
		Rest    bool
		Counter Reg
		Body    []Stmt
	}

	// Length sets a counter to the number of elements of a slice.
	Length struct {
		Dst   Reg
		Array string
	}

	// Point sets a pointer to element At of an array operand, the first of Len that it is for.
	Point struct {
		Dst     Reg
		Array   string
		At, Len int
	}

	// Section is where the code of a called function begins, with the registers From … below To. Held are those that an
	// earlier section has left it, by the operand that they hold.
	Section struct {
		Call     *kernel.Call
		From, To Reg
		Held     []Held
	}

	// Held is a register that holds a part of an operand.
	Held struct {
		Reg   Reg
		Array string
	}

	// Advance moves a pointer by By elements, or by By elements times the scalar operand Times.
	Advance struct {
		Dst   Reg
		By    int
		Times string
	}

	// Return ends the function where the scalar operand Unless is 0; its result is what it is by then.
	Return struct{ Unless string }

	// Comment is a line of documentation.
	Comment struct{ Text string }
)

func (*Instr) stmt()   {}
func (*Loop) stmt()    {}
func (*Length) stmt()  {}
func (*Point) stmt()   {}
func (*Advance) stmt() {}
func (*Section) stmt() {}
func (*Return) stmt()  {}
func (Comment) stmt()  {}

// Step returns the size in bytes of what a pointer points to.
func (f *Func) Step(pointer Reg) int {
	if n := f.Regs[pointer].Bytes; n > 0 {
		return n
	}
	return int(f.Element)
}

// full returns the lanes of the narrowest register that holds n elements.
func (f *Func) full(n int) int {
	lanes := f.Target.Narrow / int(f.Element)
	for lanes < n {
		lanes *= 2
	}
	return lanes
}
