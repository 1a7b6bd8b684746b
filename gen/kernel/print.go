package kernel

import (
	"fmt"
	"strings"
)

// String prints the kernels of a network.
func (p *Program) String() string {
	var b strings.Builder
	for _, f := range p.Funcs {
		b.WriteString(f.String() + "\n")
	}
	if p.Link != nil {
		b.WriteString(p.Link.String() + "\n")
	}
	return b.String()
}

// String prints the loop nest of a function.
func (f *Func) String() string {
	var b strings.Builder
	var args []string
	for _, a := range f.Arrays {
		rows := ""
		if a.Rows {
			rows = "rows×"
		}
		if a.Slice {
			args = append(args, fmt.Sprintf("%s [] %s", a.Name, accessNames[a.Access]))
			continue
		}
		args = append(args, fmt.Sprintf("%s [%s%d] %s", a.Name, rows, a.Len, accessNames[a.Access]))
	}
	for _, s := range f.Scalars {
		args = append(args, s.Name)
	}
	fmt.Fprintf(&b, "%s(%s)", f.Name, strings.Join(args, ", "))
	if f.Result != "" {
		b.WriteString(" " + f.Result)
	}
	b.WriteString("\n")
	for _, a := range f.Locals {
		fmt.Fprintf(&b, "\t%s [%d] on the stack\n", a.Name, a.Len)
	}
	printBody(&b, f.Body, "\t")
	return b.String()
}

// Outline prints the loop nest of a function with what is alike told once: a tile of 16 sums is its first line and its last
// one.
func (f *Func) Outline() string {
	var b strings.Builder
	printBody(&b, f.Body, "")
	return outline(b.String())
}

var accessNames = [...]string{Read: "read", Set: "set", Added: "added to", InPlace: "overwritten", Scratch: "scratch"}

func printBody(b *strings.Builder, body []Stmt, indent string) {
	for _, s := range body {
		printStmt(b, s, indent)
	}
}

func printStmt(b *strings.Builder, s Stmt, indent string) {
	line := func(format string, args ...any) { fmt.Fprintf(b, indent+format+"\n", args...) }
	op := func(add bool) string { return map[bool]string{false: "=", true: "+="}[add] }
	lanes := func(n int) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprintf(" in %d lanes", n)
	}
	switch s := s.(type) {
	case Comment:
		line("// %s", s.Text)
	case Blank:
	case *Loop:
		if s.Over != "" {
			line("%s", s.overSlice()+lanes(s.Lanes))
			printBody(b, s.Body, indent+"\t")
			break
		}
		turns := ""
		if s.Turns != "" {
			turns = ", " + s.Turns + " turns"
		}
		if s.First != "" {
			turns += " from " + s.First + " on"
		}
		line("for %s = %d…%d by %d%s%s", s.Var, s.From, s.To, s.Step, lanes(s.Lanes), turns)
		printBody(b, s.Body, indent+"\t")
	case *Rows:
		rest := ""
		if s.Rest {
			rest = " that are left"
		}
		line("for rows%s by %d of %s%s", rest, s.Step, strings.Join(s.Arrays, ", "), lanes(s.Lanes))
		printBody(b, s.Body, indent+"\t")
	case Pointer:
		line("%s = row n+%d of %s", s.Name, s.K, s.Array)
	case Cut:
		line("%s = %s[%s:] (%d)", s.Name, s.Of, s.Offset, s.Len)
	case Alias:
		line("%s = %s", s.Name, s.Of)
	case Let:
		line("%s := %s", s.Name, s.X)
	case Assign:
		line("%s %s %s", s.Name, op(s.Add), s.X)
	case Store:
		line("%s[%s] %s %s", s.Of, s.At, op(s.Add), s.X)
	case Clear:
		line("%s = 0", s.Of)
	case Transpose:
		line("%s[%s + c*%d+r] = %s[%s + r*%d+c] for r < %d, c < %d",
			s.Dst, s.DstAt, s.DstStride, s.Src, s.SrcAt, s.SrcStride, s.Rows, s.Cols)
	case *Call:
		line("%s", s)
	case *Guard:
		line("if %s = %s is below %d", s.Var, s.Of, s.Size)
		printBody(b, s.Body, indent+"\t")
	case Return:
		line("return unless %s", s.Unless)
	case Draw:
		line("%s = uniform numbers of stream %d, row %s, block %s", s.Name, s.Stream, sumOf(At(0).Times("row", 1), s.Row), s.Block)
	default:
		panic(fmt.Sprintf("kernel: no rule to print %T", s))
	}
}

// String prints the register.
func (v Var) String() string { return v.Name }

// String prints the constant.
func (n Num) String() string { return fmt.Sprintf("%g", n.Value) }

// String prints the access.
func (l Load) String() string { return fmt.Sprintf("%s[%s]", l.Of, l.At) }

// String prints the operation in parentheses.
func (b Binary) String() string { return fmt.Sprintf("(%s %c %s)", b.X, b.Op, b.Y) }

// String prints the lanes, one that is repeated once.
func (p Pick) String() string {
	same := true
	lanes := make([]string, len(p.Lanes))
	for k, l := range p.Lanes {
		lanes[k] = fmt.Sprintf("%s.%d", p.From[l.From], l.At)
		same = same && lanes[k] == lanes[0]
	}
	if same {
		return fmt.Sprintf("(%d× %s)", len(lanes), lanes[0])
	}
	return "(" + strings.Join(lanes, " ") + ")"
}

// String prints the sum of the lanes.
func (l LaneSum) String() string { return fmt.Sprintf("lanesum(%s)", l.X) }

// String prints the largest of the lanes.
func (l LaneMax) String() string { return fmt.Sprintf("lanemax(%s)", l.X) }

// String prints the call.
func (a Apply) String() string {
	args := make([]string, len(a.Args))
	for i, x := range a.Args {
		args[i] = x.String()
	}
	return a.Func.Name + "(" + strings.Join(args, ", ") + ")"
}
