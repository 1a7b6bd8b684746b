package spec

import (
	"go/token"
	"testing"

	"pgregory.net/rapid"
)

func TestGoName(t *testing.T) {
	tests := []struct{ name, want string }{
		{"sepal_length", "SepalLength"},
		{"od280/od315_of_diluted_wines", "Od280Od315OfDilutedWines"},
		{"petal width (cm)", "PetalWidthCm"},
		{"pixel_1_2", "Pixel1_2"},
		{"pixel_12", "Pixel12"},
		{"s1", "S1"},
		{"MedInc", "MedInc"},
		{"1stFlrSF", "X1stFlrSF"},
		{"7", "X7"},
		{"größe", "Größe"},
		{"尺寸", "X尺寸"},
		{"__a__b__", "AB"},
		{"a-b.c", "ABC"},
		{"%", ""},
		{"", ""},
	}
	for _, test := range tests {
		if got := GoName(test.name); got != test.want {
			t.Errorf("GoName(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}

// TestGoNameIsExported checks that every text has an exported name or none.
func TestGoNameIsExported(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if name := GoName(text); name != "" && (!token.IsIdentifier(name) || !token.IsExported(name)) {
			t.Errorf("GoName(%q) = %q, no exported name", text, name)
		}
	})
}

func TestPackageName(t *testing.T) {
	good := []string{"iris", "mnist", "my_net", "net_2", "resnet50", "test", "linux", "a_1", "contest"}
	for _, name := range good {
		if complaint := packageName(name); complaint != "" {
			t.Errorf("%s %s", name, complaint)
		}
	}
	bad := []string{
		"", "Iris", "my-net", "my net", "_net", "net_", "my__net", "2net", "é", "a\n", "iris\n//go:generate x",
		"func", "range", "string", "len", "any", "x", "x0", "dz3", "p", "dwo", "dropout2", "rows",
		"main", "internal", "vendor", "testdata", "runtime", "math", "rand",
		"foo_test", "foo_windows", "foo_amd64", "foo_linux_arm64", "foo_js",
	}
	for _, name := range bad {
		if packageName(name) == "" {
			t.Errorf("%q is accepted", name)
		}
	}
}

func TestNearest(t *testing.T) {
	tests := []struct {
		word, want string
		words      []string
	}{
		{"rleu", "relu", variant{"", activations()}.names()},
		{"Relu6", "relu6", variant{"", activations()}.names()},
		{"hardSigmoid", "hard_sigmoid", variant{"", activations()}.names()},
		{"swish", "silu", variant{"", activations()}.names()},
		{"sigmod", "sigmoid", variant{"", activations()}.names()},
		{"cubic", "", variant{"", activations()}.names()},
		{"mse", "mean_squared_error", variant{"", losses()}.names()},
		{"SGD", "sgd", variant{"", Optimizers}.names()},
		{"AdamW", "adamw", variant{"", Optimizers}.names()},
		{"adma", "adam", variant{"", Optimizers}.names()},
		{"lr", "learning_rate", Optimizers[0].form().(object).names()},
		{"kaiming_uniform", "he_uniform", variant{"", Initializers}.names()},
		{"epoch", "epochs", trainForm.names()},
		{"", "", trainForm.names()},
	}
	for _, test := range tests {
		if got := nearest(test.word, test.words); got != test.want {
			t.Errorf("nearest(%q) = %q, want %q", test.word, got, test.want)
		}
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{{"", "", 0}, {"relu", "relu", 0}, {"rleu", "relu", 1}, {"elu", "relu", 1}, {"relux", "relu", 1}, {"rexu", "relu", 1}, {"kitten", "sitting", 3}, {"", "abc", 3}}
	for _, test := range tests {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if there, back := distance(test.a, test.b), distance(test.b, test.a); there != back {
			t.Errorf("distance(%q, %q) is %d there and %d back", test.a, test.b, there, back)
		}
	}
}
