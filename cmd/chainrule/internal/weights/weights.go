// Package weights makes the weights file of a network from one that other software has written, or this one for an older
// spec.
package weights

import (
	"errors"
	"fmt"
	"strings"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/foreign"
	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
)

// Options say how the tensors of a file become those of a network.
type Options struct {
	Names   map[string]string // of tensors of the file, by those of the network
	Ignore  []string          // tensors of the file that are not wanted
	Layout  Layout            // of matrices
	Partial bool              // what does not fit keeps its initial values
}

// Layout is how the file keeps matrices.
type Layout int

// The layouts.
const (
	ByName Layout = iota // as is usual where tensors are called so
	OutIn                // a row for every output: PyTorch
	InOut                // a row for every input: Keras, scikit-learn
)

// Row says where a tensor of the network comes from.
type Row struct {
	Name  string
	Shape []int
	From  string // "fc1.weight [16,4]", "coefs_0 [4,16], transposed", or why it has initial values
}

// Import writes the weights file of a network, and returns its tensors. It is whole or not written: every tensor of the
// network must be found, and every tensor of the file used, unless the options say otherwise.
func Import(path string, m *spec.Model, file *foreign.File, o Options) ([]Row, error) {
	if m.Precision == "float64" {
		return write[float64](path, m, file, o)
	}
	return write[float32](path, m, file, o)
}

func write[F runtime.Float](path string, m *spec.Model, file *foreign.File, o Options) ([]Row, error) {
	tensors, notes, err := gen.Weights(m)
	if err != nil {
		return nil, err
	}
	params, err := gen.Initial[F](m, m.Train.Seed)
	if err != nil {
		return nil, err
	}
	rows, err := fill(params, tensors, file, o)
	if err != nil {
		return nil, err
	}
	return rows, runtime.WriteSafetensors(path, params, tensors, notes)
}

// fill sets the parameters from a file. All errors come at once.
func fill[F runtime.Float](params []F, tensors []runtime.Tensor, file *foreign.File, o Options) ([]Row, error) {
	c := newMatching(tensors, file, o)
	c.match()
	c.orient()
	if c.doubt != "" && !o.Partial {
		c.fail("%s", c.doubt)
	}
	rows := make([]Row, len(tensors))
	fits := 0
	for i, t := range tensors {
		from, problem := c.source(i)
		switch {
		case problem == "" && from != "":
			if err := set(params, t, c.theirs[c.of[i]], c.transposed[i]); err != nil {
				c.fail("tensor %s: %w", t.Name, err)
			}
			fits++
		case problem != "" && !o.Partial:
			c.fail("tensor %s: %s", t.Name, problem)
		case problem != "":
			from = "initialised: " + problem
		default:
			from = "nothing: rows are not normalised"
		}
		rows[i] = Row{t.Name, t.Shape, from}
	}
	if o.Partial && fits == 0 {
		c.fail("has nothing that fits the network, want a tensor of it at least")
	}
	if !o.Partial {
		c.checkUsed()
	}
	return rows, c.err()
}

// mostErrors is how many errors of a file are printed.
const mostErrors = 10

// fail notes an error of the file.
func (c *matching) fail(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("%s: "+format, append([]any{c.file}, args...)...))
}

// err joins the errors.
func (c *matching) err() error {
	if more := len(c.errs) - mostErrors; more > 0 {
		c.errs = append(c.errs[:mostErrors:mostErrors], fmt.Errorf("%s: errors that are not listed: %d", c.file, more))
	}
	return errors.Join(c.errs...)
}

// checkUsed reports what of the file is not used.
func (c *matching) checkUsed() {
	for i, t := range c.theirs {
		if !c.used[i] {
			c.fail("tensor %s %s: is not used; want --map or --ignore for it", Quoted(t.Name), Dims(t.Shape))
		}
	}
}

// Dims prints a shape as files do: [16,4].
func Dims(shape []int) string {
	return strings.ReplaceAll(fmt.Sprint(shape), " ", ",")
}

// Quoted returns a name of a file as it is, or in quotes where it could be mistaken for anything else.
func Quoted(name string) string {
	plain := func(r rune) bool {
		return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || strings.ContainsRune("._/:-", r)
	}
	if name != "" && len(name) <= 60 && !strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return name
	}
	return fmt.Sprintf("%.60q", name)
}

// names lists the names of the network's tensors.
func names(tensors []runtime.Tensor) []string {
	var list []string
	for _, t := range tensors {
		list = append(list, t.Name)
	}
	return list
}
