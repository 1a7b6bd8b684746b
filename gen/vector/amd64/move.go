package amd64

import "github.com/chainrule-go/chainrule/gen/vector"

// load prints a load: of one element into every lane, of some lanes, under a mask.
func (p *printer) load(s *vector.Instr) {
	if p.integers(s) {
		return
	}
	from, broadcast := p.argument(s, 0)
	dst := p.vector(s.Dst, s.Lanes)
	switch {
	case broadcast && s.Lanes*int(p.Element) == 16 && p.Element == vector.Float64:
		p.line("VMOVDDUP %s, %s", from, dst)
	case broadcast:
		p.line("%s %s, %s", p.opcode(vector.Splat), from, dst)
	case s.Mask == 0:
		p.line("%s %s, %s", p.mover(s.Lanes), from, dst)
	case p.Target.Masks > 0:
		p.line("%s.Z %s, %s, %s", p.mover(s.Lanes), from, p.mask(s.Mask, s.Lanes), dst)
	default:
		p.line("%s %s, %s, %s", p.either("VMASKMOVPS", "VMASKMOVPD"), from, p.mask(s.Mask, s.Lanes), dst)
	}
}

// widen prints a load of unsigned integers, and what makes numbers of them.
func (p *printer) widen(s *vector.Instr) {
	from, _ := p.argument(s, 0)
	words := p.vector(s.Dst, s.Lanes*4/int(p.Element)) // of 4 bytes each
	p.line("%s %s, %s", map[int]string{1: "VPMOVZXBD", 2: "VPMOVZXWD"}[p.Step(s.Args[0].(vector.Mem).Base)], from, words)
	p.line("%s %s, %s", p.either("VCVTDQ2PS", "VCVTDQ2PD"), words, p.vector(s.Dst, s.Lanes))
}

// loadHigh prints a load into the upper half of a register of 64 bytes, under a mask.
func (p *printer) loadHigh(s *vector.Instr) {
	from, _ := p.argument(s, 1)
	p.line("%s %s, %s, %s", p.either("VBROADCASTF32X8", "VBROADCASTF64X4"), from, p.mask(s.Mask, s.Lanes), p.vector(s.Dst, s.Lanes))
}

// store prints a store, under a mask if it has one.
func (p *printer) store(s *vector.Instr) {
	x, _ := p.argument(s, 0)
	to, _ := p.argument(s, 1)
	switch {
	case s.Mask == 0:
		p.line("%s %s, %s", p.mover(s.Lanes), x, to)
	case p.Target.Masks > 0:
		p.line("%s %s, %s, %s", p.mover(s.Lanes), x, p.mask(s.Mask, s.Lanes), to)
	default:
		p.line("%s %s, %s, %s", p.either("VMASKMOVPS", "VMASKMOVPD"), x, p.mask(s.Mask, s.Lanes), to)
	}
}

// mover is the instruction that loads or stores so many lanes, at any address.
func (p *printer) mover(lanes int) string {
	switch lanes * int(p.Element) {
	case 4:
		return "VMOVSS"
	case 8:
		return "VMOVSD"
	}
	return p.either("VMOVUPS", "VMOVUPD")
}

// shuffle prints what moves elements between lanes.
func (p *printer) shuffle(s *vector.Instr) {
	first := s.Args[0].(vector.Reg)
	x, dst := p.vector(first, s.Lanes), p.vector(s.Dst, s.Lanes)
	bytes := s.Lanes * int(p.Element)
	wide := p.Target.Bytes == 64
	switch s.Op {
	case vector.Splat:
		code := p.opcode(vector.Splat)
		if bytes == 16 && p.Element == vector.Float64 {
			code = "VMOVDDUP"
		}
		p.line("%s %s, %s", code, p.vector(first, 1), dst)
		return
	case vector.High:
		half := p.vector(s.Dst, s.Lanes/2)
		switch {
		case bytes == 64:
			p.line("VEXTRACTF64X4 $1, %s, %s", x, half)
		case bytes == 32 && wide:
			p.line("VEXTRACTF32X4 $1, %s, %s", x, half)
		case bytes == 32:
			p.line("VEXTRACTF128 $1, %s, %s", x, half)
		case bytes == 16:
			p.line("VPERMILPD $1, %s, %s", x, half)
		default:
			p.line("VMOVSHDUP %s, %s", x, half)
		}
		return
	}
	y := p.vector(s.Args[1].(vector.Reg), s.Lanes)
	pairs := s.Imm*int(p.Element) == 8
	switch {
	case s.Op == vector.JoinEven && bytes == 64:
		p.line("VSHUFF64X2 $0x88, %s, %s, %s", y, x, dst)
	case s.Op == vector.JoinEven && wide:
		p.line("VSHUFF64X2 $0, %s, %s, %s", y, x, dst)
	case s.Op == vector.JoinEven:
		p.line("VPERM2F128 $0x20, %s, %s, %s", y, x, dst)
	case s.Op == vector.JoinOdd && bytes == 64:
		p.line("VSHUFF64X2 $0xdd, %s, %s, %s", y, x, dst)
	case s.Op == vector.JoinOdd && wide:
		p.line("VSHUFF64X2 $3, %s, %s, %s", y, x, dst)
	case s.Op == vector.JoinOdd:
		p.line("VPERM2F128 $0x31, %s, %s, %s", y, x, dst)
	case s.Op == vector.ZipLow && pairs:
		p.line("VUNPCKLPD %s, %s, %s", y, x, dst)
	case s.Op == vector.ZipLow:
		p.line("VUNPCKLPS %s, %s, %s", y, x, dst)
	case pairs:
		p.line("VUNPCKHPD %s, %s, %s", y, x, dst)
	default:
		p.line("VUNPCKHPS %s, %s, %s", y, x, dst)
	}
}
