package runtime

import (
	"math"
	"math/big"
	"testing"
)

// precision of the numbers that the tables are computed from again, in bits.
const precision = 200

func number(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

func product(x, y *big.Float) *big.Float  { return new(big.Float).Mul(x, y) }
func quotient(x, y *big.Float) *big.Float { return new(big.Float).Quo(x, y) }

// series returns Σ term·first, first·ratio(1), first·ratio(1)·ratio(2) ..., each
// member multiplied by weight(n), 200 of them.
func series(first *big.Float, ratio func(n float64) *big.Float, weight func(n float64) *big.Float) *big.Float {
	sum, member := number(0), first
	for n := 0.0; n < 200; n++ {
		if n > 0 {
			member = product(member, ratio(n))
		}
		sum.Add(sum, product(member, weight(n)))
	}
	return sum
}

func nearest(x *big.Float) float64 {
	f, _ := x.Float64()
	return f
}

func TestExp2Table(t *testing.T) {
	root := number(2)
	for range 5 {
		root.Sqrt(root)
	}
	want := number(1)
	for k, got := range exp2Table {
		if w := nearest(want); math.Float64frombits(got) != w {
			t.Errorf("entry %d is %#x, want %#x (%v)", k, got, math.Float64bits(w), w)
		}
		want = product(want, root)
	}
}

func TestLogTable(t *testing.T) {
	for i, got := range logTable {
		middle := math.Float64frombits(0x3fe6700000000000 + uint64(i)<<48 + 1<<47)
		if inverse := math.Round(128/middle) / 128; got.inverse != inverse {
			t.Errorf("entry %d: 1/c is %x, want %x", i, got.inverse, inverse)
		}
		// ln c = -ln v = -2·artanh(a) = -2·Σ a²ⁿ⁺¹/(2n+1), a = (v-1)/(v+1)
		v := number(got.inverse)
		a := quotient(number(0).Sub(v, number(1)), number(0).Add(v, number(1)))
		want := nearest(series(product(number(-2), a),
			func(float64) *big.Float { return product(a, a) },
			func(n float64) *big.Float { return quotient(number(1), number(2*n+1)) }))
		if got.log != want {
			t.Errorf("entry %d: ln c is %x, want %x", i, got.log, want)
		}
	}
}
