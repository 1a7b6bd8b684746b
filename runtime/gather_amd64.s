//go:build !purego

#include "textflag.h"

// func gatherRows(dst, src unsafe.Pointer, rows []int, size int)
//
//	for n, row := range rows {
//		copy(dst[n*size:(n+1)*size], src[row*size:])
//	}
//
// A size of at least 32 bytes is copied 128 and 32 bytes at a time. What is left are the last 32 bytes of the row, some of
// which are copied twice.
//
// registers: DI dst; SI row of src; R8 src; R9 size; R10 rows; CX rows that are left; BX bytes of the row that are left
TEXT ·gatherRows(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), R8
	MOVQ rows_base+16(FP), R10
	MOVQ rows_len+24(FP), CX
	MOVQ size+40(FP), R9
	TESTQ CX, CX
	JEQ done

row:
	MOVQ (R10), SI
	IMULQ R9, SI
	ADDQ R8, SI
	MOVQ R9, BX
	SUBQ $128, BX
	JLT few

four:
	VMOVUPS (SI), Y0
	VMOVUPS 32(SI), Y1
	VMOVUPS 64(SI), Y2
	VMOVUPS 96(SI), Y3
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, 64(DI)
	VMOVUPS Y3, 96(DI)
	ADDQ $128, SI
	ADDQ $128, DI
	SUBQ $128, BX
	JGE four

few:
	ADDQ $96, BX // the bytes that are left, without 32
	JLT rest

one:
	VMOVUPS (SI), Y0
	VMOVUPS Y0, (DI)
	ADDQ $32, SI
	ADDQ $32, DI
	SUBQ $32, BX
	JGE one

rest:
	ADDQ $32, BX
	JEQ next
	ADDQ BX, SI
	ADDQ BX, DI
	VMOVUPS -32(SI), Y0
	VMOVUPS Y0, -32(DI)

next:
	ADDQ $8, R10
	DECQ CX
	JNE row
	VZEROUPPER

done:
	RET
