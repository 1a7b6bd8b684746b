package gen_test

// wireSource is how the driver of the compiled networks reads and writes numbers.
const wireSource = `// Package wire reads and writes numbers.
package wire

import (
	"bufio"
	"encoding/binary"
	"io"
	"math"
)

type Reader struct{ r *bufio.Reader }

func NewReader(r io.Reader) *Reader { return &Reader{bufio.NewReader(r)} }

func (r *Reader) Float() float64 {
	var b [8]byte
	if _, err := io.ReadFull(r.r, b[:]); err != nil {
		panic(err)
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b[:]))
}

func Fill[F float32 | float64](r *Reader, dst []F) {
	for i := range dst {
		dst[i] = F(r.Float())
	}
}

type Writer struct{ w *bufio.Writer }

func NewWriter(w io.Writer) *Writer { return &Writer{bufio.NewWriter(w)} }

func (w *Writer) Flush() {
	if err := w.w.Flush(); err != nil {
		panic(err)
	}
}

func Put[F float32 | float64](w *Writer, src ...F) {
	for _, v := range src {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(float64(v)))
		w.w.Write(b[:])
	}
}
`
