package amd64

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/vector"
)

// overSlice prints a loop over a slice, whose counter holds the number of elements that are left.
func (p *printer) overSlice(s *vector.Loop, label, counter string) {
	if s.Rest {
		p.line("TESTQ %s, %s", counter, counter)
		p.line("JE %send", label)
		p.body(s.Body)
		fmt.Fprintf(p, "\n%send:\n", label)
		return
	}
	p.line("SUBQ $%d, %s", s.Step, counter)
	p.line("JLT %send", label)
	fmt.Fprintf(p, "\n%s:\n", label)
	p.body(s.Body)
	p.line("SUBQ $%d, %s", s.Step, counter)
	p.line("JGE %s", label)
	fmt.Fprintf(p, "\n%send:\n", label)
	p.line("ADDQ $%d, %s", s.Step, counter)
}

// first prints the mask of as many lanes as a counter says. (BZHI came with AVX2's processors, and every one with AVX-512
// has it.)
func (p *printer) first(s *vector.Instr) {
	counter := p.general(s.Args[0].(vector.Reg))
	if p.Target.Masks > 0 {
		p.line("MOVL $-1, %s", scratch)
		p.line("BZHIL %s, %s, %s", counter, scratch, scratch)
		p.line("KMOVW %s, %s", scratch, p.mask(s.Dst, s.Lanes))
		return
	}
	p.line("LEAQ %s, %s", p.data.tail(0, int(p.Element)), scratch)
	p.line("NEGQ %s", counter)
	p.line("VMOVUPS (%s)(%s*%d), %s", scratch, counter, p.Element, p.vector(s.Dst, s.Lanes))
	p.line("NEGQ %s", counter)
}
