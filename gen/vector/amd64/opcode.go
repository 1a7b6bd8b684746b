package amd64

import (
	"fmt"

	"github.com/chainrule-go/chainrule/gen/vector"
)

// opcodes are the instructions on single and on double precision: dst = x op y.
var opcodes = map[vector.Op][2]string{
	vector.Add: {"VADDPS", "VADDPD"}, vector.Sub: {"VSUBPS", "VSUBPD"},
	vector.Mul: {"VMULPS", "VMULPD"}, vector.Div: {"VDIVPS", "VDIVPD"},
	vector.Max: {"VMAXPS", "VMAXPD"}, vector.Min: {"VMINPS", "VMINPD"},
	vector.And: {"VANDPS", "VANDPD"}, vector.Or: {"VORPS", "VORPD"}, vector.Xor: {"VXORPS", "VXORPD"},
	vector.AddInt: {"VPADDD", "VPADDQ"}, vector.SubInt: {"VPSUBD", "VPSUBQ"},
	vector.Fma: {"VFMADD%sPS", "VFMADD%sPD"}, vector.Fms: {"VFMSUB%sPS", "VFMSUB%sPD"}, vector.Fnma: {"VFNMADD%sPS", "VFNMADD%sPD"},
	vector.Sqrt: {"VSQRTPS", "VSQRTPD"}, vector.Move: {"VMOVAPS", "VMOVAPD"},
	vector.ShiftLeft: {"VPSLLD", "VPSLLQ"}, vector.ShiftRight: {"VPSRLD", "VPSRLQ"},
	vector.MulWord: {"VPMULUDQ", "VPMULUDQ"}, vector.FromInt: {"VCVTDQ2PS", ""},
	vector.Compare: {"VCMPPS", "VCMPPD"},
	vector.Splat:   {"VBROADCASTSS", "VBROADCASTSD"},
}

// relations are the immediate operands of comparisons.
var relations = map[vector.Relation]int{
	vector.Equal: 0, vector.Less: 1, vector.LessEqual: 2, vector.Unordered: 3, vector.NotLess: 5, vector.NotLessEqual: 6,
	vector.NotGreaterEqual: 9, vector.NotGreater: 10, vector.GreaterEqual: 13, vector.Greater: 14,
}

// opcode returns the instruction of an operation for the type of the elements.
func (p *printer) opcode(op vector.Op) string { return p.either(opcodes[op][0], opcodes[op][1]) }

// either returns its first argument for single precision, its second for double precision.
func (p *printer) either(single, double string) string {
	if p.Element == vector.Float32 {
		return single
	}
	return double
}

// instr prints one instruction.
func (p *printer) instr(s *vector.Instr) {
	switch s.Op {
	case vector.Load:
		p.load(s)
	case vector.Widen:
		p.widen(s)
	case vector.Store:
		p.store(s)
	case vector.Zero:
		p.zero(s.Dst)
	case vector.LoadHigh:
		p.loadHigh(s)
	case vector.Tail, vector.TailHigh:
		p.tail(s)
	case vector.First:
		p.first(s)
	case vector.Fma, vector.Fms, vector.Fnma:
		p.fused(s)
	case vector.Counter:
		p.counter(s)
	case vector.Keep, vector.Select:
		p.choice(s)
	case vector.AddKept:
		y, suffix := p.operand(s, 1)
		p.line("%s%s %s, %s, %s, %s", p.opcode(vector.Add), suffix, y, p.vector(s.Dst, s.Lanes), p.mask(s.Mask, s.Lanes), p.vector(s.Dst, s.Lanes))
	case vector.Pick, vector.PickTwo:
		p.pick(s)
	case vector.High, vector.ZipLow, vector.ZipHigh, vector.JoinEven, vector.JoinOdd, vector.Splat:
		p.shuffle(s)
	default:
		p.plain(s)
	}
}

