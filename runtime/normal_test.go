package runtime

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"testing"
)

// TestNormalBits pins numbers of one stream, and a hash of a million. Processors may not differ in any bit.
func TestNormalBits(t *testing.T) {
	n := normals{random: InitRand(1, "dense1.weight")}
	h := sha256.New()
	for i := range 1_000_000 {
		v := n.next()
		if i < len(firstNormals) && v != firstNormals[i] {
			t.Errorf("number %d is %x, want %x", i, v, firstNormals[i])
		}
		if err := binary.Write(h, binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	const want = "71b8984535f69119b28a7161812681e535c736623a6cee2a91f07f8b201905ba"
	if got := fmt.Sprintf("%x", h.Sum(nil)); got != want {
		t.Errorf("the hash is %s, want %s", got, want)
	}
}

var firstNormals = []float64{0x1.7b96aa5d539ddp-03, -0x1.ddb4ff226286ap-01, -0x1.0568cb261f9e1p+01, -0x1.9a07ac7a7a0a7p-01}

// TestNormalDistribution compares how many of a million numbers are below some bounds with the distribution function, and
// the moments with those of the distribution; neighbours, of which every second one shares a point, are not correlated.
func TestNormalDistribution(t *testing.T) {
	const draws = 1_000_000
	n := normals{random: InitRand(2, "dense1.weight")}
	values := make([]float64, draws)
	for i := range values {
		values[i] = n.next()
	}
	for bound := -4.5; bound <= 4.5; bound += 0.25 {
		below := 0.0
		for _, v := range values {
			if v < bound {
				below++
			}
		}
		p := math.Erfc(-bound/math.Sqrt2) / 2
		if want, deviation := draws*p, math.Sqrt(draws*p*(1-p)); math.Abs(below-want) > 4*deviation+1 {
			t.Errorf("%v numbers are below %v, want %.0f ± %.0f", below, bound, want, 4*deviation)
		}
	}
	var moments [4]float64
	var neighbours, squares float64
	for i, v := range values {
		for k, power := 0, v; k < len(moments); k, power = k+1, power*v {
			moments[k] += power / draws
		}
		if i%2 == 1 {
			neighbours += v * values[i-1] / (draws / 2)
			squares += (v*v - 1) * (values[i-1]*values[i-1] - 1) / (draws / 2)
		}
	}
	for k, want := range []float64{0, 1, 0, 3} { // ± 4 deviations of the mean of so many
		if deviation := []float64{1, math.Sqrt2, math.Sqrt(15), math.Sqrt(96)}[k] / math.Sqrt(draws); math.Abs(moments[k]-want) > 4*deviation {
			t.Errorf("moment %d is %v, want %v ± %v", k+1, moments[k], want, 4*deviation)
		}
	}
	if most := 4 / math.Sqrt(draws/2); math.Abs(neighbours) > most || math.Abs(squares) > 2*most {
		t.Errorf("neighbours are correlated: %v, their squares %v, want at most %v", neighbours, squares, most)
	}
}
