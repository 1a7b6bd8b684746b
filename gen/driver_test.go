package gen_test

import (
	"fmt"
	"runtime"
	"text/template"

	"github.com/chainrule-go/chainrule/gen/spec"
)

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

// runSource runs one network: gradients, loss, outputs and predictions of its rows; then what must be 0: allocations,
// parameters that StepSGD does not set to p − rate·g, batches of 1 … Most rows with a gradient that is not the mean of those of
// their rows, or a wrong step, outputs that are numbers although an input is none, and what
// is not 0 in the gradient of no rows.
const runSource = `	func() {
		var p, g {{.N}}Params
		work, misaligned := new({{.N}}Work), 0
		rows := int(r.Float())
{{- if .Aligned}}
		heap = append(heap, work)
		c := &work.columns
		for _, at := range []unsafe.Pointer{unsafe.Pointer(&c.scratch), unsafe.Pointer(&c.target), unsafe.Pointer(&c.scale), unsafe.Pointer(&c.x), unsafe.Pointer(&work.g)} {
			if uintptr(at)%64 != 0 {
				misaligned++
			}
		}
{{- end}}
		wire.Fill(r, p[:{{.Trained}}])
		x, y, target := make([][{{.Inputs}}]{{.Float}}, rows), make([][{{.Outputs}}]{{.Float}}, rows), make([]{{.Target}}, rows)
		for n := range x {
			wire.Fill(r, x[n][:])
		}
		for n := range target {
{{- if .Classes}}
			target[n] = {{.Target}}(r.Float())
{{- else}}
			wire.Fill(r, target[n][:])
{{- end}}
		}
{{- if .Weight}}
		weight := make([]{{.Float}}, rows)
		wire.Fill(r, weight)
{{- end}}
{{- if .Random}}
		work.Seed, work.Step = {{.DropSeed}}, {{.DropStep}}
{{- end}}
		wire.Put(w, {{.N}}Gradients(&g, work, x, target, {{.Weight}}&p))
		wire.Put(w, g[:{{.Trained}}]...)
		wire.Put(w, {{.N}}Loss(work, x, target, {{.Weight}}&p))
		{{.N}}ForwardBatch(y, x, &p, new({{.N}}Batch))
		for n := range y {
			wire.Put(w, y[n][:]...)
		}
		for n := range x {
{{- if .Classes}}
			{{.N}}Predict(&y[n], &x[n], &p)
			wire.Put(w, y[n][:]...)
{{- else}}
			t := {{.N}}Predict(&x[n], &p)
			wire.Put(w, {{range $i, $t := .Targets}}{{if $i}}, {{end}}t.{{$t}}{{end}})
{{- end}}
		}

		allocations := testing.AllocsPerRun(1, func() {
			{{.N}}Gradients(&g, work, x, target, {{.Weight}}&p)
			{{.N}}Loss(work, x, target, {{.Weight}}&p)
			{{.N}}Forward(&y[0], &x[0], &p)
		})
		q, wrong := p, 0
		allocations += testing.AllocsPerRun(1, func() {
			q = p
			{{.N}}StepSGD(&q, work, x, target, {{.Weight}}0.25)
		})
		off := 0.0 // vector code rounds rate·g and the difference together
		if os.Getenv("CHAINRULE_TIER") != "generic" {
			off = {{if eq .Float "float32"}}5e-7{{else}}1e-15{{end}}
		}
		for i := range p {
			want := float64(p[i] - {{.Float}}(0.25*g[i]))
			if math.Abs(float64(q[i])-want) > off*(math.Abs(float64(p[i]))+math.Abs(float64(g[i]))) {
				wrong++
			}
		}
{{- if .Most}}
		sizes := 0
		if os.Getenv("CHAINRULE_TIER") != "generic" {
			single := make([][]float64, rows) // by portable code
			for n := range single {
				{{.N}}Gradients(&g, work, x[n:n+1], target[n:n+1], {{if .Weight}}weight[n:n+1], {{end}}&p)
				for _, v := range g {
					single[n] = append(single[n], float64(v))
				}
			}
			batch, wanted := x[:0:0], target[:0:0]
{{- if .Weight}}
			weight, each := weight[:0:0], weight
{{- end}}
			sum := make([]float64, len(p))
			for size := 1; size <= {{.Most}}; size++ {
				n := (size - 1) % rows
				batch, wanted = append(batch, x[n]), append(wanted, target[n])
{{- if .Weight}}
				weight = append(weight, each[n])
{{- end}}
				largest := 1e-3
				for i, v := range single[n] {
					sum[i] += v
					largest = max(largest, math.Abs(sum[i]/float64(size)))
				}
				{{.N}}Gradients(&g, work, batch, wanted, {{.Weight}}&p)
				q = p
				{{.N}}StepSGD(&q, work, batch, wanted, {{.Weight}}0.25)
				for i, v := range g {
					if !(math.Abs(float64(v)-sum[i]/float64(size)) <= {{if eq .Float "float32"}}2e-5{{else}}1e-12{{end}}*largest) ||
						math.Abs(float64(q[i])-float64(p[i]-{{.Float}}(0.25*v))) > 2*off*(math.Abs(float64(p[i]))+largest) {
						sizes++
						break
					}
				}
			}
		}
{{- end}}
		x[0][0] = {{.Float}}(math.NaN())
		{{.N}}Forward(&y[0], &x[0], &p)
		numbers, left := 0, 0
		for _, v := range y[0] {
			if v == v {
				numbers++
			}
		}
		if {{.N}}Gradients(&g, work, nil, nil, {{if .Weight}}nil, {{end}}&p) != 0 || g != ({{.N}}Params{}) {
			left++
		}
		wire.Put(w, allocations, float64(wrong), float64(numbers), float64(left), float64({{if .Most}}sizes{{else}}0{{end}}), float64(misaligned))
	}()
`

// driver is what the template below needs to know of a network.
type driver struct {
	N, Float, Target   string
	Inputs, Outputs    int
	Trained            int // parameters that are not those of a normalizer
	Classes, Random    bool
	Weight             string // the argument for the weights of rows, where there are any
	Targets            []string
	DropSeed, DropStep uint64
	Aligned            bool // whether vector code has memory of its own
	Most               int  // rows of the largest batch, of all sizes from 1 on; 0: only that of the subject
}

func (s *subject) driver() driver {
	d := driver{
		N: s.net.Prefix, Float: s.model.Precision, Inputs: count(s.graph.Input), Outputs: count(s.graph.Output), Trained: s.net.Program.Plan.Len(),
		Classes: s.model.Output.Classes != nil, Random: s.random(), DropSeed: dropoutSeed, DropStep: dropoutStep,
	}
	d.Aligned = s.net.Tiers != nil && runtime.GOARCH == "amd64"
	if s.net.Tiers != nil && !d.Random { // the masks of a row depend on its number
		d.Most = 130
		if s.net.Program.Plan.Len() > 1000 {
			d.Most = 50 // blocks of every kind, and two of them
		}
	}
	if s.model.Weighted() {
		d.Weight = "weight, "
	}
	for _, name := range s.model.Output.TargetNames() {
		d.Targets = append(d.Targets, spec.GoName(name))
	}
	d.Target = fmt.Sprintf("[%d]%s", d.Outputs, d.Float)
	if d.Classes {
		d.Target = d.N + "Class"
	}
	return d
}

var runTemplate = template.Must(template.New("run").Parse(runSource))