// plain prints operations of one or two arguments.
func (p *printer) plain(s *vector.Instr) {
	last, suffix := p.operand(s, len(s.Args)-1)
	code := p.opcode(s.Op) + suffix
	dst := p.vector(s.Dst, s.Lanes)
	switch {
	case s.Op == vector.ShiftLeft || s.Op == vector.ShiftRight:
		p.line("%s $%d, %s, %s", code, s.Imm, last, dst)
	case s.Op == vector.UpperWord:
		p.line("VPSRLQ $32, %s, %s", last, dst)
	case s.Op == vector.RaiseWord:
		p.line("VPSLLQ $32, %s, %s", last, dst)
	case s.Op == vector.Compare:
		x, _ := p.argument(s, 0)
		p.line("%s $%d, %s, %s, %s", code, relations[vector.Relation(s.Imm)], last, x, p.mask(s.Dst, s.Lanes))
	case len(s.Args) == 1:
		p.line("%s %s, %s", code, last, dst)
	default:
		x, _ := p.argument(s, 0)
		p.line("%s %s, %s, %s", code, last, x, dst)
	}
}

// operand prints an argument and the suffix of an instruction that broadcasts it.
func (p *printer) operand(s *vector.Instr, i int) (text, suffix string) {
	text, broadcast := p.argument(s, i)
	if broadcast {
		suffix = ".BCST"
	}
	return text, suffix
}

// fused prints a multiplication and addition in the form that has the result where an argument lies.
func (p *printer) fused(s *vector.Instr) {
	at := func(i int) bool {
		r, ok := s.Args[i].(vector.Reg)
		return ok && p.Regs[r].Place == p.Regs[s.Dst].Place
	}
	_, register := s.Args[1].(vector.Reg)
	form, last, middle := "213", 2, 0 // dst = y: x·dst + c
	switch {
	case at(2):
		form, last, middle = "231", 1, 0
	case at(0) && !register:
		form, last, middle = "132", 1, 2
	case at(0):
		form, last, middle = "213", 2, 1
	}
	text, suffix := p.operand(s, last)
	other, _ := p.argument(s, middle)
	p.line("%s%s %s, %s, %s", fmt.Sprintf(p.opcode(s.Op), form), suffix, text, other, p.vector(s.Dst, s.Lanes))
}

// choice prints what depends on a mask.
func (p *printer) choice(s *vector.Instr) {
	x, _ := p.argument(s, 0)
	mask, dst := p.mask(s.Mask, s.Lanes), p.vector(s.Dst, s.Lanes)
	masks := p.Target.Masks > 0
	switch {
	case s.Op == vector.Keep && masks:
		p.line("%s.Z %s, %s, %s", p.either("VMOVUPS", "VMOVUPD"), x, mask, dst)
	case s.Op == vector.Keep:
		p.line("%s %s, %s, %s", p.either("VANDPS", "VANDPD"), x, mask, dst)
	case masks:
		y, _ := p.argument(s, 1)
		p.line("%s %s, %s, %s, %s", p.either("VBLENDMPS", "VBLENDMPD"), x, y, mask, dst)
	default:
		y, _ := p.argument(s, 1)
		p.line("%s %s, %s, %s, %s", p.either("VBLENDVPS", "VBLENDVPD"), mask, x, y, dst)
	}
}

// zero prints the shortest way to a register of zeros: of its 128-bit form, which clears the rest, too.
func (p *printer) zero(r vector.Reg) {
	x, code := p.vector(r, 1), "VXORPS"
	if p.Regs[r].Place >= 16 {
		code = "VPXORD"
	}
	p.line("%s %s, %s, %s", code, x, x, x)
}

// tail prints the mask of the first lanes.
func (p *printer) tail(s *vector.Instr) {
	if p.Target.Masks == 0 {
		p.line("VMOVUPS %s, %s", p.data.tail(s.Imm, int(p.Element)), p.vector(s.Dst, s.Lanes))
		return
	}
	bits := 1<<s.Imm - 1
	if s.Op == vector.TailHigh {
		bits <<= s.Lanes / 2
	}
	p.line("MOVL $%#x, %s", bits, scratch)
	p.line("KMOVW %s, %s", scratch, p.mask(s.Dst, s.Lanes))
}
