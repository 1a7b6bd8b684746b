package runtime

// predictions are rows with what is predicted for them, and what would have been right.
type predictions struct {
	rows   int
	output func(y []float64, row int) // sets the prediction for a row
	class  func(row int) int          // of a classification
	target func(row int) []float64    // of a regression
}

// measure measures predictions: of classes, or without classes of targets, with so many outputs.
func (p *predictions) measure(classes []string, outputs int) (*Classification, *Regression) {
	y := make([]float64, outputs)
	if classes != nil {
		m := newClassification(classes)
		for row := range p.rows {
			p.output(y, row)
			m.add(y, p.class(row))
		}
		return m.finish(), nil
	}
	sums := regressionSums{targets: make([]targetSums, outputs)}
	for row := range p.rows {
		p.output(y, row)
		sums.add(y, p.target(row))
	}
	return nil, sums.finish()
}

// Measure measures predictions for the rows of a table with labels or targets: of
// classes, or without classes of targets. output sets y, of the given length, to
// the prediction for a row, as [Network.Output] does.
func (t *Table) Measure(classes []string, outputs int, output func(y []float64, row int)) (*Classification, *Regression) {
	p := predictions{
		rows: max(len(t.Class), len(t.Y)), output: output,
		class:  func(row int) int { return t.Class[row] },
		target: func(row int) []float64 { return t.Y[row] },
	}
	return p.measure(classes, outputs)
}
