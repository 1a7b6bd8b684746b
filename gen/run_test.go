package gen_test

import "text/template"

// runSource runs one network: gradients, loss, outputs and predictions of its rows; then it counts flaws: allocations,
// parameters that StepSGD does not set to p − rate·g, outputs that are numbers although an input is none, what is not 0 in the
// gradient of no rows or of what is not trained, batches of 1 … Most rows with a gradient that is not the mean of those of
// their rows, or a wrong step, memory that is not aligned, outputs that are others in the place of the inputs, and outputs
// that folding changes. Of a network with dropout it writes two sums over the gradient of every number of its rows.
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
{{- if .Normalized}}
		p.normalizeNothing()
{{- end}}
		left := 0
		gradients := func(x [][{{.Inputs}}]{{.Float}}, target []{{.Target}}{{if .Weight}}, weight []{{.Float}}{{end}}) {{.Float}} {
			for i := range g {
				g[i] = 7 // Gradients sets all of g
			}
			loss := {{.N}}Gradients(&g, work, x, target, {{.Weight}}&p)
			for _, v := range g[{{.Trained}}:] {
				if v != 0 {
					left++
				}
			}
			return loss
		}
		wire.Put(w, gradients(x, target{{if .Weight}}, weight{{end}}))
		wire.Put(w, g[:{{.Trained}}]...)
		wire.Put(w, {{.N}}Loss(work, x, target, {{.Weight}}&p))
		batched := new({{.N}}Batch)
		{{.N}}ForwardBatch(y, x, &p, batched)
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
			{{.N}}ForwardBatch(y, x, &p, batched)
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
		sizes := 0
{{- if .Random}}
		for size := 1; size <= rows; size++ { // each row with the mask of its number
			gradients(x[:size], target[:size]{{if .Weight}}, weight[:size]{{end}})
			q = p
			{{.N}}StepSGD(&q, work, x[:size], target[:size], {{if .Weight}}weight[:size], {{end}}0.25)
			sum, bound, bad := 0.0, 0.0, false
			for i, v := range g {
				sum, bound = sum+float64(v)*math.Cos(float64(i)), bound+math.Abs(float64(v))
				bad = bad || math.Abs(float64(q[i])-float64(p[i]-{{.Float}}(0.25*v))) > 2*off*(math.Abs(float64(p[i]))+math.Abs(float64(v)))
			}
			if bad {
				sizes++
			}
			wire.Put(w, sum, bound)
		}
{{- end}}
{{- if .Most}}
		if os.Getenv("CHAINRULE_TIER") != "generic" {
			single := make([][]float64, rows) // by portable code
			for n := range single {
				gradients(x[n:n+1], target[n:n+1]{{if .Weight}}, weight[n:n+1]{{end}})
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
				gradients(batch, wanted{{if .Weight}}, weight{{end}})
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
		moved, folded := 0, 0
{{- if .InPlace}}
		{
			many, want := make([][{{.Inputs}}]{{.Float}}, 77), make([][{{.Outputs}}]{{.Float}}, 77)
			for n := range many {
				many[n] = x[n%rows]
				{{.N}}Forward(&want[n], &many[n], &p)
			}
			one := many[0]
			if {{.N}}Forward(&one, &one, &p); one != want[0] {
				moved++
			}
			batch := new({{.N}}Batch)
			for _, size := range []int{1, 45, 77} {
				in := append(many[:0:0], many[:size]...)
				{{.N}}ForwardBatch(want, in, &p, batch)
				if {{.N}}ForwardBatch(in, in, &p, batch); !slices.Equal(in[:size/32*32], want[:size/32*32]) {
					moved++
				}
				for n := size / 32 * 32; n < size; n++ { // one by one, or in an overlapping block
					for o, v := range in[n] {
						if !(math.Abs(float64(v-want[n][o])) <= {{if eq .Float "float32"}}1e-5{{else}}1e-13{{end}}*max(1, math.Abs(float64(v)))) {
							moved++
						}
					}
				}
			}
		}
{{- end}}
{{- if .Folds}}
		q = p
{{- if .In}}
		for i := range q.InputScale() {
			q.InputOffset()[i], q.InputScale()[i] = {{.Float}}(i%5)/2-1, 0.5+{{.Float}}(i%4)/2
		}
{{- end}}
{{- if .Out}}
		for o := range q.OutputScale() {
			q.OutputOffset()[o], q.OutputScale()[o] = {{.Float}}(o%5)/2-1, 0.5+{{.Float}}(o%4)/2
		}
{{- end}}
		whole := q
		whole.Fold()
		for n := range x {
			var got, want [{{.Outputs}}]{{.Float}}
			{{.N}}Forward(&got, &x[n], &whole)
			row := x[n]
{{- if .First}}
			for i := range row {
				row[i] = (row[i] - q.InputOffset()[i]) / q.InputScale()[i]
			}
{{- end}}
			{{.N}}Forward(&want, &row, &q)
			largest := 1.0
			for o := range want {
{{- if .Last}}
				want[o] = q.OutputOffset()[o] + q.OutputScale()[o]*want[o]
{{- end}}
				largest = max(largest, math.Abs(float64(want[o])))
			}
			for o := range want {
				if !(math.Abs(float64(got[o]-want[o])) <= {{if eq .Float "float32"}}1e-5{{else}}1e-13{{end}}*largest) {
					folded++
				}
			}
		}
{{- end}}
		x[0][0] = {{.Float}}(math.NaN())
		{{.N}}Forward(&y[0], &x[0], &p)
		numbers := 0
		for _, v := range y[0] {
			if v == v {
				numbers++
			}
		}
		if gradients(nil, nil{{if .Weight}}, nil{{end}}) != 0 || g != ({{.N}}Params{}) {
			left++
		}
		wire.Put(w, allocations, float64(wrong), float64(numbers), float64(left), float64(sizes), float64(misaligned), float64(moved), float64(folded))
	}()
`

var runTemplate = template.Must(template.New("run").Parse(runSource))
