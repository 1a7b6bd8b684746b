package amd64

import (
	"fmt"
	"io"

	"github.com/chainrule-go/chainrule/gen/vector"
)

// integers prints a load of integers of 8 bytes: a scalar operand, or those of the ramp; or of a table.
func (p *printer) integers(s *vector.Instr) bool {
	dst := p.vector(s.Dst, s.Lanes)
	switch a := s.Args[0].(type) {
	case vector.Word:
		p.line("VPBROADCASTQ %s, %s", p.frame.at(a.Name), dst)
	case vector.Table:
		p.line("%s %s, %s", p.mover(s.Lanes), p.data.table(a, int(p.Element), s.Lanes), dst)
	case vector.Ramp:
		p.line("VMOVUPS %s(SB), %s", ramp, dst)
	default:
		return false
	}
	return true
}

// counter prints how the counter of a loop comes to every 8 bytes.
func (p *printer) counter(s *vector.Instr) {
	p.line("VMOVQ %s, %s", p.general(s.Args[0].(vector.Reg)), p.vector(s.Dst, 1))
	p.line("VPBROADCASTQ %s, %s", p.vector(s.Dst, 1), p.vector(s.Dst, s.Lanes))
}

// ramp is the table of the integers 0, 2, 4, …
const ramp = "ramp<>"

// printRamp writes it.
func printRamp(w io.Writer) {
	fmt.Fprint(w, "\n// 0, 2, 4, … in 8 bytes each.\n")
	const bytes = 64
	for i := 0; i < bytes; i += 8 {
		fmt.Fprintf(w, "DATA %s+%d(SB)/8, $%d\n", ramp, i, i/4)
	}
	fmt.Fprintf(w, "GLOBL %s(SB), RODATA|NOPTR, $%d\n", ramp, bytes)
}
