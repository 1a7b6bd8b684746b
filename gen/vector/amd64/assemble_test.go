package amd64_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/gen/target"
	"github.com/chainrule-go/chainrule/gen/vector"
	"github.com/chainrule-go/chainrule/gen/vector/amd64"
	"github.com/chainrule-go/chainrule/gen/vector/vectortest"
)

// sample is a compiled kernel with its operands.
type sample struct {
	vectortest.Case
	element vector.Element
	kernel  amd64.Kernel
	ops     kernel.Operands

	want   kernel.Operands // after the kernel ran, once it did
	result float64
}

// wanted returns what the operands and the result should be.
func (s *sample) wanted() (kernel.Operands, float64) {
	if s.want.Arrays == nil {
		s.want, s.result = s.Want(s.ops)
	}
	return s.want, s.result
}

// targets returns the machines that this one can run code for.
func targets(t testing.TB) []*target.Vector {
	info, err := os.ReadFile("/proc/cpuinfo")
	if runtime.GOARCH != "amd64" || err != nil {
		t.Skip("NOT TESTED: this machine does not run amd64 code under Linux")
	}
	has := func(flags ...string) bool {
		for _, f := range flags {
			if !strings.Contains(string(info), " "+f) {
				return false
			}
		}
		return true
	}
	var list []*target.Vector
	if has("avx2", "fma") {
		list = append(list, target.AVX2)
	} else {
		t.Skip("NOT TESTED: this CPU has no AVX2 and FMA")
	}
	if has("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl") {
		list = append(list, target.AVX512)
	} else {
		t.Log("NOT TESTED: AVX-512, which this CPU does not have")
	}
	return list
}

// TestAssembled assembles kernels of every kind and runs them on this CPU.
func TestAssembled(t *testing.T) {
	t.Parallel()
	var samples []*sample
	for _, machine := range targets(t) {
		for _, e := range []vector.Element{vector.Float32, vector.Float64} {
			lanes := machine.Lanes(int(e))
			cases := append(vectortest.Cases(lanes), vectortest.Random(lanes, machine.Registers, 60, uint64(lanes))...)
			cases = append(cases, vectortest.Registry(2*lanes+1, 2, lanes)...)
			for _, c := range cases {
				samples = append(samples, compiled(t, c, machine, e, len(samples)))
			}
		}
	}
	runAll(t, samples, func(s *sample, name string, got kernel.Operands, result float64) {
		want, wantResult := s.wanted()
		if err := s.Compare(s.element, 32, got, want, result, wantResult); err != nil {
			t.Errorf("%s: %v\n%v", name, err, s.kernel.Func)
		}
	})
}

// TestSpecialValues runs everything in the registries on NaN, zeros, denormal and large numbers.
func TestSpecialValues(t *testing.T) {
	t.Parallel()
	special := []float64{math.NaN(), 0, math.Copysign(0, -1), 1e-40, -1e-40, 50, -50, 100, -100, 3, -3, 6, 1, -1}
	var samples []*sample
	for _, machine := range targets(t) {
		for _, e := range []vector.Element{vector.Float32, vector.Float64} {
			for _, c := range vectortest.Registry(len(special)*len(special), machine.Abreast, machine.Lanes(int(e))) {
				s := compiled(t, c, machine, e, len(samples))
				for k, a := range s.Func.Arrays[1:] {
					for i := range s.ops.Arrays[a.Name] {
						s.ops.Arrays[a.Name][i] = vectortest.Round(e, special[[]int{i, i / len(special)}[k%2]%len(special)])
					}
				}
				samples = append(samples, s)
			}
		}
	}
	runAll(t, samples, func(s *sample, name string, got kernel.Operands, _ float64) {
		want, _ := s.wanted()
		eps := map[vector.Element]float64{vector.Float32: 3e-5, vector.Float64: 1e-13}[s.element]
		for i, w := range want.Arrays["out"] {
			if g := got.Arrays["out"][i]; !(math.Abs(g-w) <= eps*max(1, math.Abs(w))) && !(g != g && w != w) {
				var args []float64
				for _, a := range s.Func.Arrays[1:] {
					args = append(args, s.ops.Arrays[a.Name][i])
				}
				t.Errorf("%s of %v is %v, want %v", name, args, g, w)
			}
		}
	})
}

// class is the type of the index of a class of so many bytes.
func class(bytes int) string { return fmt.Sprintf("uint%d", 8*bytes) }

// compiled compiles a case and draws operands for it.
func compiled(t testing.TB, c vectortest.Case, machine *target.Vector, e vector.Element, n int) *sample {
	f, err := vector.Compile(c.Func, machine, e)
	if err != nil {
		t.Fatal(err)
	}
	k := amd64.Kernel{Name: fmt.Sprintf("K%d", n), Func: f}
	for _, a := range c.Func.Arrays {
		if a.Bytes > 0 {
			k.Class = class(a.Bytes)
		}
	}
	return &sample{Case: c, element: e, kernel: k, ops: c.Operands(e, uint64(n))}
}

