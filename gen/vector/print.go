package vector

import (
	"fmt"
	"math"
	"strings"
)

// String prints a function as a listing.
func (f *Func) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s for %s, float%d\n", f.Kernel.Name, f.Target.Name, 8*f.Element)
	f.printBody(&b, f.Body, "\t")
	return b.String()
}

// printBody prints one statement per line, what is in a loop further in.
func (f *Func) printBody(b *strings.Builder, body []Stmt, indent string) {
	for _, s := range body {
		switch s := s.(type) {
		case Comment:
			fmt.Fprintf(b, "%s// %s\n", indent, s.Text)
		case *Section:
			fmt.Fprintf(b, "%s// %s\n", indent, s.Call)
		case *Loop:
			turns := s.Count
			switch {
			case s.Rest:
				turns = "for the rest"
			case s.Step > 0:
				turns = fmt.Sprintf("by %d", s.Step)
			case turns == "":
				turns = fmt.Sprint(s.Turns)
			}
			fmt.Fprintf(b, "%sloop %s %s\n", indent, f.reg(s.Counter), turns)
			f.printBody(b, s.Body, indent+"\t")
		case *Return:
			fmt.Fprintf(b, "%sreturn unless %s\n", indent, s.Unless)
		case *Length:
			fmt.Fprintf(b, "%s%s = length of %s\n", indent, f.reg(s.Dst), s.Array)
		case *Point:
			at := ""
			if s.At > 0 {
				at = fmt.Sprintf("[%d]", s.At)
			}
			fmt.Fprintf(b, "%s%s = &%s%s\n", indent, f.reg(s.Dst), s.Array, at)
		case *Advance:
			times := ""
			if s.Times != "" {
				times = "*" + s.Times
			}
			fmt.Fprintf(b, "%s%s += %d%s\n", indent, f.reg(s.Dst), s.By, times)
		case *Instr:
			b.WriteString(indent + f.instr(s) + "\n")
		}
	}
}

// instr prints an instruction: result = operation.lanes arguments.
func (f *Func) instr(s *Instr) string {
	var b strings.Builder
	if s.Dst != 0 {
		b.WriteString(f.reg(s.Dst) + " = ")
	}
	fmt.Fprintf(&b, "%s.%d", s.Op, s.Lanes)
	for i, a := range s.Args {
		b.WriteString([]string{" ", ", ", ", "}[i] + f.argument(a))
	}
	switch s.Op {
	case Compare:
		fmt.Fprintf(&b, " by %s", Relation(s.Imm))
	case Tail, TailHigh, ShiftLeft, ShiftRight, ZipLow, ZipHigh:
		fmt.Fprintf(&b, " by %d", s.Imm)
	}
	if s.Mask != 0 {
		b.WriteString(" where " + f.reg(s.Mask))
	}
	return b.String()
}

// argument prints a register, an element, a constant or the name of a scalar operand.
func (f *Func) argument(a Arg) string {
	switch a := a.(type) {
	case Reg:
		return f.reg(a)
	case Mem:
		if a.Splat {
			return fmt.Sprintf("splat %s[%d]", f.reg(a.Base), a.At)
		}
		return fmt.Sprintf("%s[%d]", f.reg(a.Base), a.At)
	case Const:
		return f.Element.constant(a)
	case Scalar:
		return a.Name
	case Word:
		return a.Name
	case Table:
		return fmt.Sprint(a[:f.Target.Lanes(int(f.Element))])
	case Ramp:
		return "0, 2, 4…"
	}
	return "?"
}

// constant prints a constant as a number, or as bits where it is meant as such.
func (e Element) constant(c Const) string {
	x := e.value(uint64(c))
	if exp := math.Abs(x); x != 0 && (exp < 1e-30 || exp > 1e30 || x != x) {
		return fmt.Sprintf("%#x", uint64(c))
	}
	return fmt.Sprintf("%g", x)
}

// reg names a register: where it is, and what it stands for.
func (f *Func) reg(r Reg) string {
	info := f.Regs[r]
	if info.Place >= 0 {
		name := fmt.Sprintf("%c%d", "vkp"[info.Class], info.Place)
		if info.Name != "" {
			name += ":" + info.Name
		}
		return name
	}
	if info.Name != "" {
		return fmt.Sprintf("%s.%d", info.Name, r)
	}
	return fmt.Sprintf("%c.%d", "vkp"[info.Class], r)
}

// value returns the number that bits of an element stand for.
func (e Element) value(bits uint64) float64 {
	if e == Float32 {
		return float64(math.Float32frombits(uint32(bits)))
	}
	return math.Float64frombits(bits)
}

// bits returns the bits of an element.
func (e Element) bits(x float64) uint64 {
	if e == Float32 {
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(x)
}
