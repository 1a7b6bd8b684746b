package weights

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// tensorName is what frameworks call the tensors of a layer: fc1.weight, dense_1/kernel, coefs_0, W1. What is before and
// behind the kind says which layer it is.
var tensorName = regexp.MustCompile(`(?i)^(.*[./_])?(weights?|kernel|coefs?|w|bias(?:es)?|intercepts?|b)_?([0-9]*)_?$`)

// listed is what numpy.savez calls arrays without names, as those of Keras's get_weights.
var listed = regexp.MustCompile(`^arr_[0-9]+$`)

// layoutOf says how matrices of a kind are kept.
var layoutOf = map[string]Layout{"weight": OutIn, "kernel": InOut, "coefs": InOut, "coef": OutIn}

// split takes a name apart into the layer and the kind of tensor, in lower case, singular but for scikit-learn's coefs: the
// coef_ of a linear model is [out,in].
func split(name string) (layer, kind string, ok bool) {
	m := tensorName.FindStringSubmatch(strings.TrimSuffix(name, ":0"))
	if m == nil {
		return "", "", false
	}
	kind = strings.ToLower(m[2])
	switch kind {
	case "weights":
		kind = "weight"
	case "b", "biases", "intercept", "intercepts":
		kind = "bias"
	}
	return m[1] + m[3], kind, true
}

// ourLayers are the layers of the network of which nothing has been joined yet, in order.
func (c *matching) ourLayers() []layer {
	var layers []layer
	for i, t := range c.ours {
		key, kind, _ := strings.Cut(t.Name, ".")
		if c.of[i] < 0 && (kind == "weight" || kind == "bias") {
			layers = add(layers, key, kind == "bias", i)
		}
	}
	return layers
}

// theirLayers are those of the file.
func (c *matching) theirLayers() []layer {
	var layers []layer
	weights := 0
	for j, t := range c.theirs {
		key, kind, ok := split(t.Name)
		switch {
		case c.used[j]:
			continue
		case listed.MatchString(t.Name): // a matrix begins a layer, a vector behind it is its bias
			kind = "bias"
			if len(t.Shape) > 1 {
				kind = "arr"
				weights++
			}
			key = strconv.Itoa(weights)
		case !ok:
			continue
		}
		c.layouts[j] = layoutOf[kind]
		layers = add(layers, key, kind == "bias", j)
	}
	return layers
}

// add puts a tensor into its layer, the last one if it is new.
func add(layers []layer, key string, bias bool, tensor int) []layer {
	at := slices.IndexFunc(layers, func(l layer) bool { return l.key == key })
	if at < 0 {
		at, layers = len(layers), append(layers, layer{key, -1, -1})
	}
	if bias {
		layers[at].bias = tensor
	} else {
		layers[at].weight = tensor
	}
	return layers
}

// number is a number in a name.
var number = regexp.MustCompile(`_?[0-9]+`)

// inOrder sorts layers by the numbers in their names, and tells whether these are all that differs: 0, 2, 10; fc1, fc2;
// dense, dense_1, dense_2. Other names, as encoder and decoder, say nothing about which comes first.
func inOrder(layers []layer) bool {
	pattern := func(l layer) string {
		key := strings.TrimRight(l.key, "./_")
		return strings.TrimSuffix(number.ReplaceAllString(key, "#"), "#")
	}
	numbers := func(l layer) []int {
		var list []int
		for _, digits := range number.FindAllString(l.key, -1) {
			n, _ := strconv.Atoi(strings.TrimPrefix(digits, "_")) // the largest, if it is larger
			list = append(list, n)
		}
		return list
	}
	for _, l := range layers[1:] {
		if pattern(l) != pattern(layers[0]) {
			return false
		}
	}
	slices.SortStableFunc(layers, func(a, b layer) int { return slices.Compare(numbers(a), numbers(b)) })
	for k := range layers[1:] {
		if slices.Equal(numbers(layers[k]), numbers(layers[k+1])) {
			return false
		}
	}
	return true
}
