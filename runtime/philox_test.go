package runtime

import (
	"math"
	"testing"
)

// TestPhiloxKnownAnswers holds the answers of Random123's kat_vectors.
func TestPhiloxKnownAnswers(t *testing.T) {
	tests := []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{
			[4]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, [2]uint32{0xffffffff, 0xffffffff},
			[4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
		},
		{
			[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
		},
	}
	for _, test := range tests {
		c, k := test.counter, test.key
		w0, w1, w2, w3 := philox4x32(c[0], c[1], c[2], c[3], k[0], k[1])
		if got := [4]uint32{w0, w1, w2, w3}; got != test.want {
			t.Errorf("counter %x, key %x: got %x, want %x", c, k, got, test.want)
		}
	}
}

func TestPhiloxCounter(t *testing.T) {
	// the third known answer again, its counter and key taken apart
	const seed, stream, step = 0x299f31d0a4093822, 0x0370, 0x734413198a2e
	if got := Philox(seed, stream, step, 0x85a308d3, 0x243f6a88); got[0] != 0xd16cfe09 {
		t.Errorf("got %x, want the counter block, row, step, stream<<16 | step>>32 and the key seed", got)
	}
	if Philox(1, 2, 3, 4, 5) != Philox(1, 2, 3+1<<48, 4, 5) {
		t.Error("the part of a step from 2⁴⁸ on spills into the stream")
	}
}

func TestUniform(t *testing.T) {
	const seed, stream, step, rows, elements = 7, 3, 11, 500, 10
	var sum, squares float64
	var below [4]int // by word
	for row := range uint32(rows) {
		for e := range uint32(elements) {
			u := DropoutUniform(seed, stream, step, row, e)
			word := Philox(seed, stream, step, row, e/4)[e%4]
			if u != float32(word>>8)/(1<<24) || u < 0 || u >= 1 {
				t.Fatalf("row %d, element %d: got %v of the word %x", row, e, u, word)
			}
			u4 := Uniform32(seed, stream, step, row, int(e/4))
			u8 := Uniform64(seed, stream, step, row, int(e/4))
			if u4[e%4] != u || u8[e%4] != float64(u) {
				t.Fatalf("row %d, element %d: alone %v, among four %v and %v", row, e, u, u4[e%4], u8[e%4])
			}
			sum += float64(u)
			squares += float64(u) * float64(u)
			if u < 0.25 {
				below[e%4]++
			}
		}
	}
	const n = rows * elements
	mean, variance := sum/n, squares/n-sum/n*sum/n
	if math.Abs(mean-1./2) > 4*math.Sqrt(1./12/n) || math.Abs(variance-1./12) > 0.004 {
		t.Errorf("mean is %v, variance is %v, want about 1/2 and 1/12", mean, variance)
	}
	for word, count := range below {
		of := rows * []int{3, 3, 2, 2}[word]
		if got := float64(count) / float64(of); math.Abs(got-0.25) > 0.05 {
			t.Errorf("word %d: %v of the numbers are below 1/4", word, got)
		}
	}
}

func BenchmarkUniform32(b *testing.B) {
	var sum float32
	for n := range b.N {
		u := Uniform32(1, 2, 3, 4, n)
		sum += u[0] + u[1] + u[2] + u[3]
	}
	sink = sum
}

// sink keeps the compiler from dropping what a benchmark computes.
var sink float32
