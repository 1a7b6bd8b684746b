package amd64

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/vector"
)

// printer prints the code of one kernel.
type printer struct {
	*vector.Func
	*strings.Builder
	data    *data
	frame   frame
	labels  int
	returns bool // to the store of the result, from before
}

// pointers are the general registers for addresses and counters; scratch is for single instructions.
var pointers = [...]string{"AX", "BX", "CX", "DX", "SI", "DI", "R8", "R9", "R10", "R11", "R12"}

const scratch = "R13"

// alignment is that of innermost loops, in bytes, so that their speed does not depend on the code before them (Predict of
// 64-32-10: 48.7 ns, 51.0 without, medians of seven copies of each program; AVX-512, Zen 5).
const alignment = 64

// line prints one instruction.
func (p *printer) line(format string, args ...any) { fmt.Fprintf(p, "\t"+format+"\n", args...) }

// body prints statements. After a loop that may not turn comes a label.
func (p *printer) body(body []vector.Stmt) {
	end := "" // label after a loop and what takes its pointers back, to be skipped where it does not turn at all
	for _, s := range body {
		if a, ok := s.(*vector.Advance); end != "" && (!ok || a.Times == "") {
			fmt.Fprintf(p, "%s:\n", end)
			end = ""
		}
		switch s := s.(type) {
		case vector.Comment:
			fmt.Fprintf(p, "\n\t// %s\n", s.Text)
		case *vector.Section:
			p.section(s)
		case *vector.Loop:
			end = p.loop(s)
		case *vector.Return:
			p.returns = true
			p.line("CMPQ %s, $0", p.frame.at(s.Unless))
			p.line("JEQ finish")
		case *vector.Length:
			p.line("MOVQ %s, %s", p.frame.length(s.Array), p.general(s.Dst))
		case *vector.Point:
			p.point(s)
		case *vector.Advance:
			p.advance(s)
		case *vector.Instr:
			if p.returns && p.isResult(s) {
				p.WriteString("finish:\n")
			}
			if !p.stays(s) {
				p.instr(s)
			}
		}
	}
	if end != "" {
		fmt.Fprintf(p, "%s:\n", end)
	}
}

// stays tells whether an instruction moves a whole register to where it is: one value has taken the place of the other.
func (p *printer) stays(s *vector.Instr) bool {
	if s.Op != vector.Move || s.Lanes != p.Target.Lanes(int(p.Element)) {
		return false
	}
	from, ok := s.Args[0].(vector.Reg)
	return ok && p.Regs[from].Class == p.Regs[s.Dst].Class && p.Regs[from].Place == p.Regs[s.Dst].Place
}

// isResult tells whether an instruction stores the result.
func (p *printer) isResult(s *vector.Instr) bool {
	if s.Op != vector.Store {
		return false
	}
	_, scalar := s.Args[1].(vector.Scalar)
	return scalar
}

// point sets a pointer to an operand or to memory of the function, or to a part that starts at the alignment of that.
func (p *printer) point(s *vector.Point) {
	dst, at := p.general(s.Dst), s.At*p.Step(s.Dst)
	for _, a := range p.Kernel.Locals {
		if a.Name == s.Array {
			p.line("LEAQ %d(SP), %s", p.frame.offsets[a.Name]+at+line-1, dst)
			p.line("ANDQ $%d, %s", -line, dst)
			return
		}
	}
	p.line("MOVQ %s, %s", p.frame.at(s.Array), dst)
	if at > 0 {
		p.line("ADDQ $%d, %s", at, dst)
	}
}

// loop prints a loop. It returns the label of its end if it may not turn at all.
func (p *printer) loop(s *vector.Loop) (end string) {
	p.labels++
	label := fmt.Sprintf("%s%d", identifier(p.Regs[s.Counter].Name), p.labels)
	counter, size := p.general(s.Counter), "L"
	if s.Step > 0 || s.Rest {
		p.overSlice(s, label, counter)
		return ""
	}
	if s.Count != "" {
		end, size = label+"end", "Q"
		p.line("MOVQ %s, %s", p.frame.at(s.Count), counter)
		p.line("TESTQ %s, %s", counter, counter)
		p.line("JLE %s", end)
	} else {
		p.line("MOVL $%d, %s", s.Turns, counter)
	}
	p.WriteString("\n")
	if !slices.ContainsFunc(s.Body, func(s vector.Stmt) bool { _, loop := s.(*vector.Loop); return loop }) {
		p.line("PCALIGN $%d", alignment)
	}
	fmt.Fprintf(p, "%s:\n", label)
	p.body(s.Body)
	p.line("DEC%s %s", size, counter)
	p.line("JNE %s", label)
	return end
}

// identifier returns a name as a label can have it.
func identifier(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name)
}

// advance moves a pointer, by bytes.
func (p *printer) advance(s *vector.Advance) {
	bytes := s.By * p.Step(s.Dst)
	switch {
	case s.Times != "":
		p.line("MOVQ %s, %s", p.frame.at(s.Times), scratch)
		p.line("IMUL3Q $%d, %s, %s", bytes, scratch, scratch)
		p.line("ADDQ %s, %s", scratch, p.general(s.Dst))
	case bytes < 0:
		p.line("SUBQ $%d, %s", -bytes, p.general(s.Dst))
	default:
		p.line("ADDQ $%d, %s", bytes, p.general(s.Dst))
	}
}

// general names the general register of a pointer.
func (p *printer) general(r vector.Reg) string {
	if p.Regs[r].Class != vector.Pointer {
		return ""
	}
	return pointers[p.Regs[r].Place]
}

// letter is the one before the number of a register: of its widest form.
func (p *printer) letter(r vector.Reg) string {
	switch {
	case p.Regs[r].Class == vector.Mask && p.Target.Masks > 0:
		return "K"
	case p.Target.Bytes == 64:
		return "Z"
	}
	return "Y"
}

// mask names a mask: K1 … K7, or a vector register.
func (p *printer) mask(r vector.Reg, lanes int) string {
	if p.Target.Masks > 0 {
		return fmt.Sprintf("K%d", 1+p.Regs[r].Place)
	}
	return p.vector(r, lanes)
}

// vector names a vector register of at least the given lanes.
func (p *printer) vector(r vector.Reg, lanes int) string {
	letter := "X"
	switch lanes * int(p.Element) {
	case 32:
		letter = "Y"
	case 64:
		letter = "Z"
	}
	return fmt.Sprintf("%s%d", letter, p.Regs[r].Place)
}

// memory prints an address.
func (p *printer) memory(m vector.Mem) string {
	if m.At == 0 {
		return "(" + p.general(m.Base) + ")"
	}
	return fmt.Sprintf("%d(%s)", m.At*p.Step(m.Base), p.general(m.Base))
}

// argument prints argument i of an instruction; broadcast tells whether the instruction has to broadcast it.
func (p *printer) argument(s *vector.Instr, i int) (text string, broadcast bool) {
	switch a := s.Args[i].(type) {
	case vector.Reg:
		return p.vector(a, s.Lanes), false
	case vector.Mem:
		return p.memory(a), a.Splat
	case vector.Const:
		e := entryOf(p.Func, s, a)
		return p.data.address(e), !e.wide
	case vector.Scalar:
		return p.frame.at(a.Name), true
	}
	panic(fmt.Sprintf("amd64: no rule to print %T", s.Args[i]))
}
