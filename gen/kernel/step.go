package kernel

import (
	"slices"

	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// Step runs the kernels of a training step on the rows of env, block by block, as the generated Gradients does. It
// returns the mean loss and what lies in memory afterwards: activations, and gradients of the mean loss, without those
// that were overwritten. Parameters go in and their gradients come out as the graph has them, whatever their order in
// memory.
func (m *Machine) Step(p *Program, env *graph.Env) (loss float64, values graph.Results) {
	drawing := *m
	drawing.Uniform = env.Random
	r := &stepRun{machine: &drawing, program: p, env: env, memory: map[*graph.Value][]float64{}}
	for _, f := range p.Funcs {
		for _, a := range f.Arrays {
			r.place(a.Value)
		}
	}
	block := p.Plan.Block
	if block == 1 {
		block = env.Rows
	}
	if p.Plan.Strict {
		block = schedule.Samples
	}
	for from := 0; from < env.Rows; from += block {
		before := r.sums()
		loss = r.block(loss, from, min(from+block, env.Rows))
		for v, sums := range before {
			for i := range sums {
				r.memory[v][i] = m.round(sums[i] + r.memory[v][i])
			}
		}
	}
	values = graph.Results{}
	for v, memory := range r.memory {
		values[v.Ref()] = r.reorder(v, memory, false)
	}
	for _, f := range p.Funcs {
		for _, a := range f.Arrays {
			if a.Access == InPlace {
				delete(values, a.Value.Ref())
			}
		}
	}
	return m.round(loss * r.scale()), values
}

// sums takes the gradients of parameters away, where a strict plan sums each block up by itself.
func (r *stepRun) sums() map[*graph.Value][]float64 {
	sums := map[*graph.Value][]float64{}
	for v, memory := range r.memory {
		if r.program.Plan.Strict && v.Of != nil && v.Of.IsParameter() {
			sums[v] = slices.Clone(memory)
			clear(memory)
		}
	}
	return sums
}

// stepRun is the memory of one training step.
type stepRun struct {
	machine *Machine
	program *Program
	env     *graph.Env
	memory  map[*graph.Value][]float64
}

func (r *stepRun) scale() float64 { return r.machine.round(1 / float64(r.env.Rows)) }

// weight returns how much a row counts in the loss.
func (r *stepRun) weight(row int) float64 {
	if len(r.program.Plan.Graph.Scale.Axes) == 0 {
		return 1
	}
	return r.env.Weight(row)
}

// place gives a value its memory: what env has for it, or zeros.
func (r *stepRun) place(v *graph.Value) {
	if r.memory[v] != nil {
		return
	}
	size := schedule.Size(v)
	if sampled(v) {
		size *= r.env.Rows
	}
	memory := make([]float64, size)
	copy(memory, r.env.Leaves[v.Ref()])
	r.memory[v] = r.reorder(v, memory, true)
}

// reorder brings the elements of a value into the order that they have in memory, or back.
func (r *stepRun) reorder(v *graph.Value, elements []float64, in bool) []float64 {
	if sampled(v) {
		return elements
	}
	out := make([]float64, len(elements))
	strides := r.program.Plan.Strides(v)
	for i := range elements {
		at, rest := 0, i
		for axis := len(v.Axes) - 1; axis >= 0; axis-- {
			at += rest % v.Axes[axis].Size * strides[axis]
			rest /= v.Axes[axis].Size
		}
		if in {
			out[at] = elements[i]
		} else {
			out[i] = elements[at]
		}
	}
	return out
}

// block runs every group on the rows from … to and returns loss with their losses added.
func (r *stepRun) block(loss float64, from, to int) float64 {
	for k, g := range r.program.Plan.Groups {
		f := r.program.Funcs[k]
		if !g.PerRow {
			r.machine.Run(f, r.operands(f, from, to))
			continue
		}
		for row := from; row < to; row++ {
			result := r.machine.Run(f, r.operands(f, row, row+1))
			if f.Result != "" {
				result = r.machine.round(r.weight(row) * result)
			}
			loss = r.machine.round(loss + result)
		}
	}
	return loss
}

// operands cuts what a kernel works on out of the memory.
func (r *stepRun) operands(f *Func, from, to int) Operands {
	ops := Operands{Arrays: map[string][]float64{}, Scalars: map[string]float64{}}
	for _, a := range f.Arrays {
		memory := r.memory[a.Value]
		if sampled(a.Value) {
			memory = memory[from*a.Len : to*a.Len]
		}
		ops.Arrays[a.Name] = memory
	}
	for _, s := range f.Scalars {
		switch s.Kind {
		case Class:
			ops.Scalars[s.Name] = r.env.Leaves[r.program.Plan.Graph.Target.Ref()][from]
		case Float:
			ops.Scalars[s.Name] = r.machine.round(r.scale() * r.weight(from))
		case Row:
			ops.Scalars[s.Name] = float64(from)
		}
	}
	return ops
}

// sampled tells whether a value has elements for every row.
func sampled(v *graph.Value) bool {
	for _, a := range v.Axes {
		if a.Size == 0 {
			return true
		}
	}
	return false
}
