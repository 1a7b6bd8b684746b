package vector

import (
	"fmt"
	"slices"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/target"
)

// lowering turns the statements of a kernel into instructions.
type lowering struct {
	*Func
	body    *[]Stmt // what is being written
	views   map[string]view
	parts   map[*kernel.Array]kernel.Place // where operands of called functions lie
	vars    map[string]*variable
	drawn   map[string][4]value
	firsts  firsts      // variables of which only lane 0 counts
	pending []*variable // loads that wait for their first use
	loops   []*frame    // around the current statement, outer to inner
	nest    *nest       // the outermost loop that is printed, nil outside
	line    *nest       // pointers outside loops
	over    *nest       // pointers of the loops over slices, which follow each other
	rest    bool        // inside a loop over the rest of a slice

	widest  int                // lanes of a value that is the same in all lanes
	limits  map[bundleKind]int // most copies side by side
	block   int                // number of the body that is being lowered
	blocks  int                // how many there are so far
	group   int                // of the instructions that are being written
	recent  loaded
	keeping keeping

	section *Section              // the one that is being written, nil outside of called functions
	holds   bool                  // what was stored is read from its register
	held    map[spot]Reg          // the registers that hold it
	pointee map[Reg]*kernel.Array // what pointers point to

	packed bool // the statements have their values in the lanes of one register
}

// variable is a register of the kernel.
type variable struct {
	reg   Reg
	lanes int
	upto  int   // only so many lanes count; 0: all of them
	load  value // what it is loaded from, as long as it waits for its first use
	wait  bool
	uses  int
	array string
}

// view is what a name of an operand stands for.
type view struct {
	array  *kernel.Array
	offset kernel.Index
	length int
}

// failure is how a lowering gives up, whatever it is in the middle of.
type failure struct{ error }

// failf gives up: lower returns the error.
func (l *lowering) failf(format string, args ...any) {
	panic(failure{fmt.Errorf("vector %s for %s: %s", l.Kernel.Name, l.Target.Name, fmt.Sprintf(format, args...))})
}

// lower returns the kernel on virtual registers. limits says where fewer copies than usual advance side by side, holds whether
// what was stored is read from its register.
func lower(k *kernel.Func, t *target.Vector, e Element, limits map[bundleKind]int, holds bool) (f *Func, err error) {
	f = &Func{Kernel: k, Target: t, Element: e, Regs: make([]Register, 1)}
	l := &lowering{
		Func: f, body: &f.Body, views: map[string]view{}, parts: map[*kernel.Array]kernel.Place{}, vars: map[string]*variable{},
		drawn: map[string][4]value{}, firsts: findFirsts(k.Body),
		line: newNest(), limits: limits, holds: holds, held: map[spot]Reg{}, pointee: map[Reg]*kernel.Array{},
	}
	defer func() {
		if r := recover(); r != nil {
			given, ok := r.(failure)
			if !ok {
				panic(r)
			}
			f, err = nil, given.error
		}
	}()
	for _, a := range slices.Concat(k.Arrays, k.Locals) {
		if a.Rows {
			l.failf("operand %s is a slice of rows", a.Name)
		}
		l.views[a.Name] = view{array: a, length: a.Len}
	}
	l.widest = max(l.widestLoop(k.Body), t.Narrow/int(e))
	if k.Result != "" {
		l.vars[k.Result] = &variable{reg: l.register(k.Result, Vector)}
		if l.firsts.has(k.Result) {
			l.vars[k.Result].upto = 1
		}
		l.write(&Instr{Op: Zero, Lanes: l.widest, Dst: l.vars[k.Result].reg})
	}
	l.statements(k.Body)
	if k.Result != "" {
		l.write(&Instr{Op: Store, Lanes: 1, Args: []Arg{l.vars[k.Result].reg, Scalar{k.Result}}})
	}
	return f, nil
}

// widestLoop returns the lanes of the register that holds those of the widest loop; outside of loops, of the widest register.
func (l *lowering) widestLoop(body []kernel.Stmt) int {
	widest := 0
	for _, s := range body {
		switch s := s.(type) {
		case *kernel.Call:
			widest = max(widest, l.widestLoop(s.Func.Body))
		case *kernel.Loop:
			widest = max(widest, l.widestLoop(s.Body), min(l.full(s.Lanes), l.Target.Lanes(int(l.Element))))
		case kernel.Store:
			if s.At.Lanes > 0 {
				widest = l.Target.Lanes(int(l.Element))
			}
		case kernel.Clear:
			widest = l.Target.Lanes(int(l.Element))
		}
	}
	return widest
}

// register makes a new register.
func (l *lowering) register(name string, class Class) Reg {
	l.Regs = append(l.Regs, Register{Name: name, Class: class, Place: -1})
	return Reg(len(l.Regs) - 1)
}

// write appends an instruction or another statement.
func (l *lowering) write(s Stmt) {
	if i, ok := s.(*Instr); ok {
		if i.Group = l.group; i.Op == Store {
			l.stored(i)
		}
	}
	*l.body = append(*l.body, s)
}

// statements lowers a body. Loads that nobody needed are dropped at its end.
func (l *lowering) statements(body []kernel.Stmt) {
	body = withoutBlanks(body)
	uses := countUses(body)
	pending, block := l.pending, l.block
	l.blocks++
	l.block = l.blocks
	for i := 0; i < len(body); {
		n := l.sideBySide(body[i:])
		l.together(body[i:i+n], uses[i:i+n])
		i += n
	}
	l.pending, l.block = pending, block
}

// withoutBlanks drops the blank lines, so that statements that look alike are neighbours.
func withoutBlanks(body []kernel.Stmt) []kernel.Stmt {
	var rest []kernel.Stmt
	for _, s := range body {
		if _, blank := s.(kernel.Blank); !blank {
			rest = append(rest, s)
		}
	}
	return rest
}

// together lowers statements side by side; most often it is one.
func (l *lowering) together(list []kernel.Stmt, uses []int) {
	switch s := list[0].(type) {
	case kernel.Comment:
		l.write(Comment(s))
	case *kernel.Call:
		l.flush("")
		l.inline(s)
	case kernel.Return:
		l.flush("")
		l.write(&Return{Unless: s.Unless})
	case *kernel.Loop:
		l.flush("")
		if s.Over != "" {
			l.overSlice(s)
			break
		}
		l.loop(s)
	case kernel.Cut:
		of := l.view(s.Of)
		l.views[s.Name] = view{array: of.array, offset: sumOf(of.offset, s.Offset), length: s.Len}
	case kernel.Alias:
		l.views[s.Name] = l.view(s.Of)
	case kernel.Draw:
		l.draw(s)
	case kernel.Clear:
		l.clear(s)
	case kernel.Transpose:
		l.flush("")
		l.transpose(s)
	case kernel.Let:
		l.lets(list, uses)
	case kernel.Assign:
		l.assigns(list)
	case kernel.Store:
		if l.packed {
			l.packed = false
			l.storePacked(list)
			break
		}
		l.stores(list)
	default:
		l.failf("%T has no vector form", s)
	}
	l.group = 0
}

// view returns what the name of an operand, a cut or an alias stands for.
func (l *lowering) view(name string) view {
	v, ok := l.views[name]
	if !ok {
		l.failf("operand %s is not defined", name)
	}
	return v
}
