//go:build !purego

#include "textflag.h"

// CHAINS is one turn: twelve times a = a·x + y. No chain waits for another.
#define CHAINS(MADD, x, y, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11) \
	MADD y, x, a0; \
	MADD y, x, a1; \
	MADD y, x, a2; \
	MADD y, x, a3; \
	MADD y, x, a4; \
	MADD y, x, a5; \
	MADD y, x, a6; \
	MADD y, x, a7; \
	MADD y, x, a8; \
	MADD y, x, a9; \
	MADD y, x, a10; \
	MADD y, x, a11

// func multiplyAdd8(turns int, x, y float32)
TEXT ·multiplyAdd8(SB), NOSPLIT, $0-16
	MOVQ turns+0(FP), CX
	VBROADCASTSS x+8(FP), Y12
	VBROADCASTSS y+12(FP), Y13
	VXORPS X0, X0, X0
	VXORPS X1, X1, X1
	VXORPS X2, X2, X2
	VXORPS X3, X3, X3
	VXORPS X4, X4, X4
	VXORPS X5, X5, X5
	VXORPS X6, X6, X6
	VXORPS X7, X7, X7
	VXORPS X8, X8, X8
	VXORPS X9, X9, X9
	VXORPS X10, X10, X10
	VXORPS X11, X11, X11
	TESTQ CX, CX
	JLE done
loop:
	CHAINS(VFMADD213PS, Y12, Y13, Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11)
	DECQ CX
	JNE loop
done:
	VZEROUPPER
	RET

// func multiplyAdd4(turns int, x, y float64)
TEXT ·multiplyAdd4(SB), NOSPLIT, $0-24
	MOVQ turns+0(FP), CX
	VBROADCASTSD x+8(FP), Y12
	VBROADCASTSD y+16(FP), Y13
	VXORPS X0, X0, X0
	VXORPS X1, X1, X1
	VXORPS X2, X2, X2
	VXORPS X3, X3, X3
	VXORPS X4, X4, X4
	VXORPS X5, X5, X5
	VXORPS X6, X6, X6
	VXORPS X7, X7, X7
	VXORPS X8, X8, X8
	VXORPS X9, X9, X9
	VXORPS X10, X10, X10
	VXORPS X11, X11, X11
	TESTQ CX, CX
	JLE done
loop:
	CHAINS(VFMADD213PD, Y12, Y13, Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11)
	DECQ CX
	JNE loop
done:
	VZEROUPPER
	RET

// func multiplyAdd16(turns int, x, y float32)
TEXT ·multiplyAdd16(SB), NOSPLIT, $0-16
	MOVQ turns+0(FP), CX
	VBROADCASTSS x+8(FP), Z12
	VBROADCASTSS y+12(FP), Z13
	VXORPS X0, X0, X0
	VXORPS X1, X1, X1
	VXORPS X2, X2, X2
	VXORPS X3, X3, X3
	VXORPS X4, X4, X4
	VXORPS X5, X5, X5
	VXORPS X6, X6, X6
	VXORPS X7, X7, X7
	VXORPS X8, X8, X8
	VXORPS X9, X9, X9
	VXORPS X10, X10, X10
	VXORPS X11, X11, X11
	TESTQ CX, CX
	JLE done
loop:
	CHAINS(VFMADD213PS, Z12, Z13, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11)
	DECQ CX
	JNE loop
done:
	VZEROUPPER
	RET

// func multiplyAdd8Wide(turns int, x, y float64)
TEXT ·multiplyAdd8Wide(SB), NOSPLIT, $0-24
	MOVQ turns+0(FP), CX
	VBROADCASTSD x+8(FP), Z12
	VBROADCASTSD y+16(FP), Z13
	VXORPS X0, X0, X0
	VXORPS X1, X1, X1
	VXORPS X2, X2, X2
	VXORPS X3, X3, X3
	VXORPS X4, X4, X4
	VXORPS X5, X5, X5
	VXORPS X6, X6, X6
	VXORPS X7, X7, X7
	VXORPS X8, X8, X8
	VXORPS X9, X9, X9
	VXORPS X10, X10, X10
	VXORPS X11, X11, X11
	TESTQ CX, CX
	JLE done
loop:
	CHAINS(VFMADD213PD, Z12, Z13, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11)
	DECQ CX
	JNE loop
done:
	VZEROUPPER
	RET
