//go:build amd64 && !purego && unix

package runtime

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"unsafe"
)

// onEveryTier runs a test with every kind of code that the processor has.
func onEveryTier(t *testing.T, test func(t *testing.T)) {
	best := tier
	defer func() { tier = best }()
	for tier = TierGeneric; tier <= processorTier(); tier++ {
		t.Run(tier.String(), test)
	}
	if processorTier() < TierAVX512 {
		t.Logf("NOT TESTED: tiers above %s, which this processor does not have", processorTier())
	}
}

// guarded returns n elements between pages without access: right after one, or right before one.
func guarded[F Float](t *testing.T, n int, atEnd bool) []F {
	t.Helper()
	var zero F
	size := n * int(unsafe.Sizeof(zero))
	page := syscall.Getpagesize()
	inner := max(1, (size+page-1)/page) * page
	memory, err := syscall.Mmap(-1, 0, inner+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(memory) })
	for _, p := range [][]byte{memory[:page], memory[page+inner:]} {
		if err := syscall.Mprotect(p, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	at := page
	if atEnd {
		at += inner - size
	}
	return unsafe.Slice((*F)(unsafe.Pointer(&memory[at])), n)
}

// lengths are those around the vectors of every tier, and longer ones than one call takes.
var lengths = []int{1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 47, 63, 64, 65, 130, callElements + 77}

// TestTiersUpdateAlike makes 100 updates with every optimizer on every tier: the bits are those of the portable code. All
// memory lies between pages without access.
func TestTiersUpdateAlike(t *testing.T) {
	t.Run("float32", updateAlike[float32])
	t.Run("float64", updateAlike[float64])
}

func updateAlike[F Float](t *testing.T) {
	for i, test := range optimizerTests {
		var want [][]F // by length
		for _, n := range lengths {
			tier = TierGeneric
			want = append(want, updated(t, test.optimizer, make([]F, n), make([]F, n)))
		}
		tier = VectorTier()
		onEveryTier(t, func(t *testing.T) {
			for k, n := range lengths {
				atEnd := (i+k)%2 == 0
				got := updated(t, test.optimizer, guarded[F](t, n, atEnd), guarded[F](t, n, !atEnd))
				if !slices.Equal(got, want[k]) {
					t.Errorf("%#v on %d elements: not the bits of portable code", test.optimizer, n)
				}
			}
		})
	}
}

// updated returns p after 100 updates with random gradients g.
func updated[F Float](t *testing.T, o Optimizer, p, g []F) []F {
	t.Helper()
	r := rand.New(rand.NewPCG(1, uint64(len(p))))
	for i := range p {
		p[i] = F(r.NormFloat64())
	}
	u := newUpdater(o, p, g, []span{{0, len(p)}})
	for i := range u.runs { // the state lies between pages without access, too
		for k, s := range u.runs[i].state {
			u.runs[i].state[k] = guarded[F](t, len(s), k == 0)
			copy(u.runs[i].state[k], s)
		}
	}
	steps := 100
	if len(p) > 1000 {
		steps = 3
	}
	for range steps {
		for i := range g {
			g[i] = F(r.NormFloat64() * math.Exp(4*r.NormFloat64()))
		}
		u.step(o.rate())
	}
	return p
}

// TestClipOnEveryTier clips gradients of every length and compares them with float64.
func TestClipOnEveryTier(t *testing.T) {
	onEveryTier(t, func(t *testing.T) {
		clipped[float32](t, 1e-5)
		clipped[float64](t, 1e-12)
	})
}

func clipped[F Float](t *testing.T, tolerance float64) {
	r := rand.New(rand.NewPCG(2, 3))
	for _, n := range lengths {
		g, before := guarded[F](t, n, n%2 == 0), make([]F, n)
		norm := 0.0
		for i := range g {
			before[i] = F(10 * r.NormFloat64())
			bounded := min(max(before[i], -8), 8)
			norm += float64(bounded) * float64(bounded)
		}
		copy(g, before)
		clip := Clip{Value: 8, Norm: math.Sqrt(norm) / 3}
		if !clipGradient([]run[F]{{g: g}}, clip, false) {
			t.Errorf("%d elements: not finite", n)
		}
		factor := clip.Norm / (math.Sqrt(norm) + 1e-6)
		for i, x := range before {
			if want := float64(min(max(x, -8), 8)) * factor; math.Abs(float64(g[i])-want) > tolerance*math.Abs(want) {
				t.Fatalf("element %d of %d, which was %v, is %v, want %v", i, n, x, g[i], want)
			}
		}
		for i := 0; i < n; i += max(1, n/100) {
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				good := g[i]
				if g[i] = F(bad); allFinite(g) {
					t.Errorf("element %d of %d is %v, but all are said to be finite", i, n, bad)
				}
				g[i] = good
			}
		}
	}
	if huge := []F{F(1e30), 0, F(1e30)}; !clipGradient([]run[F]{{g: huge}}, Clip{Norm: 1}, false) || math.Abs(float64(huge[0])-math.Sqrt(0.5)) > 1e-6 {
		t.Errorf("1e30, 0, 1e30 clipped to 1 is %v", huge)
	}
}

// BenchmarkUpdate measures updates of 1,000 and of 100,000 parameters, tier by tier, in ns per parameter.
func BenchmarkUpdate(b *testing.B) {
	best := tier
	defer func() { tier = best }()
	for _, n := range []int{1_000, 100_000} {
		for _, o := range []Optimizer{
			SGD{LearningRate: 1e-3}, Momentum{LearningRate: 1e-3, Momentum: 0.9}, Nesterov{LearningRate: 1e-3, Momentum: 0.9},
			RMSProp{LearningRate: 1e-3, Alpha: 0.99, Epsilon: 1e-8}, Adagrad{LearningRate: 1e-3, Epsilon: 1e-10},
			Adam{LearningRate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8},
		} {
			for tier = TierGeneric; tier <= processorTier(); tier++ {
				b.Run(fmt.Sprintf("%T/%d/%s", o, n, tier), func(b *testing.B) { benchUpdate(b, o, n) })
			}
		}
		for tier = TierGeneric; tier <= processorTier(); tier++ {
			b.Run(fmt.Sprintf("Clip/%d/%s", n, tier), func(b *testing.B) {
				g := slices.Repeat([]float32{0.5}, n)
				for b.Loop() {
					clipGradient([]run[float32]{{g: g}}, Clip{Norm: 1e6}, false)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/parameter")
			})
		}
	}
}

func benchUpdate(b *testing.B, o Optimizer, n int) {
	p, g := slices.Repeat([]float32{1}, n), slices.Repeat([]float32{0.5}, n)
	u := newUpdater(o, p, g, []span{{0, n}})
	b.ReportAllocs()
	for b.Loop() {
		u.step(1e-3)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/parameter")
}
