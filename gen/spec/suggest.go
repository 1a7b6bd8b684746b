package spec

import (
	"slices"
	"strings"
)

// elsewhere maps names from other libraries and from textbooks, written as
// letters returns them, to ours.
var elsewhere = map[string]string{
	// activations
	"swish": "silu", "logistic": "sigmoid", "identity": "linear", "none": "linear", "softmax": "linear",
	"rectifier": "relu", "prelu": "leaky_relu", "gelunew": "gelu_tanh",
	// losses
	"mse": "mean_squared_error", "l2": "mean_squared_error",
	"mae": "mean_absolute_error", "l1": "mean_absolute_error", "smoothl1": "huber",
	"bce": "binary_cross_entropy", "bcewithlogits": "binary_cross_entropy", "logloss": "binary_cross_entropy",
	"crossentropy": "softmax_cross_entropy", "categoricalcrossentropy": "softmax_cross_entropy",
	"sparsecategoricalcrossentropy": "softmax_cross_entropy", "nll": "softmax_cross_entropy",
	// parameters of optimizers, schedules and initializers
	"lr": "learning_rate", "eta": "learning_rate", "lrdecay": "rate_decay", "eps": "epsilon", "rho": "alpha",
	"gamma": "factor", "stepsize": "every", "etamin": "floor", "stddev": "std",
	"a": "low", "minval": "low", "b": "high", "maxval": "high", "slope": "negative_slope", "p": "rate",
	// initializers
	"xavieruniform": "glorot_uniform", "xaviernormal": "glorot_normal",
	"kaiminguniform": "he_uniform", "kaimingnormal": "he_normal", "ones": "constant",
	// layers and their keys
	"fullyconnected": "dense", "fc": "dense", "neurons": "units", "size": "units", "outfeatures": "units",
	"kernelinitializer": "weight_initializer", "usebias": "bias", "trainable": "freeze", "frozen": "freeze",
	// keys
	"batchsize": "batch", "lrscheduler": "schedule", "scheduler": "schedule", "earlystopping": "stop",
	"randomstate": "seed", "dataset": "data", "file": "csv", "path": "csv", "validationsplit": "validation",
	"dtype": "precision", "double": "float64", "float": "float32",
	"yes": "true", "on": "true", "no": "false", "off": "false",
}

// suggest returns ` (did you mean "relu"?)` for the word that was probably
// meant, else what there is to choose from.
func suggest(word string, words []string) string {
	if len(words) > mostCompared {
		return ""
	}
	if question := didYouMean(word, words); question != "" {
		return question
	}
	return ", want " + listing(words)
}

// mostCompared bounds the words that one is compared with, and that an error
// message lists: all that the registries have, but not all the classes there can be.
const mostCompared = 100

// didYouMean returns ` (did you mean "relu"?)`, or "" when no word is near.
func didYouMean(word string, words []string) string {
	if meant := nearest(word, words); meant != "" {
		return ` (did you mean "` + meant + `"?)`
	}
	return ""
}

// nearest returns the one of words that is meant by word: it differs in case
// and separators only, or has another name elsewhere, or differs in few letters.
func nearest(word string, words []string) string {
	if len(word) > maxNameLength {
		return ""
	}
	plain := letters(word)
	best, least := "", 2+len(plain)/4
	for _, w := range words {
		// Equally near, the first one wins: the lists begin with what is usual.
		if d := distance(plain, letters(w)); d < least && d < len(plain) {
			best, least = w, d
		}
	}
	if ours := elsewhere[plain]; least > 0 && slices.Contains(words, ours) {
		return ours
	}
	return best
}

// letters returns word in lower case without separators.
func letters(word string) string { return separators.Replace(strings.ToLower(word)) }

var separators = strings.NewReplacer("_", "", "-", "", " ", "")

// distance returns how many letters must be inserted, deleted, replaced or
// swapped with their neighbor to make b of a (optimal string alignment).
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := 1
			if a[i] == b[j] {
				change = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+change)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
