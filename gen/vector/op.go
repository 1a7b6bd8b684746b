package vector

// Op is an operation of an instruction.
type Op int

// The operations. Arguments are x, y, c in this order.
const (
	Load  Op = iota + 1 // Lanes elements, or with a mask those that it holds, zero elsewhere
	Widen               // Lanes unsigned integers of less than 2²⁴, as elements
	Store               // x to y
	Zero
	Move
	LoadHigh // y, or those of its elements that the mask holds, in the upper half; the result takes the place of x
	Tail     // a mask of the first Imm lanes
	TailHigh // a mask of the first Imm lanes of the upper half
	First    // a mask of as many lanes as the counter x says
	Splat    // lane 0 of x in every lane

	Add
	Sub
	Mul
	Div
	Sqrt
	Max  // x if x > y, else y: y if one is NaN
	Min  // x if x < y, else y: y if one is NaN
	Fma  // x·y + c, rounded once
	Fms  // x·y − c
	Fnma // c − x·y

	And
	Or
	Xor
	AddInt // as integers of the element's size
	SubInt
	ShiftLeft // by Imm bits
	ShiftRight

	MulWord   // of every 8 bytes, the lower halves of x and y multiplied, as integers
	UpperWord // of every 8 bytes, the upper half as the lower one; above it zero
	RaiseWord // of every 8 bytes, the lower half as the upper one; below it zero
	Counter   // the counter x in the lower half of every 8 bytes
	FromInt   // integers of the element's size, below 2²⁴, as numbers

	Compare // the mask of x Imm y, Imm being a Relation
	Keep    // x where the mask holds, else 0
	Select  // x where the mask holds, else y
	AddKept // x, plus y where the mask holds; the result takes the place of x. Of targets with masks

	Pick     // lane k is lane x[k] of y; in 16 bytes x is a Table
	PickTwo  // lane k is lane x[k] of y and c, one behind the other; the result takes the place of x
	High     // the upper half of the lanes of x, as the lower half; above it anything
	ZipLow   // of every 16 bytes: the lower halves of x and y, Imm elements from each in turn
	ZipHigh  // likewise the upper halves
	JoinEven // of the pieces of 16 bytes: those of even number of x, then those of y
	JoinOdd  // likewise those of odd number
)

// Relation is what Compare asks for. A comparison with NaN does not hold; one that starts with Not does.
type Relation int

// The relations.
const (
	Less Relation = iota
	LessEqual
	Greater
	GreaterEqual
	NotLess
	NotLessEqual
	NotGreater
	NotGreaterEqual
	Equal
	Unordered // x or y is NaN
)

// mirrored is the relation of y to x.
var mirrored = [...]Relation{
	Less: Greater, LessEqual: GreaterEqual, Greater: Less, GreaterEqual: LessEqual,
	NotLess: NotGreater, NotLessEqual: NotGreaterEqual, NotGreater: NotLess, NotGreaterEqual: NotLessEqual,
	Equal: Equal, Unordered: Unordered,
}

// negated is the relation that holds where another does not.
var negated = map[Relation]Relation{
	Less: NotLess, LessEqual: NotLessEqual, Greater: NotGreater, GreaterEqual: NotGreaterEqual,
}

// opInfo describes an operation.
type opInfo struct {
	name     string
	args     int
	memory   []int // positions of arguments that may lie in memory, one of them at a time
	commutes bool  // the first two arguments
	masked   bool  // needs a mask
	tied     bool  // the result takes the place of the first argument
}

var second, factorOrSum = []int{1}, []int{1, 2}

var ops = [...]opInfo{
	Load: {name: "load", args: 1, memory: []int{0}}, Widen: {name: "widen", args: 1, memory: []int{0}}, Store: {name: "store", args: 2, memory: second},
	Zero: {name: "zero"}, Move: {name: "move", args: 1}, Tail: {name: "tail"}, TailHigh: {name: "tailhigh"}, LoadHigh: {name: "loadhigh", args: 2, memory: second, masked: true, tied: true}, First: {name: "first", args: 1}, Splat: {name: "splat", args: 1},
	Add: {name: "add", args: 2, memory: second, commutes: true}, Sub: {name: "sub", args: 2, memory: second},
	Mul: {name: "mul", args: 2, memory: second, commutes: true}, Div: {name: "div", args: 2, memory: second},
	Sqrt: {name: "sqrt", args: 1}, Max: {name: "max", args: 2, memory: second}, Min: {name: "min", args: 2, memory: second},
	Fma:  {name: "fma", args: 3, memory: factorOrSum, commutes: true},
	Fms:  {name: "fms", args: 3, memory: factorOrSum, commutes: true},
	Fnma: {name: "fnma", args: 3, memory: factorOrSum, commutes: true},
	And:  {name: "and", args: 2, memory: second, commutes: true},
	Or:   {name: "or", args: 2, memory: second, commutes: true}, Xor: {name: "xor", args: 2, memory: second, commutes: true},
	AddInt:    {name: "addint", args: 2, memory: second, commutes: true},
	SubInt:    {name: "subint", args: 2, memory: second},
	ShiftLeft: {name: "shl", args: 1}, ShiftRight: {name: "shr", args: 1},
	MulWord: {name: "mulword", args: 2, commutes: true}, UpperWord: {name: "upper", args: 1},
	RaiseWord: {name: "raise", args: 1}, Counter: {name: "counter", args: 1}, FromInt: {name: "fromint", args: 1},
	Compare: {name: "compare", args: 2, memory: second},
	Keep:    {name: "keep", args: 1, memory: []int{0}, masked: true}, Select: {name: "select", args: 2, masked: true},
	AddKept: {name: "addkept", args: 2, memory: second, masked: true, tied: true},
	Pick:    {name: "pick", args: 2}, PickTwo: {name: "picktwo", args: 3, tied: true},
	High: {name: "high", args: 1}, ZipLow: {name: "ziplow", args: 2}, ZipHigh: {name: "ziphigh", args: 2},
	JoinEven: {name: "joineven", args: 2}, JoinOdd: {name: "joinodd", args: 2},
}

// fused tells whether an operation is a multiplication and an addition, rounded once.
func (op Op) fused() bool { return op == Fma || op == Fms || op == Fnma }

// String returns the name of an operation.
func (op Op) String() string { return ops[op].name }

var relationNames = [...]string{"<", "<=", ">", ">=", "!<", "!<=", "!>", "!>=", "=", "unordered"}

// String prints a relation as an operator.
func (r Relation) String() string { return relationNames[r] }
