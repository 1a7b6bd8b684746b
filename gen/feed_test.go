package gen_test

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/chainrule-go/chainrule/gen/graph"
)

// feed writes parameters, rows and targets as the driver reads them.
func (s *subject) feed(in *bytes.Buffer) {
	put := func(list []float64) {
		for _, v := range list {
			binary.Write(in, binary.LittleEndian, v)
		}
	}
	put([]float64{float64(s.env.Rows)})
	for _, v := range s.graph.Parameters() {
		memory := make([]float64, count(v))
		for i, e := range s.env.Leaves[v.Ref()] {
			memory[s.inMemory(v, i)] = e
		}
		put(memory)
	}
	put(s.env.Leaves["x"])
	put(s.env.Leaves["t"])
	put(s.env.Weights)
}

// outcome reads what the driver wrote, and cuts it off.
func (s *subject) outcome(out *[]byte) outcome {
	take := func(n int) []float64 {
		list := make([]float64, n)
		for i := range list {
			list[i] = math.Float64frombits(binary.LittleEndian.Uint64((*out)[8*i:]))
		}
		*out = (*out)[8*n:]
		return list
	}
	outputs := s.env.Rows * count(s.graph.Output)
	o := outcome{loss: take(1)[0]}
	for _, v := range s.graph.Parameters() {
		memory, d := take(count(v)), make([]float64, count(v))
		for i := range d {
			d[i] = memory[s.inMemory(v, i)]
		}
		o.gradient = append(o.gradient, d)
	}
	o.calmLoss, o.output, o.prediction = take(1)[0], take(outputs), take(outputs)
	if s.random() {
		o.masked = take(2 * s.env.Rows)
	}
	rest := take(8)
	o.flaws = flaws{allocations: rest[0], step: rest[1], numbers: rest[2], rest: rest[3], sizes: rest[4], misaligned: rest[5], moved: rest[6], folded: rest[7]}
	return o
}

// inMemory returns where element i of a parameter lies.
func (s *subject) inMemory(v *graph.Value, i int) int {
	at, strides := 0, s.net.Program.Plan.Strides(v)
	for axis := len(v.Axes) - 1; axis >= 0; axis-- {
		at += i % v.Axes[axis].Size * strides[axis]
		i /= v.Axes[axis].Size
	}
	return at
}
