// Package amd64 prints vector code as assembly for amd64, in the syntax of Go's assembler, with the Go declarations of
// the kernels. It is an opcode table: operand order, frames and the ABI, nothing else. Operands are in reverse of Intel's
// order. R14 (the goroutine), R15, BP and SP are left alone; X15, which is zero in Go code, is restored by the wrapper
// through which Go calls assembly.
package amd64

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/vector"
)

// Kernel is a function to print, under the name that it has in Go. Class is the type there of the index of a class.
type Kernel struct {
	Name, Class string
	Func        *vector.Func
}

// constraint selects the files that hold assembly.
const constraint = "//go:build amd64 && !purego\n\n"

// Assembly prints a file of kernels. The header is a comment that comes first.
func Assembly(header string, kernels []Kernel) string {
	var b strings.Builder
	b.WriteString(header + constraint + "#include \"textflag.h\"\n")
	data := newData(kernels)
	for _, k := range kernels {
		p := &printer{Func: k.Func, Builder: &b, data: data, frame: newFrame(k.Func)}
		p.text(k)
	}
	data.print(&b)
	return b.String()
}

// Stubs prints the declarations of the kernels in Go.
func Stubs(header, pkg string, kernels []Kernel) string {
	var b strings.Builder
	b.WriteString(header + constraint + "package " + pkg + "\n")
	for _, k := range kernels {
		f := k.Func.Kernel
		fmt.Fprintf(&b, "\n// %s %s\n//\n//go:noescape\nfunc %s%s\n", k.Name, summary(f), k.Name, signature(k))
	}
	return b.String()
}

// summary is the sentence of the doc comment, without the name.
func summary(f *kernel.Func) string {
	if f.Summary == "" {
		return "is a kernel."
	}
	return f.Summary
}

// signature prints the parameters and the result of a kernel.
func signature(k Kernel) string {
	f := k.Func
	var params []string
	float := fmt.Sprintf("float%d", 8*f.Element)
	for _, a := range f.Kernel.Arrays {
		if a.Slice {
			params = append(params, fmt.Sprintf("%s []%s", a.Name, float))
			continue
		}
		size := a.Len
		if a.Row > 0 {
			size = a.Row
		}
		element := float
		if a.Bytes > 0 {
			element = k.Class
		}
		params = append(params, fmt.Sprintf("%s *[%d]%s", a.Name, size, element))
	}
	for _, s := range f.Kernel.Scalars {
		params = append(params, s.Name+" "+scalarType(s.Kind, float))
	}
	result := ""
	if f.Kernel.Result != "" {
		result = fmt.Sprintf(" (%s %s)", f.Kernel.Result, float)
	}
	return "(" + strings.Join(params, ", ") + ")" + result
}

// scalarType names the type of a scalar operand in Go.
func scalarType(k kernel.ScalarKind, float string) string {
	switch k {
	case kernel.Float:
		return float
	case kernel.Seed:
		return "uint64"
	}
	return "int"
}

// frame holds the offsets of the arguments from FP, and those of the function's own memory from the first multiple of
// line from SP on.
type frame struct {
	offsets map[string]int
	size    int
	locals  int // bytes, with those that are skipped to get there
}

// line is the alignment of a function's own memory in bytes: that of the widest register and of the cache.
const line = 64

// newFrame lays the arguments out as Go's ABI0 does: in order, each aligned to its size, the result to 8 bytes.
func newFrame(f *vector.Func) frame {
	fr := frame{offsets: map[string]int{}}
	add := func(name string, size, align int) {
		fr.size = (fr.size + align - 1) / align * align
		fr.offsets[name] = fr.size
		fr.size += size
	}
	for _, a := range f.Kernel.Arrays {
		if a.Slice {
			add(a.Name+"_base", 8, 8)
			add(a.Name+"_len", 8, 8)
			add(a.Name+"_cap", 8, 8)
			continue
		}
		add(a.Name, 8, 8)
	}
	for _, s := range f.Kernel.Scalars {
		size := 8
		if s.Kind == kernel.Float {
			size = int(f.Element)
		}
		add(s.Name, size, size)
	}
	if f.Kernel.Result != "" {
		add(f.Kernel.Result, int(f.Element), 8)
	}
	for _, a := range f.Kernel.Locals {
		fr.offsets[a.Name] = fr.locals
		fr.locals += (a.Len*int(f.Element) + line - 1) / line * line
	}
	if fr.locals > 0 {
		fr.locals += line
	}
	return fr
}

// at names an argument; of a slice, the pointer.
func (f frame) at(name string) string {
	if _, plain := f.offsets[name]; !plain {
		name += "_base"
	}
	return fmt.Sprintf("%s+%d(FP)", name, f.offsets[name])
}

// length names the number of elements of a slice.
func (f frame) length(name string) string { return f.at(name + "_len") }

// text prints one kernel: what it replaces, what its registers hold, its code.
func (p *printer) text(k Kernel) {
	fmt.Fprintf(p, "\n// func %s%s\n//\n", k.Name, signature(k))
	for line := range strings.Lines(p.Kernel.String()) {
		p.WriteString("// " + line)
	}
	if len(p.Kernel.Calls()) == 0 {
		p.WriteString("//\n")
		p.roles("", nil, 1, vector.Reg(len(p.Regs)))
	}
	flags := "NOSPLIT"
	if p.frame.locals > 0 {
		flags = "0" // with a check that the stack is large enough
	}
	fmt.Fprintf(p, "TEXT ·%s(SB), %s, $%d-%d\n", k.Name, flags, p.frame.locals, p.frame.size)
	p.body(p.Body)
	if p.returns && p.Kernel.Result == "" {
		p.WriteString("finish:\n")
	}
	p.line("VZEROUPPER")
	p.line("RET")
}

// section prints what a called function does, in front of its code: the loops that it stands for, and what its registers
// hold.
func (p *printer) section(s *vector.Section) {
	fmt.Fprintf(p, "\n\t// %s %s\n\t//\n", s.Call.Func.Name, summary(s.Call.Func))
	for line := range strings.Lines(s.Call.Func.Outline()) {
		p.WriteString("\t// " + line)
	}
	p.WriteString("\t//\n")
	p.roles("\t", s.Held, s.From, s.To)
}

// roles lists what the registers from … below to stand for, each where it lies in the machine, in the order of first use;
// of names that differ in numbers only, the first. What an earlier section has left comes first.
func (p *printer) roles(indent string, held []vector.Held, from, to vector.Reg) {
	names := map[string][]string{}
	var order []string
	add := func(r vector.Reg, name string) {
		place := p.general(r)
		if p.Regs[r].Class != vector.Pointer {
			place = fmt.Sprintf("%s%d", p.letter(r), p.Regs[r].Place)
		}
		if names[place] == nil {
			order = append(order, place)
		}
		if alike := func(other string) bool { return kernel.Kind(other) == kernel.Kind(name) }; !slices.ContainsFunc(names[place], alike) {
			names[place] = append(names[place], name)
		}
	}
	for _, h := range held {
		add(h.Reg, h.Array+" (from before)")
	}
	for r := from; r < to; r++ {
		if info := p.Regs[r]; info.Name != "" && info.Place >= 0 {
			add(r, info.Name)
		}
	}
	line := indent + "// registers:"
	for _, place := range order {
		role := " " + place + " " + strings.Join(names[place], " ") + ";"
		if len(line)+len(role) > 110 && line != "//  " {
			p.WriteString(line + "\n")
			line = indent + "//  "
		}
		line += role
	}
	p.WriteString(strings.TrimSuffix(line, ";") + "\n")
}
