// Package predictor is what the program does that chainrule predict and
// chainrule evaluate compile: it predicts with a generated network, as a service
// would, and measures how good that is. Its sources are embedded in the command,
// which puts them into the program's module.
package predictor

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/runtime"
)

// Source has the files of this package.
//
//go:embed arguments.go json.go predictor.go print.go
var Source embed.FS

// Measures is what the program prints when it evaluates.
type Measures struct {
	Rows int `json:"rows"`
	*runtime.Classification
	*runtime.Regression
	*Points
}

// Points are targets and what was predicted for them, row by row: of some rows,
// spread over all of them.
type Points struct {
	Actual    [][]float64 `json:"actual"`
	Predicted [][]float64 `json:"predicted"`
}

// maxPoints bounds the rows of Points: more are no more to see.
const maxPoints = 2000

// network is a generated network with what its packages offer.
type network[F runtime.Float, X, T any] struct {
	*runtime.Network[F, X, T]
	columns runtime.Columns
	load    func(r io.Reader) error        // sets the network's parameters
	row     func(x *X, elements []float64) // sets a row of inputs
}

// Main predicts as the command line says, and exits.
func Main[F runtime.Float, X, T any](n *runtime.Network[F, X, T], columns runtime.Columns, load func(r io.Reader) error, row func(x *X, elements []float64)) {
	columns.Weight = ""
	p := &network[F, X, T]{n, columns, load, row}
	if err := p.run(parse(os.Args[1:]), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(int(exit.Of(err)))
	}
}

// run reads weights and rows and prints what the arguments ask for.
func (n *network[F, X, T]) run(a *Arguments, w io.Writer) error {
	if err := n.loadFile(a.Weights); err != nil {
		return err
	}
	if n.Fold != nil {
		n.Fold()
	}
	columns := n.columns
	if !a.Evaluate {
		columns.Label, columns.Targets = "", nil
	}
	table, isJSON, err := read(a, columns)
	if err != nil {
		return err
	}
	var x X
	output := func(y []float64, i int) {
		n.row(&x, table.X[i])
		n.Output(y, &x)
	}
	if a.Evaluate {
		m := Measures{Rows: len(table.X)}
		m.Classification, m.Regression = table.Measure(n.Classes, n.Outputs, output)
		if a.Points && n.Classes == nil {
			m.Points = n.points(table, output)
		}
		return json.NewEncoder(w).Encode(m)
	}
	p := n.printer(w, isJSON && a.Format == "" || a.Format == JSON)
	y := make([]float64, n.Outputs)
	for i := range table.X {
		output(y, i)
		p.row(y)
	}
	return p.Flush()
}

// points predicts for some rows.
func (n *network[F, X, T]) points(table *runtime.Table, output func(y []float64, i int)) *Points {
	p := &Points{}
	for i := 0; i < len(table.Y); i += 1 + (len(table.Y)-1)/maxPoints {
		y := make([]float64, n.Outputs)
		output(y, i)
		p.Actual, p.Predicted = append(p.Actual, table.Y[i]), append(p.Predicted, y)
	}
	return p
}

// loadFile sets the parameters to those of a file.
func (n *network[F, X, T]) loadFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := n.load(f); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
