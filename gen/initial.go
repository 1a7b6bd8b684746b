package gen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
)

// Initial returns the parameters that the generated Init sets: what the spec gives, or asks to be drawn. Nothing is
// normalised.
func Initial[F runtime.Float](m *spec.Model, seed uint64) ([]F, error) {
	tensors, _, err := Weights(m)
	if err != nil {
		return nil, err
	}
	last := tensors[len(tensors)-1]
	params := make([]F, last.Offset+last.Extent())
	for _, t := range tensors {
		values := make([]F, t.Len()) // in canonical order, in which they are drawn
		layer, kind, _ := strings.Cut(t.Name, ".")
		at := slices.IndexFunc(m.Layers, func(l spec.Layer) bool { return l.Name == layer })
		switch kind {
		case "weight":
			d := m.Layers[at].Dense
			initialize(values, d.WeightInitializer, slices.Concat(d.Weights...), m.Layers[at], seed, t.Name)
		case "bias":
			d := m.Layers[at].Dense
			initialize(values, d.BiasInitializer, d.BiasValues, m.Layers[at], seed, t.Name)
		case "scale": // of a normalizer
			runtime.Constant(values, 1)
		}
		runtime.CopyTo(params, values, t)
	}
	return params, nil
}

// initialize sets a tensor to the values of the spec, or else by the initializer.
func initialize[F runtime.Float](w []F, by spec.Initializer, values []float64, l spec.Layer, seed uint64, name string) {
	for i, v := range values {
		w[i] = F(v)
	}
	if values != nil {
		return
	}
	in, out, p := l.In, l.Dense.Units, by.Params
	random := runtime.InitRand(seed, name)
	switch by.Name {
	case "zeros":
		runtime.Zeros(w)
	case "constant":
		runtime.Constant(w, p["value"])
	case "uniform":
		runtime.Uniform(w, p["low"], p["high"], random)
	case "normal":
		runtime.Normal(w, p["mean"], p["std"], random)
	case "glorot_uniform":
		runtime.GlorotUniform(w, in, out, random)
	case "glorot_normal":
		runtime.GlorotNormal(w, in, out, random)
	case "he_uniform":
		runtime.HeUniform(w, in, out, random)
	case "he_normal":
		runtime.HeNormal(w, in, out, random)
	case "orthogonal":
		runtime.Orthogonal(w, in, out, p["gain"], random)
	default:
		panic(fmt.Sprintf("gen: no initializer %s", by.Name))
	}
}
