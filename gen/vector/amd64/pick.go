package amd64

import (
	"fmt"
	"io"

	"github.com/chainrule-go/chainrule/gen/vector"
)

// pick prints what takes any lanes of one or two registers.
func (p *printer) pick(s *vector.Instr) {
	dst := p.vector(s.Dst, s.Lanes)
	if t, ok := s.Args[0].(vector.Table); ok {
		x, _ := p.argument(s, 1)
		bits, control := 16/int(p.Element)/2, 0 // of a lane's number
		for k := range s.Lanes {
			control |= int(t[k]) << (k * bits)
		}
		p.line("%s $%#x, %s, %s", p.either("VPERMILPS", "VPERMILPD"), control, x, dst)
		return
	}
	index, _ := p.argument(s, 0)
	x, _ := p.argument(s, 1)
	if s.Op == vector.Pick {
		p.line("%s %s, %s, %s", p.either("VPERMPS", "VPERMPD"), x, index, dst)
		return
	}
	y, _ := p.argument(s, 2)
	p.line("%s %s, %s, %s", p.either("VPERMI2PS", "VPERMI2PD"), y, x, dst)
}

// table is a constant that differs from lane to lane.
type table struct {
	vector.Table
	size, lanes int
}

const tables = "lanes<>"

// table names a table.
func (d *data) table(t vector.Table, size, lanes int) string {
	return fmt.Sprintf("%s+%d(SB)", tables, d.tableAt[table{t, size, lanes}])
}

// addTable gives a table its place, once.
func (d *data) addTable(t table) {
	if _, ok := d.tableAt[t]; ok {
		return
	}
	d.tableAt[t] = d.tableSize
	d.tables = append(d.tables, t)
	d.tableSize += t.size * t.lanes
}

// printTables writes them.
func (d *data) printTables(w io.Writer) {
	if len(d.tables) == 0 {
		return
	}
	fmt.Fprint(w, "\n// Constants that differ from lane to lane: the numbers of lanes to be picked.\n")
	for _, t := range d.tables {
		for k := range t.lanes {
			fmt.Fprintf(w, "DATA %s+%d(SB)/%d, $%d\n", tables, d.tableAt[t]+k*t.size, t.size, t.Table[k])
		}
	}
	fmt.Fprintf(w, "GLOBL %s(SB), RODATA|NOPTR, $%d\n", tables, d.tableSize)
}