// runAll builds a program of all samples, runs it and gives the results to check: of operands before a page without
// access, and of operands after one.
func runAll(t testing.TB, samples []*sample, check func(s *sample, name string, got kernel.Operands, result float64)) {
	dir := build(t, samples)
	var in []byte
	for _, s := range samples {
		for _, a := range s.Func.Arrays {
			in = appendAll(in, s.ops.Arrays[a.Name][:s.Len(a)])
		}
		for _, x := range s.Func.Scalars {
			in = appendAll(in, []float64{s.ops.Scalars[x.Name]})
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "in"), in, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "./kernels", "in", "out")
	out, err := os.ReadFile(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	take := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = math.Float64frombits(binary.LittleEndian.Uint64(out[8*i:]))
		}
		out = out[8*n:]
		return x
	}
	for _, s := range samples {
		for _, place := range []string{"before a guard page", "after a guard page"} {
			got := kernel.Operands{Arrays: map[string][]float64{}}
			result := take(1)[0]
			for _, a := range s.Func.Arrays {
				n := s.Len(a)
				got.Arrays[a.Name] = append(take(n), s.ops.Arrays[a.Name][n:]...)
			}
			name := fmt.Sprintf("%s float%d %s %s", s.kernel.Func.Target.Name, 8*s.element, s.Name, place)
			check(s, name, got, result)
		}
	}
}

func appendAll(b []byte, data []float64) []byte {
	for _, x := range data {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	return b
}

// build writes and builds the program; vet compares declarations and assembly.
func build(t testing.TB, samples []*sample) string {
	dir := t.TempDir()
	write(t, dir, "testdata/main.go.txt", samples)
	run(t, dir, "go", "build", "-o", "kernels", ".")
	run(t, dir, "go", "vet", "-asmdecl", ".")
	return dir
}

// write writes a program around the kernels of samples.
func write(t testing.TB, dir, main string, samples []*sample) {
	text, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	var kernels []amd64.Kernel
	for _, s := range samples {
		kernels = append(kernels, s.kernel)
	}
	for name, text := range map[string]string{
		"go.mod": "module kernels\n\ngo 1.25\n", "main.go": string(text), "table.go": table(samples),
		"kernels_amd64.s": amd64.Assembly("", kernels), "kernels_amd64.go": amd64.Stubs("", "main", kernels),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// run runs a command.
func run(t testing.TB, dir, name string, args ...string) string {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%.4000s", name, args, err, out)
	}
	return string(out)
}

// literal prints a number as Go; one that is none by its bits.
func literal(x float64) string {
	if x != x {
		return fmt.Sprintf("math.Float64frombits(%#x)", math.Float64bits(x))
	}
	return fmt.Sprint(x)
}

// table prints the calls of the kernels as Go.
func table(samples []*sample) string {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"math\"\n\t\"unsafe\"\n)\n\nvar _ = math.NaN\n\nvar kernels = []kernel{\n")
	for _, s := range samples {
		var lens, sizes, args, scalars []string
		for i, a := range s.Func.Arrays {
			lens = append(lens, fmt.Sprint(s.Len(a)))
			size := a.Len
			if a.Row > 0 {
				size = a.Row
			}
			element, bytes := fmt.Sprintf("float%d", 8*s.element), int(s.element)
			if a.Bytes > 0 {
				element, bytes = class(a.Bytes), a.Bytes
			}
			args, sizes = append(args, fmt.Sprintf("(*[%d]%s)(p[%d])", size, element, i)), append(sizes, fmt.Sprint(bytes))
		}
		for i, x := range s.Func.Scalars {
			kind := fmt.Sprintf("float%d", 8*s.element)
			switch x.Kind {
			case kernel.Count, kernel.Row:
				kind = "int"
			case kernel.Seed:
				kind = "uint64"
			}
			args = append(args, fmt.Sprintf("%s(s[%d])", kind, i))
			scalars = append(scalars, literal(s.ops.Scalars[x.Name]))
		}
		call := fmt.Sprintf("%s(%s)", s.kernel.Name, strings.Join(args, ", "))
		if s.Func.Result == "" {
			call += "; return 0"
		} else {
			call = "return float64(" + call + ")"
		}
		fmt.Fprintf(&b, "\t{[]int{%s}, []int{%s}, []float64{%s}, %g, %g, func(p []unsafe.Pointer, s []float64) float64 { %s }},\n",
			strings.Join(sizes, ", "), strings.Join(lens, ", "), strings.Join(scalars, ", "), s.Low, s.High, call)
	}
	b.WriteString("}\n")
	return b.String()
}
